import { type EndpointApi, fieldsOf, idOf, listOf, secretOf, textsOf } from "./endpoint-api.ts";

/**
 * Whop's webhooks of an account, API v1. Whop makes the secret, and shows it to a key at the creation alone. The
 * endpoint is an account's own; an app's endpoints (`app_id`) are not listed. A list names the events that can be
 * tested, but no call that does it was found.
 *
 * @see https://docs.whop.com/api-reference/webhooks/list-webhooks (2026-11)
 * @see https://docs.whop.com/api-reference/legacy/webhooks/create-webhook (2026-11)
 * @see https://github.com/whopio/whopsdk-typescript src/resources/webhooks.ts (2026-11)
 */
export const whop: EndpointApi = {
  baseUrl: "https://api.whop.com/api/v1",
  owner: "the account, biz_…",
  permission: "developer:manage_webhook",
  authorize: (key) => ({ authorization: `Bearer ${key}` }),
  idempotencyHeader: "idempotency-key",
  secretFrom: "provider",
  list: (owner) => ({ method: "GET", path: "/webhooks", query: { account_id: owner, first: "100" } }),
  endpoints: ({ json }) =>
    listOf(fieldsOf(json).data).map((one) => ({
      id: idOf(one),
      url: String(one.url),
      types: textsOf(one.events),
      ...(one.enabled === false ? { off: reason(one) } : {}),
    })),
  nextPage: ({ json }) => {
    const { has_next_page: hasNext, end_cursor: cursor } = fieldsOf(fieldsOf(json).page_info);
    return hasNext === true && typeof cursor === "string" ? { after: cursor } : undefined;
  },
  create: ({ owner, url, types }) => ({
    method: "POST",
    path: "/webhooks",
    json: { url, events: types, resource_id: owner, api_version: "v1" },
  }),
  created: ({ json }) => ({ id: idOf(fieldsOf(json)), ...secretOf(fieldsOf(json).webhook_secret) }),
  update: (id, types) => ({
    method: "PATCH",
    path: `/webhooks/${encodeURIComponent(id)}`,
    json: { events: types, enabled: true },
  }),
  switchesOn: true,
  remove: (id) => ({ method: "DELETE", path: `/webhooks/${encodeURIComponent(id)}` }),
  test: "send a test event in Whop's dashboard: Developer, Webhooks",
};

function reason(endpoint: Readonly<Record<string, unknown>>): string {
  return endpoint.disabled_reason === "delivery_failures"
    ? "Whop has it disabled: every delivery failed for three days"
    : "it is not enabled";
}
