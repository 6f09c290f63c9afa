import { type EndpointApi, fieldsOf, idOf, listOf, textsOf } from "./endpoint-api.ts";

/**
 * Whatalo's webhooks of a store. It takes our `secret` at the creation, which its answer repeats. The pages show the
 * answer of PATCH and no field of its request: `events` alone is sent. They mention no wildcard, no pages, no test.
 *
 * @see https://developers.whatalo.com/docs/api/webhooks (2026-11)
 * @see https://developers.whatalo.com/docs/api/reference/v1/webhooks/post (2026-11)
 */
export const whatalo: EndpointApi = {
  baseUrl: "https://api.whatalo.com",
  permission: "read:webhooks and write:webhooks",
  authorize: (key) => ({ "x-api-key": key }),
  caution:
    "its REST documentation signs under X-Whatalo-Signature, which no provider here takes: see that a first delivery is accepted",
  secretFrom: "us",
  list: () => ({ method: "GET", path: "/v1/webhooks" }),
  endpoints: ({ json }) =>
    listOf(fieldsOf(json).data).map((one) => ({
      id: idOf(one),
      url: String(one.url),
      types: textsOf(one.events),
      ...(one.is_active === false ? { off: `it is not active, after ${Number(one.failure_count) || 0} failures` } : {}),
    })),
  create: ({ url, types, secret }) => ({ method: "POST", path: "/v1/webhooks", json: { url, events: types, secret } }),
  created: ({ json }) => ({ id: idOf(fieldsOf(fieldsOf(json).data)) }),
  update: (id, types) => ({ method: "PATCH", path: `/v1/webhooks/${encodeURIComponent(id)}`, json: { events: types } }),
  switchesOn: false,
  remove: (id) => ({ method: "DELETE", path: `/v1/webhooks/${encodeURIComponent(id)}` }),
  test: "make a change in the store that has one of its events; its documentation has no call for a test",
};
