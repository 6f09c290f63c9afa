import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { describe, it } from "node:test";
import { sign } from "../../lambdas/core/verify/sign.ts";
import { verify } from "../../lambdas/core/verify/verify.ts";
import { providers } from "../../lambdas/providers/mod.ts";
import { newSecret } from "../../local/aws/secret-value.ts";
import { readSample, stamp } from "../../operate/samples/sample.ts";

const samples = new URL("../../lambdas/providers/samples/", import.meta.url);
const now = new Date("2026-01-05T10:00:00Z");

describe("a secret for a local run", () => {
  for (const [name, provider] of Object.entries(providers)) {
    if (typeof provider.verification !== "function") continue;

    it(`of ${name} signs a sample, and verifies it with what the provider publishes`, async () => {
      const { secret, signingSecret = secret, documents = {} } = newSecret(provider);
      const { secret: other } = newSecret(provider);
      const type = (readdirSync(new URL(`${name}/`, samples))[0] ?? "").replace(/\.\w+$/, "");
      const url = `https://hooks.example/${name}`;
      const unsigned = stamp(provider, { url, ...readSample(name, type), id: crypto.randomUUID(), type }, false);
      const signed = await sign(unsigned, { provider, secret: signingSecret, now, url });
      const fetch = async (address: string) => {
        assert.ok(address in documents, address);
        return new Response(documents[address]);
      };
      const given = { provider, now, url, fetch };
      assert.equal((await verify(signed, { ...given, secrets: [secret] })).kind, "verified");
      // Where the secret is a name, a fresh one may be the same.
      if (other !== secret && signingSecret === secret) {
        assert.equal((await verify(signed, { ...given, secrets: [other] })).kind, "refused");
      }
      await assert.rejects(sign(unsigned, { provider, secret: "", now, url }), { name: "TypeError" });
    });
  }
});
