import assert from "node:assert/strict";
import { generateKeyPairSync, sign as signLiterally } from "node:crypto";
import { describe, it } from "node:test";
import { type Delivery, defineProvider, type Provider, type Scheme, sign, verify } from "../../../lambdas/core/mod.ts";

const now = new Date("2026-03-04T05:06:07.000Z");
const body = new TextEncoder().encode('{"id":"evt_1","type":"order.created"}');
const utf8 = { algorithm: "hmac-sha256", key: "utf8", encoding: "hex", signed: ["body"] } as const;
const ed25519 = generateKeyPairSync("ed25519");
const p256 = generateKeyPairSync("ec", { namedCurve: "P-256" });

function provider(verification: Scheme, events: Provider["events"] = {}): Provider {
  return defineProvider({
    ...{ name: "acme", title: "Acme", coversBody: true, answerWithinSeconds: 10, retryHours: 1, identity: "id" },
    verification,
    events,
  });
}

function delivery(headers: Readonly<Record<string, string>>, bytes = body): Delivery {
  return { method: "POST", url: "https://hooks.example/acme", headers: new Headers(headers), body: bytes };
}

async function verdict(scheme: Scheme, given: Delivery, secrets: readonly string[]): Promise<string> {
  const result = await verify(given, {
    provider: provider(scheme, { id: { header: "x-id" } }),
    secrets,
    now,
    url: given.url,
  });
  return result.kind === "verified" ? `verified by ${result.secretIndex}` : result.reason;
}

function privateText(pair: typeof ed25519): string {
  return pair.privateKey.export({ format: "der", type: "pkcs8" }).toString("base64");
}

function publicText(pair: typeof ed25519): string {
  return pair.publicKey.export({ format: "der", type: "spki" }).toString("base64");
}

describe("public-key signatures", () => {
  const schemes = [
    { algorithm: "ed25519", pair: ed25519, hash: null, other: generateKeyPairSync("ed25519") },
    {
      algorithm: "ecdsa-p256-sha256",
      pair: p256,
      hash: "sha256",
      other: generateKeyPairSync("ec", { namedCurve: "P-256" }),
    },
  ] as const;
  for (const { algorithm, pair, hash, other } of schemes) {
    const scheme: Scheme = {
      ...{ algorithm, key: "spki-base64", encoding: "base64", signed: ["body"] },
      signature: { header: "x-signature" },
    };
    it(`of ${algorithm} are verified by the public key alone`, async () => {
      const right = signLiterally(hash, body, pair.privateKey).toString("base64");
      const given = delivery({ "x-signature": right });
      assert.equal(await verdict(scheme, given, [publicText(pair)]), "verified by 0");
      assert.equal(await verdict(scheme, given, [publicText(other), publicText(pair)]), "verified by 1");
      assert.equal(await verdict(scheme, given, [publicText(other)]), "signature-wrong");
      assert.equal(
        await verdict(scheme, delivery({ "x-signature": right }, body.slice(1)), [publicText(pair)]),
        "signature-wrong",
      );
      // The second is half of one: for ECDSA a DER sequence that ends too early.
      for (const broken of ["AAAA", right.slice(0, 48)]) {
        assert.equal(
          await verdict(scheme, delivery({ "x-signature": broken }), [publicText(pair)]),
          "signature-malformed",
        );
      }
    });

    it(`of ${algorithm} are unavailable where the secret is not such a key`, async () => {
      const wrongKind = publicText(algorithm === "ed25519" ? p256 : ed25519);
      const p384 = publicText(generateKeyPairSync("ec", { namedCurve: "P-384" }));
      const given = delivery({ "x-signature": signLiterally(hash, body, pair.privateKey).toString("base64") });
      for (const text of ["not a key", "AAAA", wrongKind, p384]) {
        assert.equal(await verdict(scheme, given, [text]), "secret-malformed");
      }
    });

    it(`of ${algorithm} are made by sign with the private key`, async () => {
      const options = { provider: provider(scheme), secret: privateText(pair), now };
      assert.equal(await verdict(scheme, await sign(delivery({}), options), [publicText(pair)]), "verified by 0");
    });
  }

  it("of Ed25519 take a raw key of 32 bytes in hex, as Discord gives it out", async () => {
    const raw = Buffer.from(publicText(ed25519), "base64").subarray(-32).toString("hex");
    const scheme: Scheme = { ...utf8, algorithm: "ed25519", key: "hex", signature: { header: "x-signature" } };
    const right = signLiterally(null, body, ed25519.privateKey).toString("hex");
    assert.equal(await verdict(scheme, delivery({ "x-signature": right }), [raw]), "verified by 0");
  });
});

describe("a signature made by sign", () => {
  const hook = { header: "x-signature" } as const;
  const key = Buffer.alloc(24, 5).toString("base64");
  const schemes: Readonly<Record<string, { readonly scheme: Scheme; readonly secret: string }>> = {
    "a plain HMAC": { scheme: { ...utf8, signature: hook }, secret: "a" },
    "an HMAC of SHA-1 in base64url": {
      scheme: { ...utf8, algorithm: "hmac-sha1", encoding: "base64url", signature: hook },
      secret: "a",
    },
    "a stamped HMAC in one header": {
      scheme: {
        ...utf8,
        signature: { header: "x-signature", split: ",", take: "v1=" },
        signed: ["timestamp", { text: "." }, "body"],
        timestamp: { header: "x-signature", split: ",", take: "t=", unit: "seconds", toleranceSeconds: 1 },
      },
      secret: "a",
    },
    "a Standard Webhooks signature": {
      scheme: {
        ...utf8,
        key: "whsec",
        encoding: "base64",
        signature: { header: "webhook-signature", split: " ", take: "v1," },
        signed: ["id", { text: "." }, "timestamp", { text: "." }, "body"],
        timestamp: { header: "webhook-timestamp", unit: "seconds", toleranceSeconds: 300 },
      },
      secret: `whsec_${key}`,
    },
    "a token": {
      scheme: { ...utf8, algorithm: "token", encoding: "text", signed: [], signature: hook },
      secret: "a token",
    },
    "fixed headers and the URL": {
      scheme: { ...utf8, signature: hook, signed: ["method", "url", "body"], fixed: { "x-version": "2" } },
      secret: "a",
    },
    "an ISO time": {
      scheme: {
        ...utf8,
        signature: hook,
        signed: ["timestamp", "body"],
        timestamp: { header: "x-time", unit: "iso", toleranceSeconds: 1 },
      },
      secret: "a",
    },
  };
  for (const [what, { scheme, secret }] of Object.entries(schemes)) {
    it(`is verified, for ${what}`, async () => {
      const options = { provider: provider(scheme, { id: { header: "x-id" } }), secret, now };
      const given = delivery({ "x-id": "evt_1", "content-type": "application/json" });
      const signed = await sign(given, options);
      assert.equal(await verdict(scheme, signed, [secret]), "verified by 0");
      assert.equal(await verdict(scheme, signed, ["x", secret]), "verified by 1");
      assert.equal(signed.headers.get("content-type"), "application/json");
      assert.equal(given.headers.has("x-signature"), false, "the given delivery was changed");
    });
  }

  it("is refused as misuse without a scheme, a fit secret or a signed part", async () => {
    const bare = {
      ...provider({ ...utf8, signature: hook }),
      verification: async () => ({ kind: "signed", secretIndex: 1 }) as const,
    };
    const whsec = provider({ ...utf8, key: "whsec", signature: hook });
    const identified = provider({ ...utf8, signature: hook, signed: ["id"] }, { id: { header: "x-id" } });
    const headless = provider({ ...utf8, signature: [] });
    const cases = [
      [bare, "a", /provider "acme" verifies by a function and has no sign/],
      [whsec, "?", /the secret is not of the form "whsec"/],
      [identified, "a", /"id" is not in the request/],
      [headless, "a", /names no signature header/],
    ] as const;
    for (const [provider, secret, message] of cases) {
      await assert.rejects(sign(delivery({}), { provider, secret, now }), { name: "TypeError", message });
    }
  });

  it("is made by the provider's own sign where it has one, whatever its scheme", async () => {
    const given = delivery({});
    const options = { secret: "a", now };
    const own: Provider = {
      ...provider({ ...utf8, signature: hook }),
      sign: async (unsigned, { secret }) => ({ ...unsigned, url: `${unsigned.url}?by=${secret}` }),
    };
    const byFunction: Provider = { ...own, verification: async () => ({ kind: "signed", secretIndex: 0 }) };
    for (const one of [own, byFunction]) {
      const signed = await sign(given, { provider: one, ...options });
      assert.deepEqual([signed.url, [...signed.headers]], [`${given.url}?by=a`, []]);
    }
  });

  it("writes no header for a time that stands in the body", async () => {
    const timestamp = { json: "/at", unit: "seconds", toleranceSeconds: 60 } as const;
    const bytes = new TextEncoder().encode(`{"at":${now.getTime() / 1000}}`);
    const scheme: Scheme = { ...utf8, signature: hook, timestamp };
    const signed = await sign(delivery({}, bytes), { provider: provider(scheme), secret: "a", now });
    assert.deepEqual([...signed.headers.keys()], ["x-signature"]);
    assert.equal(await verdict(scheme, signed, ["a"]), "verified by 0");
  });

  it("replaces a signature that stands in its header", async () => {
    const old = delivery({ "x-signature": "old" });
    const alone = await sign(old, { provider: provider({ ...utf8, signature: hook }), secret: "a", now });
    assert.match(alone.headers.get("x-signature") ?? "", /^[0-9a-f]{64}$/);
  });

  it("says the time in milliseconds where the scheme does", async () => {
    const timestamp = { header: "x-time", unit: "milliseconds", toleranceSeconds: 1 } as const;
    const scheme: Scheme = { ...utf8, signature: hook, signed: ["timestamp", "body"], timestamp };
    const signed = await sign(delivery({}), { provider: provider(scheme), secret: "a", now });
    assert.equal(signed.headers.get("x-time"), `${now.getTime()}`);
    assert.equal(await verdict(scheme, signed, ["a"]), "verified by 0");
  });
});
