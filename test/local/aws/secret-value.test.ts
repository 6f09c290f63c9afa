import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { describe, it } from "node:test";
import { defineProvider, type Scheme } from "../../../lambdas/core/provider.ts";
import { sign } from "../../../lambdas/core/verify/sign.ts";
import { verify } from "../../../lambdas/core/verify/verify.ts";
import { newSecret } from "../../../local/aws/secret-value.ts";

function providerOf(algorithm: Scheme["algorithm"], key: Scheme["key"]) {
  return defineProvider({
    name: "acme",
    title: "Acme",
    coversBody: true,
    answerWithinSeconds: 10,
    retryHours: 24,
    identity: "id",
    verification: { algorithm, key, signature: { header: "x-signature" }, encoding: "base64", signed: ["body"] },
    events: { id: { json: "/id" }, type: { json: "/type" } },
  });
}

const bytesOf = (secret: string, encoding: "hex" | "base64") => Buffer.from(secret, encoding).length;

describe("a new secret", () => {
  it("has the format that its provider issues", () => {
    const secret = (key: Scheme["key"]) => newSecret(providerOf("hmac-sha256", key)).secret;
    assert.match(secret("utf8"), /^[0-9a-f]{48}$/);
    assert.match(secret("hex"), /^[0-9a-f]{48}$/);
    assert.equal(bytesOf(secret("base64"), "base64"), 24);
    assert.match(secret("whsec"), /^whsec_[A-Za-z0-9+/]{32}$/);
  });

  it("differs each time", () => {
    const provider = providerOf("hmac-sha256", "utf8");
    assert.notEqual(newSecret(provider).secret, newSecret(provider).secret);
  });

  it("has no signing half where the two are one", () => {
    assert.deepEqual(Object.keys(newSecret(providerOf("hmac-sha256", "utf8"))), ["secret"]);
  });

  it("is 48 hex digits where the provider verifies by a function", () => {
    const provider = {
      ...providerOf("hmac-sha256", "utf8"),
      verification: async () => ({ kind: "signed", secretIndex: 1 }) as const,
    };
    assert.match(newSecret(provider).secret, /^[0-9a-f]{48}$/);
  });

  for (const [algorithm, key] of [
    ["hmac-sha256", "utf8"],
    ["hmac-sha256", "hex"],
    ["hmac-sha256", "base64"],
    ["hmac-sha256", "whsec"],
    ["hmac-sha1", "utf8"],
    ["ed25519", "hex"],
    ["ed25519", "spki-base64"],
    ["ecdsa-p256-sha256", "spki-base64"],
  ] as const) {
    it(`signs deliveries that it verifies: ${algorithm} with a key in ${key}`, async () => {
      await assertSignsAndVerifies(providerOf(algorithm, key));
    });
  }
});

async function assertSignsAndVerifies(provider: ReturnType<typeof providerOf>): Promise<void> {
  const { secret, signingSecret } = newSecret(provider);
  const body = new TextEncoder().encode('{"id":"1","type":"a"}');
  const now = new Date("2026-01-01T00:00:00Z");
  const unsigned = { method: "POST", url: "https://example.com/acme", headers: new Headers(), body };
  const delivery = await sign(unsigned, { provider, secret: signingSecret ?? secret, now });
  const verified = await verify(delivery, { provider, secrets: [secret], now });
  assert.equal(verified.kind, "verified");
  const altered = await verify(
    { ...delivery, body: new TextEncoder().encode("{}") },
    { provider, secrets: [secret], now },
  );
  assert.equal(altered.kind, "refused");
}
