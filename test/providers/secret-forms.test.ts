import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { sign } from "../../lambdas/core/verify/sign.ts";
import { providers } from "../../lambdas/providers/mod.ts";
import { now } from "../contract/provider-variants.ts";
import { rows } from "./rows.ts";
import { receiverOf } from "./test-receiver.ts";

const body = new TextEncoder().encode('{"id":"1","type":"a"}');

describe("a secret in base64 behind whsec_", () => {
  for (const provider of Object.values(providers)) {
    const { name, verification } = provider;
    if (typeof verification !== "object" || ![verification.key].flat().includes("whsec")) continue;

    it(`is the same key behind v1,whsec_, as some providers issue it: ${name}`, async () => {
      const row = rows[name];
      assert.ok(row !== undefined);
      const bare = row.secret.replace(/^whsec_/, "");
      const headers = new Headers(row.others([`${now.getTime() / 1000}`]));
      const unsigned = { method: "POST", url: `https://hooks.example/${name}`, headers, body };
      const signed = await sign(unsigned, { provider, secret: `whsec_${bare}`, now });
      const sent = { headers: Object.fromEntries(signed.headers), body };
      assert.equal((await receiverOf(provider, [`v1,whsec_${bare}`])(sent)).status, 200);
      assert.equal((await receiverOf(provider, ["v1,whsec_"])(sent)).status, 503);
    });
  }
});

describe("a secret of several parts", () => {
  it("is none where a part of it is yet to be written", async () => {
    const pairs = {
      braintree: "public1|changeme",
      "google-pubsub": "<audience>|push@example.com",
      plaid: "sandbox|a|xxx",
    };
    for (const [name, secret] of Object.entries(pairs)) {
      const provider = Object.values(providers).find((one) => one.name === name);
      assert.ok(provider !== undefined);
      const { status, body: said } = await receiverOf(provider, [secret])({ body: "{}" });
      assert.deepEqual([status, JSON.parse(said).error], [503, "secret-malformed"], name);
    }
  });
});
