import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { defined } from "../../lambdas/core/bytes/defined.ts";
import { okta, providers } from "../../lambdas/providers/mod.ts";
import { receiverOf } from "./deliver.ts";
import { codedRows, requestOf, rows } from "./rows.ts";

const invalid = ["\u017dilina", "\ufffd", "a\r\nb: c", "a\n", "a\0"];

describe("a header that HTTP does not allow", () => {
  for (const [name, provider] of Object.entries(providers)) {
    const row = rows[name] ?? codedRows[name];
    if (row === undefined) continue;
    const { path = `/${name}`, headers, body } = requestOf(row);
    const documents: Readonly<Record<string, string>> = ("documents" in row && row.documents) || {};
    const fetch = async (url: string) => new Response(documents[url] ?? "", { status: documents[url] ? 200 : 404 });
    const given = { secrets: [row.secret], fetch, ...defined({ url: row.url }) };
    const taken = provider.answer?.status ?? 200;

    const told = async (sent: Readonly<Record<string, string>>, raw: Readonly<Record<string, string>> = {}) => {
      const delivery = { url: `https://hooks.example${path}`, headers: new Headers(sent), body };
      const { statusCode, body: said = "" } = await receiverOf(provider, given).deliver(delivery, raw);
      return statusCode === 400 ? `400 ${JSON.parse(said).error}` : statusCode;
    };

    it(`decides nothing where ${name} does not read it`, async () => {
      const { "content-type": contentType, ...others } = headers;
      for (const value of invalid) {
        assert.equal(await told(headers, { "cf-ipcity": value, "x-other": value }), taken);
        // What the body is, its bytes say.
        assert.equal(await told(others, { "content-type": value }), taken, `${contentType}`);
      }
    });

    it(`is answered 400 where ${name} needs it, and is not said to be missing`, async () => {
      for (const header of [...Object.keys(headers), "content-type"]) {
        const others = Object.fromEntries(Object.entries(headers).filter(([other]) => other !== header));
        const isNeeded = (await told(others)) !== taken;
        for (const value of invalid) {
          const said = await told(others, { [header]: value });
          assert.ok(said === "400 request-malformed" || (!isNeeded && said === taken), `${header}: ${said}`);
        }
      }
    });
  }

  it("is answered 400 where a handshake needs it", async () => {
    const { deliver } = receiverOf(okta, { secrets: ["secret"] });
    for (const value of invalid) {
      const { statusCode } = await deliver({ method: "GET" }, { "x-okta-verification-challenge": value });
      assert.equal(statusCode, 400);
      const other = await deliver({ method: "GET" }, { "x-okta-verification-challenge": "a", "x-other": value });
      assert.equal(other.statusCode, 200);
    }
  });
});
