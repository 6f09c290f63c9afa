import { type EndpointApi, fieldsOf, idOf, listOf, secretOf, textsOf } from "./endpoint-api.ts";

/**
 * Stripe's webhook endpoints. Stripe makes the secret, and returns it at the creation alone. A list has `has_more`, and
 * goes on behind `starting_after`. Under one idempotency key a POST is done once, and Stripe repeats its first answer, an
 * error 500 too. There is no call for a test delivery: Stripe's CLI triggers events.
 *
 * @see https://docs.stripe.com/api/webhook_endpoints (2026-11)
 * @see https://docs.stripe.com/api/pagination (2026-11)
 * @see https://docs.stripe.com/api/idempotent_requests (2026-11)
 */
export const stripe: EndpointApi = {
  baseUrl: "https://api.stripe.com",
  permission: "write webhook endpoints",
  authorize: (key) => ({ authorization: `Bearer ${key}` }),
  idempotencyHeader: "idempotency-key",
  secretFrom: "provider",
  everyType: "*",
  list: () => ({ method: "GET", path: "/v1/webhook_endpoints", query: { limit: "100" } }),
  endpoints: ({ json }) =>
    listOf(fieldsOf(json).data).map((one) => ({
      id: idOf(one),
      url: String(one.url),
      types: textsOf(one.enabled_events),
      ...(one.status === "disabled" ? { off: "Stripe has it disabled" } : {}),
    })),
  nextPage: ({ json }) => {
    const { has_more: hasMore, data } = fieldsOf(json);
    const last = listOf(data).at(-1);
    return hasMore === true && last !== undefined ? { starting_after: idOf(last) } : undefined;
  },
  create: ({ url, types }) => ({
    method: "POST",
    path: "/v1/webhook_endpoints",
    form: [["url", url], ...enabled(types)],
  }),
  created: ({ json }) => ({ id: idOf(fieldsOf(json)), ...secretOf(fieldsOf(json).secret) }),
  update: (id, types) => ({
    method: "POST",
    path: `/v1/webhook_endpoints/${encodeURIComponent(id)}`,
    form: [...enabled(types), ["disabled", "false"]],
  }),
  switchesOn: true,
  remove: (id) => ({ method: "DELETE", path: `/v1/webhook_endpoints/${encodeURIComponent(id)}` }),
  test: "trigger an event with Stripe's CLI: stripe trigger <event type>",
};

function enabled(types: readonly string[]) {
  return types.map((type) => ["enabled_events[]", type] as const);
}
