import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { dropbox } from "../../lambdas/providers/dropbox.ts";
import { createEndpoint, edges } from "./handshakes.ts";
import { hmac } from "./row-schemes.ts";

const secret = "app secret";
const change = '{"list_folder":{"accounts":["dbid:AAH4f99T0taONIb-OurWxbNQ6ywGRopQngc"]},"delta":{"users":[12345678]}}';
const signed = (key = secret) => ({ headers: { "x-dropbox-signature": hmac(key, "hex", change) }, body: change });

for (const [edge, toEvent] of Object.entries(edges)) {
  describe(`Dropbox's challenge by ${edge}`, () => {
    it("is answered as text that no browser interprets", async () => {
      const send = createEndpoint(dropbox, [secret]);
      const asked = { "?challenge=abc123": "abc123", "?x=1&challenge=%3Cb%3E%20%2B": "<b> +", "?challenge=": "" };
      for (const [query, expected] of Object.entries(asked)) {
        const { status, contentType, headers, body, touched } = await send({ method: "GET", query }, toEvent);
        assert.deepEqual([status, contentType, body, touched], [200, "text/plain", expected, 0]);
        assert.equal(headers["x-content-type-options"], "nosniff");
      }
    });

    it("is none without a challenge, and none by POST", async () => {
      const send = createEndpoint(dropbox, [secret]);
      assert.equal((await send({ method: "GET", query: "?c=1" }, toEvent)).status, 405);
      const posted = await send({ query: "?challenge=abc123", body: change }, toEvent);
      assert.deepEqual([posted.status, JSON.parse(posted.body).error], [401, "signature-missing"]);
    });

    it("takes no change by GET or under a wrong signature", async () => {
      const send = createEndpoint(dropbox, [secret]);
      assert.equal((await send({ ...signed(), method: "GET" }, toEvent)).status, 405);
      assert.deepEqual((await send(signed("another"), toEvent)).touched, 0);
    });
  });
}

describe("a change in Dropbox", () => {
  it("is an event of its own each time, though its bytes are the same", async () => {
    const send = createEndpoint(dropbox, [secret]);
    for (let change = 0; change < 3; change += 1) {
      const { status, queued } = await send(signed());
      assert.deepEqual([status, queued.length], [200, 1]);
    }
  });
});
