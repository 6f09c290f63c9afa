import { type EndpointApi, fieldsOf, idOf, listOf, textsOf } from "./endpoint-api.ts";

/**
 * Hackmamba's webhooks: POST /v1/webhooks takes `url`, `events` and our `secret`; PUT takes `events`. Its page shows no
 * answers: a list is taken bare or under `data`. It mentions no wildcard, no pages and no way to switch one on.
 *
 * @see https://docs.subquadratic.ai/docs/developer-tools/webhooks (2026-11)
 */
export const hackmamba: EndpointApi = {
  baseUrl: "https://api.hackmamba.com",
  permission: "manage webhooks",
  authorize: (key) => ({ authorization: `Bearer ${key}` }),
  secretFrom: "us",
  list: () => ({ method: "GET", path: "/v1/webhooks" }),
  endpoints: ({ json }) =>
    listOf(Array.isArray(json) ? json : fieldsOf(json).data).map((one) => ({
      id: idOf(one),
      url: String(one.url),
      types: textsOf(one.events),
    })),
  create: ({ url, types, secret }) => ({ method: "POST", path: "/v1/webhooks", json: { url, events: types, secret } }),
  created: ({ json }) => {
    const fields = fieldsOf(json);
    return { id: idOf(fieldsOf(fields.data ?? fields)) };
  },
  update: (id, types) => ({ method: "PUT", path: `/v1/webhooks/${encodeURIComponent(id)}`, json: { events: types } }),
  switchesOn: false,
  remove: (id) => ({ method: "DELETE", path: `/v1/webhooks/${encodeURIComponent(id)}` }),
  test: (id) => ({ method: "POST", path: `/v1/webhooks/${encodeURIComponent(id)}/test` }),
};
