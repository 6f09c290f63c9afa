import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createPublicKey, createSecretKey, generateKeyPairSync, sign, X509Certificate } from "node:crypto";
import { describe, it } from "node:test";
import { keyFromSet } from "../../../lambdas/core/verify/jwks.ts";
import {
  isSignedByKey,
  keyFromJwk,
  keyFromPem,
  newKeyPair,
  randomHex,
  sha1Hex,
  signWithKey,
} from "../../../lambdas/core/verify/public-keys.ts";
import { certificate } from "../../fixtures/certificates.ts";

const content = new TextEncoder().encode("é✓");
const rsa = (bits: number) => generateKeyPairSync("rsa", { modulusLength: bits });
const ec = (namedCurve: string) => generateKeyPairSync("ec", { namedCurve });
const pem = ({ publicKey }: ReturnType<typeof rsa>) => String(publicKey.export({ type: "spki", format: "pem" }));

describe("a published key", () => {
  it("may be a certificate, or a public key as PEM", () => {
    const fromCertificate = keyFromPem(certificate);
    assert.equal(fromCertificate?.kind, "rsa");
    assert.ok(fromCertificate?.key.equals(new X509Certificate(certificate).publicKey));
    assert.equal(keyFromPem(`\n${pem(rsa(2048))}`)?.kind, "rsa");
    assert.equal(keyFromPem(pem(ec("P-256")))?.kind, "p256");
  });

  it("is refused when it is weak, of another kind, private, or none", () => {
    const { privateKey } = rsa(2048);
    const others = [
      pem(rsa(1024)),
      pem(ec("P-384")),
      pem(generateKeyPairSync("ed25519")),
      pem(generateKeyPairSync("rsa-pss", { modulusLength: 2048 })),
      pem(generateKeyPairSync("dsa", { modulusLength: 2048, divisorLength: 224 })),
      `x\n${pem(rsa(2048))}`,
      String(privateKey.export({ type: "pkcs8", format: "pem" })),
      certificate.slice(0, 300),
      certificate.replace(/\n.{10}/, "\n##########"),
      ...["", "-----BEGIN CERTIFICATE-----", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", "<html>"],
    ];
    for (const text of others) assert.equal(keyFromPem(text), undefined, text.slice(0, 80));
  });

  it("of RSA has 2 048 to 8 192 bits", () => {
    const kindOf = (bytes: number) => {
      const n = Buffer.alloc(bytes, 0xff).toString("base64url");
      return keyFromJwk({ kty: "RSA", n, e: "AQAB" })?.kind;
    };
    assert.deepEqual([255, 256, 512, 1025, 2048].map(kindOf), [undefined, "rsa", "rsa", undefined, undefined]);
    // Deno reads none of more than 4 096.
    if (!("Deno" in globalThis)) assert.equal(kindOf(1024), "rsa");
  });

  it("may be a JSON Web Key, whose public half counts", () => {
    const pair = rsa(2048);
    const key = keyFromJwk({ ...pair.privateKey.export({ format: "jwk" }) });
    assert.equal(key?.key.type, "public");
    assert.equal(keyFromJwk({ ...ec("P-256").publicKey.export({ format: "jwk" }) })?.kind, "p256");
    const odd = [
      {},
      { kty: "RSA" },
      { kty: "oct", k: "AAAA" },
      { kty: "EC", crv: "P-256", x: 1, y: null },
      { kty: "EC", crv: "P-256", x: "AAAA", y: "AAAA" },
      { kty: "RSA", n: {}, e: "AQAB" },
      { ...rsa(1024).publicKey.export({ format: "jwk" }) },
      { ...ec("P-384").publicKey.export({ format: "jwk" }) },
    ];
    for (const jwk of odd) assert.equal(keyFromJwk(jwk), undefined, JSON.stringify(jwk).slice(0, 80));
  });
});

describe("a signature by a key pair", () => {
  it("is made and checked by each algorithm, and by no other", () => {
    const pairs = { rsa: newKeyPair("rsa"), p256: newKeyPair("p256") };
    const algorithms = { "rsa-sha1": "rsa", "rsa-sha256": "rsa", es256: "p256" } as const;
    for (const algorithm of ["rsa-sha1", "rsa-sha256", "es256"] as const) {
      const { privateKey, pem: text, jwk } = pairs[algorithms[algorithm]];
      const signature = signWithKey(privateKey, algorithm, content);
      for (const key of [keyFromPem(text), keyFromJwk(jwk)]) {
        assert.ok(key !== undefined);
        assert.ok(isSignedByKey(key, algorithm, content, signature));
        assert.ok(!isSignedByKey(key, algorithm, content.slice(1), signature));
        for (const odd of [signature.slice(1), new Uint8Array(), new Uint8Array([...signature, 0])]) {
          assert.ok(!isSignedByKey(key, algorithm, content, odd));
        }
        for (const other of ["rsa-sha1", "rsa-sha256", "es256"] as const) {
          if (other !== algorithm) assert.ok(!isSignedByKey(key, other, content, signature));
        }
      }
    }
  });

  it("of ES256 is r and s side by side, and not DER", () => {
    const { privateKey, publicKey } = ec("P-256");
    const key = keyFromPem(String(publicKey.export({ type: "spki", format: "pem" })));
    assert.ok(key !== undefined);
    assert.ok(!isSignedByKey(key, "es256", content, sign("sha256", content, privateKey)));
    const secret = privateKey.export({ type: "pkcs8", format: "der" }).toString("base64");
    assert.equal(signWithKey(secret, "es256", content).length, 64);
  });

  it("needs a private key", () => {
    assert.throws(
      () => signWithKey("AAAA", "rsa-sha256", content),
      (error: Error) => error instanceof TypeError && /PKCS#8/.test(error.message) && error.cause instanceof Error,
    );
  });

  it("is none where the key cannot check any, and no exception", () => {
    const key = createSecretKey(new Uint8Array(32));
    for (const kind of ["rsa", "p256"] as const) {
      const algorithm = kind === "rsa" ? "rsa-sha256" : "es256";
      assert.equal(isSignedByKey({ kind, key }, algorithm, content, new Uint8Array(64)), false);
    }
  });
});

describe("a key set", () => {
  const url = "https://keys.example/set";
  const { jwk } = newKeyPair("p256");
  const at = (seconds: number) => new Date(1_767_607_200_000 + seconds * 1000);

  function publishing(...documents: readonly string[]) {
    const left = [...documents];
    const asked: string[] = [];
    const fetch = async (address: string) => {
      asked.push(address);
      return new Response(left.length > 1 ? left.shift() : left[0]);
    };
    return { fetch, asked };
  }

  it("is fetched again for an unknown key, once a minute at most", async () => {
    const old = JSON.stringify({ keys: [{ ...jwk, kid: "old" }] });
    const { fetch, asked } = publishing(old, old, JSON.stringify({ keys: [null, 1, { ...jwk, kid: "new" }] }));
    const kindOf = async (kid: string | undefined, seconds: number) =>
      (await keyFromSet(url, kid, { fetch, now: at(seconds) })).kind;
    assert.equal(await kindOf("old", 0), "p256");
    for (let turn = 0; turn < 20; turn += 1) assert.equal(await kindOf(`junk${turn}`, 59), "refused");
    assert.equal(asked.length, 1);
    for (let turn = 0; turn < 20; turn += 1) assert.equal(await kindOf(`junk${turn}`, 60), "refused");
    assert.equal(asked.length, 2);
    assert.equal(await kindOf("new", 120), "p256");
    assert.equal(asked.length, 3);
    assert.equal(await kindOf("new", 3719), "p256");
    assert.equal(await kindOf(undefined, 3719), "refused");
    assert.equal(asked.length, 3);
  });

  it("without the key is a wrong signature; at an address that is no provider's, a malformed one", async () => {
    const { fetch, asked } = publishing(JSON.stringify({ keys: [{ ...jwk, kid: "a" }] }));
    const reasonOf = async (address: string, kid: string | undefined) => {
      const found = await keyFromSet(address, kid, { fetch, now: at(0) });
      return found.kind === "refused" ? found.reason : found.kind;
    };
    assert.equal(await reasonOf(url, "a"), "p256");
    for (const kid of ["b", undefined]) assert.equal(await reasonOf(url, kid), "signature-wrong");
    for (const address of ["http://keys.example/set", "https://keys.example", "https://a@keys.example/set"]) {
      assert.equal(await reasonOf(address, "a"), "signature-malformed");
    }
    assert.deepEqual(new Set(asked), new Set([url]));
  });

  it("that is malformed is a fault", async () => {
    for (const text of ["", "null", "[]", '{"keys":{}}']) {
      const { fetch } = publishing(text);
      await assert.rejects(keyFromSet(url, "a", { fetch, now: at(0) }), /no JSON Web Key Set/);
    }
  });
});

describe("random values, and SHA-1", () => {
  it("are written as hex", () => {
    assert.match(randomHex(9), /^[0-9a-f]{18}$/);
    assert.notEqual(randomHex(9), randomHex(9));
    assert.equal(sha1Hex("abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
    assert.ok(createPublicKey(newKeyPair("rsa").pem).asymmetricKeyDetails?.modulusLength === 2048);
  });
});
