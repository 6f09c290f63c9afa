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
  /** Posts the form of a page that posts to `path`, its hidden fields with those that are given. */
  post(path: string, page: string, fields?: Readonly<Record<string, string>>): Promise<Answer>;
  /** The first of a live part's HTML that matches. */
  follow(path: string, wanted: RegExp): Promise<string>;
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
  return Object.assign(ask, {
    async post(path: string, page: string, fields: Readonly<Record<string, string>> = {}) {
      const headers = { origin: `http://${host}`, "content-type": "application/x-www-form-urlencoded" };
      const body = `${new URLSearchParams({ ...hiddenFields(page, path), ...fields })}`;
      return await ask(path, { method: "POST", headers, body });
    },
    async follow(path: string, wanted: RegExp) {
      const response = await open(path, { headers: { cookie } });
      assert.equal(response.statusCode, 200);
      const data: string[] = [];
      // A message is some lines of data, and an empty one behind them.
      for await (const line of createInterface({ input: response })) {
        if (line.startsWith("data: ")) data.push(line.slice(6));
        if (line !== "") continue;
        const html = data.splice(0).join("\n");
        if (!wanted.test(html)) continue;
        response.destroy();
        return html;
      }
      throw new Error(`The live part ended without ${wanted}`);
    },
  });
}

/** The hidden fields of the form in a page that posts to a path. */
function hiddenFields(page: string, path: string): Readonly<Record<string, string>> {
  const form = page.split("<form").find((part) => part.startsWith(` method="post" action="${path}"`)) ?? "";
  assert.notEqual(form, "", `the page has a form that posts to ${path}`);
  const inputs = form
    .slice(0, form.indexOf("</form>"))
    .matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g);
  return Object.fromEntries([...inputs].map(([, name = "", value = ""]) => [name, unescaped(value)]));
}

function unescaped(text: string): string {
  return text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&");
}

/** Posts a form of a page as its browser does: with the token that stands in the page, and its own fields. */
export async function post(
  ask: Ask,
  address: URL,
  { path, page, fields }: { readonly path: string; readonly page: string; readonly fields: Record<string, string> },
): Promise<Answer> {
  const [, form = ""] = /name="form" value="([^"]*)"/.exec(page) ?? [];
  return await ask(path, {
    method: "POST",
    headers: { origin: `http://${address.host}`, "content-type": "application/x-www-form-urlencoded" },
    body: String(new URLSearchParams({ form, ...fields })),
  });
}

/** The fields that a button of a page posts, without the form's token. */
export function fieldsOf(page: string, button: string): Record<string, string> {
  const form = page.split("<form ").find((one) => one.includes(`<button>${button}</button>`)) ?? "";
  const hidden = form.matchAll(/type="hidden" name="([^"]*)" value="([^"]*)"/g);
  return Object.fromEntries(
    [...hidden].flatMap(([, name = "", value = ""]) => (name === "form" ? [] : [[name, value]])),
  );
}

/** Follows the job that an answer leads to until it has ended. Its lines, the state first. */
export async function jobOf(ask: Ask, { status, headers }: Answer): Promise<readonly string[]> {
  assert.equal(status, 303);
  const last = await ask.follow(`${headers.location}/live`, /role="status">(?!running)/);
  return [...last.matchAll(/<(?:p|li)(?: [^>]*)?>([^<]*)</g)].map(([, line = ""]) => line);
}
