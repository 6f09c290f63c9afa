import assert from "node:assert/strict";
import { type IncomingMessage, request } from "node:http";
import { createInterface } from "node:readline";

export type Answer = {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly text: string;
};

type Asked = { readonly method?: string; readonly headers?: Record<string, string>; readonly body?: string };

/** Asks the server of a page. */
export type Ask = {
  /** A header that is given replaces the browser's. */
  (path: string, asked?: Asked): Promise<Answer>;
  /** Posts fields with the token that a page has, and no other field of it. */
  post(path: string, page: string, fields: Readonly<Record<string, string>>): Promise<Answer>;
  /** Submits the form of a page that posts to a path and has a text, its hidden fields with those that are given. */
  submit(page: string, path: string, fields?: Readonly<Record<string, string>>, among?: string): Promise<Answer>;
  /** The first of a live part's HTML that matches. `meanwhile` runs once the part has sent something. */
  follow(path: string, wanted: RegExp, meanwhile?: () => Promise<unknown>): Promise<string>;
};

/** Opens a page at its address as a browser does, which resolves names of `localhost` by itself and keeps the cookie. */
export async function browse(address: URL): Promise<Ask> {
  const { host, port } = address;
  const open = async (path: string, { method = "GET", headers = {}, body }: Asked): Promise<IncomingMessage> => {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const asked = request({ host: "127.0.0.1", port, path, method, headers: { host, ...headers } }, resolve);
    asked.on("error", reject);
    asked.end(body);
    return await promise;
  };
  const answer = async (path: string, asked: Asked): Promise<Answer> => {
    const response = await open(path, asked);
    const parts: Buffer[] = [];
    for await (const part of response) parts.push(part);
    return {
      status: response.statusCode ?? 0,
      headers: response.headers,
      text: Buffer.concat(parts).toString(),
    };
  };
  const entered = await answer(`${address.pathname}${address.search}`, {});
  assert.equal(entered.status, 303);
  assert.equal(entered.headers.location, "/", "the token goes from the address");
  const cookie = String(entered.headers["set-cookie"]).split(";")[0] ?? "";
  const ask = async (path: string, asked: Asked = {}) =>
    await answer(path, { ...asked, headers: { cookie, ...asked.headers } });
  const post = async (path: string, fields: Readonly<Record<string, string>>) => {
    const headers = { origin: `http://${host}`, "content-type": "application/x-www-form-urlencoded" };
    return await ask(path, { method: "POST", headers, body: String(new URLSearchParams(fields)) });
  };
  return Object.assign(ask, {
    async post(path: string, page: string, fields: Readonly<Record<string, string>>) {
      const [, form = ""] = /name="form" value="([^"]*)"/.exec(page) ?? [];
      return await post(path, { form, ...fields });
    },
    async submit(page: string, path: string, fields: Readonly<Record<string, string>> = {}, among = "") {
      return await post(path, { ...hiddenFields(page, path, among), ...fields });
    },
    async follow(path: string, wanted: RegExp, meanwhile: () => Promise<unknown> = async () => {}) {
      const response = await open(path, { headers: { cookie } });
      assert.equal(response.statusCode, 200);
      assert.match(String(response.headers["content-type"]), /^text\/event-stream/);
      const data: string[] = [];
      let isFirst = true;
      // A message is some lines of data, and an empty one behind them.
      for await (const line of createInterface({ input: response })) {
        if (line.startsWith("data: ")) data.push(line.slice(6));
        if (line !== "") continue;
        const html = data.splice(0).join("\n");
        if (isFirst) await meanwhile();
        isFirst = false;
        if (!wanted.test(html)) continue;
        response.destroy();
        return html;
      }
      throw new Error(`The live part ended without ${wanted}`);
    },
  });
}

/** The hidden fields of the form in a page that posts to a path and has a text; none where it has no such form. */
function hiddenFields(page: string, path: string, among: string): Readonly<Record<string, string>> {
  const forms = [...page.matchAll(/<form method="post" action="([^"]*)">(.*?)<\/form>/gs)];
  const [, , form = ""] = forms.find(([, action, text = ""]) => action === path && text.includes(among)) ?? [];
  const hidden = form.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g);
  return Object.fromEntries([...hidden].map(([, name = "", value = ""]) => [name, unescaped(value)]));
}

function unescaped(text: string): string {
  return text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&");
}

/** Follows the job that an answer leads to until it has ended. Its lines, the state first. */
export async function jobOf(ask: Ask, { status, headers }: Answer): Promise<readonly string[]> {
  assert.equal(status, 303);
  const last = await ask.follow(`${headers.location}/live`, /role="status">(?!running)/);
  return [...last.matchAll(/<(?:p|li)(?: [^>]*)?>([^<]*)</g)].map(([, line = ""]) => line);
}
