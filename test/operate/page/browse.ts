import assert from "node:assert/strict";
import { request } from "node:http";

export type Answer = {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly text: string;
};

/** Asks the server of a page; a header that is given replaces the browser's. */
export type Ask = (path: string, given?: { method?: string; headers?: Record<string, string> }) => Promise<Answer>;

/** Opens a page at its address as a browser does, which resolves names of `localhost` by itself and keeps the cookie. */
export async function browse(address: URL): Promise<Ask> {
  const ask = async (path: string, method: string, headers: Record<string, string>): Promise<Answer> => {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const asked = request({ host: "127.0.0.1", port: address.port, path, method, headers }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("end", () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text: Buffer.concat(parts).toString() });
      });
    });
    asked.on("error", reject);
    asked.end();
    return await promise;
  };
  const { host } = address;
  const entered = await ask(`${address.pathname}${address.search}`, "GET", { host });
  assert.equal(entered.status, 303);
  assert.equal(entered.headers.location, "/", "the token goes from the address");
  const cookie = String(entered.headers["set-cookie"]).split(";")[0] ?? "";
  return async (path, { method = "GET", headers = {} } = {}) => await ask(path, method, { host, cookie, ...headers });
}
