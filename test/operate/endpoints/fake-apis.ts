import type { FakeAnswer, FakeApi, FakeRequest, KeptEndpoint } from "./fake-provider.ts";

const jsonOf = ({ body }: FakeRequest) => JSON.parse(body);
/** The index in the list that a path names behind a prefix, or -1. */
const indexOf = (kept: readonly KeptEndpoint[], path: string, prefix: string) =>
  kept.findIndex(({ id }) => path === `${prefix}/${id}`);
const bearer = (key: string) => ({
  key,
  isKnown: (headers: FakeRequest["headers"]) => headers.authorization === `Bearer ${key}`,
});

let made = 0;
function add(kept: KeptEndpoint[], prefix: string, fields: Pick<KeptEndpoint, "url" | "types" | "secret">) {
  made += 1;
  const endpoint = { id: `${prefix}${made}`, on: true, ...fields };
  kept.push(endpoint);
  return endpoint;
}

/**
 * Hackmamba. `deliver`: what its test does.
 *
 * @see https://docs.subquadratic.ai/docs/developer-tools/webhooks (2026-11)
 */
export function fakeHackmamba(deliver: (to: KeptEndpoint) => Promise<unknown> = async () => {}): FakeApi {
  const path = "/v1/webhooks";
  const shown = ({ id, url, types }: KeptEndpoint) => ({ id, url, events: types });
  return {
    ...bearer("hm_live_private"),
    async answer(request, kept): Promise<FakeAnswer> {
      const { method } = request;
      if (request.path === path && method === "GET") return { status: 200, json: { data: kept.map(shown) } };
      if (request.path === path && method === "POST") {
        const { url, events, secret } = jsonOf(request);
        return { status: 201, json: shown(add(kept, "hm_", { url, types: events, secret })) };
      }
      const isTest = request.path.endsWith("/test");
      const index = indexOf(kept, request.path.replace(/\/test$/, ""), path);
      const endpoint = kept[index];
      if (endpoint === undefined) return { status: 404 };
      if (isTest && method === "POST") {
        await deliver(endpoint);
        return { status: 200, json: { sent: true } };
      }
      if (method === "PUT") {
        endpoint.types = jsonOf(request).events;
        return { status: 200, json: shown(endpoint) };
      }
      if (method !== "DELETE") return { status: 405 };
      kept.splice(index, 1);
      return { status: 204 };
    },
  };
}

/** @see https://docs.stripe.com/api/webhook_endpoints (2026-11). Pages have three here, whatever the limit. */
export function fakeStripe(): FakeApi {
  const path = "/v1/webhook_endpoints";
  const answered = new Map<string, FakeAnswer>();
  const shown = ({ id, url, types, on }: KeptEndpoint) => ({
    id,
    object: "webhook_endpoint",
    url,
    enabled_events: types,
    status: on ? "enabled" : "disabled",
  });
  return {
    ...bearer("sk_test_private"),
    answer(request, kept) {
      const { method, query } = request;
      const form = new URLSearchParams(request.body);
      const types = form.getAll("enabled_events[]");
      if (request.path === path && method === "GET") {
        const from = kept.findIndex(({ id }) => id === query.get("starting_after")) + 1;
        const data = kept.slice(from, from + 3).map(shown);
        return { status: 200, json: { object: "list", data, has_more: kept.length > from + 3 } };
      }
      if (request.path === path && method === "POST") {
        const key = String(request.headers["idempotency-key"]);
        const before = answered.get(key);
        if (before !== undefined) return before;
        const secret = `whsec_fake${kept.length}`;
        const endpoint = add(kept, "we_", { url: form.get("url") ?? "", types, secret });
        const answer = { status: 200, json: { ...shown(endpoint), secret } };
        answered.set(key, answer);
        return answer;
      }
      const index = indexOf(kept, request.path, path);
      const endpoint = kept[index];
      if (endpoint === undefined) return undefined;
      if (method === "DELETE") {
        kept.splice(index, 1);
        return { status: 200, json: { id: endpoint.id, deleted: true } };
      }
      endpoint.types = types;
      if (form.get("disabled") === "false") endpoint.on = true;
      return { status: 200, json: shown(endpoint) };
    },
  };
}

/**
 * GitHub, of repository octo/shop and organisation octo. Pages have two here, whatever is asked for.
 *
 * @see https://docs.github.com/en/rest/repos/webhooks (2026-11)
 * @see https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api (2026-11)
 */
export function fakeGithub(): FakeApi {
  const shown = ({ id, url, types, on, secret }: KeptEndpoint) => ({
    id: Number(id),
    name: "web",
    active: on,
    events: types,
    config: { url, content_type: "json", insecure_ssl: "0", ...(secret === "" ? {} : { secret: "********" }) },
  });
  return {
    ...bearer("ghp_private"),
    answer(request, kept) {
      const { method, query } = request;
      const path = ["/repos/octo/shop/hooks", "/orgs/octo/hooks"].find((one) => request.path.startsWith(one));
      if (path === undefined) return undefined;
      if (request.path === path && method === "GET") {
        const page = Number(query.get("page") ?? "1");
        const next = `<https://api.github.com${path}?per_page=100&page=${page + 1}>; rel="next"`;
        const headers: Record<string, string> = kept.length > page * 2 ? { link: next } : {};
        return { status: 200, json: kept.slice(page * 2 - 2, page * 2).map(shown), headers };
      }
      if (request.path === path && method === "POST") {
        const { events, config, name } = jsonOf(request);
        if (name !== "web" || config.content_type !== "json") return { status: 422 };
        const { url, secret } = config;
        return { status: 201, json: shown(add(kept, "", { url, types: events, secret })) };
      }
      const isPing = request.path.endsWith("/pings");
      const index = indexOf(kept, request.path.replace(/\/pings$/, ""), path);
      const endpoint = kept[index];
      if (endpoint === undefined) return undefined;
      if (isPing) return { status: 204 };
      if (method === "DELETE") {
        kept.splice(index, 1);
        return { status: 204 };
      }
      const { events, active, config } = jsonOf(request);
      endpoint.types = events;
      endpoint.on = active;
      if (config !== undefined) endpoint.secret = config.secret ?? "";
      return { status: 200, json: shown(endpoint) };
    },
  };
}

/** @see https://developers.whatalo.com/docs/api/webhooks and /api/reference/v1/webhooks/post (2026-11) */
export function fakeWhatalo(): FakeApi {
  const path = "/v1/webhooks";
  const key = "wk_private";
  const shown = ({ id, url, types, on }: KeptEndpoint) => ({
    id,
    url,
    events: types,
    is_active: on,
    failure_count: on ? 0 : 12,
  });
  return {
    key,
    isKnown: (headers) => headers["x-api-key"] === key,
    answer(request, kept) {
      const { method } = request;
      if (request.path === path && method === "GET") return { status: 200, json: { data: kept.map(shown) } };
      if (request.path === path && method === "POST") {
        const { url, events, secret } = jsonOf(request);
        const endpoint = add(kept, "wh_", { url, types: events, secret });
        return { status: 201, json: { data: { ...shown(endpoint), secret } } };
      }
      const index = indexOf(kept, request.path, path);
      const endpoint = kept[index];
      if (endpoint === undefined) return undefined;
      if (method === "DELETE") {
        kept.splice(index, 1);
        return { status: 200, json: { data: { id: endpoint.id } } };
      }
      if (method !== "PATCH") return { status: 405 };
      endpoint.types = jsonOf(request).events;
      return { status: 200, json: { data: shown(endpoint) } };
    },
  };
}

/** @see https://docs.whop.com/api-reference/webhooks/list-webhooks (2026-11). Pages have two here, whatever is asked for. */
export function fakeWhop(): FakeApi {
  const path = "/webhooks";
  const shown = ({ id, url, types, on }: KeptEndpoint) => ({
    id,
    url,
    events: types,
    enabled: on,
    disabled_reason: on ? null : "delivery_failures",
    webhook_secret: null,
  });
  return {
    ...bearer("apik_private"),
    answer(request, kept) {
      const { method, query } = request;
      if (request.path === path && method === "GET") {
        if (query.get("account_id") !== "biz_1") return undefined;
        const from = kept.findIndex(({ id }) => id === query.get("after")) + 1;
        const page = kept.slice(from, from + 2);
        const pageInfo = { end_cursor: page.at(-1)?.id ?? null, has_next_page: kept.length > from + 2 };
        return { status: 200, json: { data: page.map(shown), page_info: pageInfo } };
      }
      if (request.path === path && method === "POST") {
        const { url, events } = jsonOf(request);
        const endpoint = add(kept, "hook_", { url, types: events, secret: `ws_fake${kept.length}` });
        return { status: 200, json: { ...shown(endpoint), webhook_secret: endpoint.secret } };
      }
      const index = indexOf(kept, request.path, path);
      const endpoint = kept[index];
      if (endpoint === undefined) return undefined;
      if (method === "DELETE") {
        kept.splice(index, 1);
        return { status: 200, json: true };
      }
      const { events, enabled } = jsonOf(request);
      endpoint.types = events;
      endpoint.on = enabled;
      return { status: 200, json: shown(endpoint) };
    },
  };
}
