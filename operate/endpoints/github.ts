import { type EndpointApi, fieldsOf, idOf, listOf, textsOf } from "./endpoint-api.ts";

/**
 * GitHub's webhooks of a repository or an organisation. The secret is ours, given at the creation. A change leaves
 * `config` out: GitHub replaces it whole, and the secret with it. Pages follow in the header `Link`.
 *
 * @see https://docs.github.com/en/rest/repos/webhooks (2026-11)
 * @see https://docs.github.com/en/rest/orgs/webhooks (2026-11)
 * @see https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api (2026-11)
 */
export const github: EndpointApi = {
  baseUrl: "https://api.github.com",
  owner: "OWNER/REPO, or an organisation",
  permission: 'write "Webhooks" of the repository or organisation (admin:repo_hook, admin:org_hook)',
  authorize: (key) => ({
    authorization: `Bearer ${key}`,
    accept: "application/vnd.github+json",
    "x-github-api-version": "2022-11-28",
    "user-agent": "hookline",
  }),
  secretFrom: "us",
  everyType: "*",
  // An action makes an event of GitHub's finer: `issues` of `issues.opened`.
  typeOf: (type) => type.split(".")[0] ?? type,
  list: (owner) => ({ method: "GET", path: hooks(owner), query: { per_page: "100" } }),
  endpoints: ({ json }) =>
    listOf(json).map((one) => ({
      id: idOf(one),
      url: String(fieldsOf(one.config).url),
      types: textsOf(one.events),
      ...(one.active === false ? { off: "it is not active" } : {}),
    })),
  nextPage: ({ headers }) => {
    const [, next] = /<([^>]*)>;\s*rel="next"/.exec(headers.get("link") ?? "") ?? [];
    // Its number alone: the key goes nowhere but to the base address.
    const page = next === undefined || !URL.canParse(next) ? null : new URL(next).searchParams.get("page");
    return page === null ? undefined : { page };
  },
  create: ({ owner, url, types, secret }) => ({
    method: "POST",
    path: hooks(owner),
    json: {
      name: "web",
      active: true,
      events: types,
      config: { url, content_type: "json", insecure_ssl: "0", secret },
    },
  }),
  created: ({ json }) => ({ id: idOf(fieldsOf(json)) }),
  update: (id, types, owner) => ({
    method: "PATCH",
    path: `${hooks(owner)}/${encodeURIComponent(id)}`,
    json: { active: true, events: types },
  }),
  switchesOn: true,
  remove: (id, owner) => ({ method: "DELETE", path: `${hooks(owner)}/${encodeURIComponent(id)}` }),
  test: (id, owner) => ({ method: "POST", path: `${hooks(owner)}/${encodeURIComponent(id)}/pings` }),
};

function hooks(owner: string): string {
  const names = owner.split("/").map(encodeURIComponent);
  return `${names.length === 2 ? "/repos" : "/orgs"}/${names.join("/")}/hooks`;
}
