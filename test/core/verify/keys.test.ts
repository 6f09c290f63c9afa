import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { generateKeyPairSync } from "node:crypto";
import { describe, it } from "node:test";
import type { KeyForm, Scheme } from "../../../lambdas/core/mod.ts";
import { isSignature, isSignedBy, keyOf, signatureText } from "../../../lambdas/core/verify/signature.ts";

const algorithm = "hmac-sha256";

function bytesOf(secret: string, key: KeyForm): string | undefined {
  const found = keyOf(secret, { algorithm, key });
  return found !== undefined && "secret" in found ? found.secret.export().toString("hex") : undefined;
}

describe("the key of a secret", () => {
  it("is the bytes of its text, composed as it is or taken apart", () => {
    assert.equal(bytesOf("\ufb01\u00e9", "utf8"), "efac81c3a9");
    assert.equal(bytesOf("\ufb01\u00e9", "utf8-nfkd"), "666965cc81");
  });

  it("is none where the secret is empty", () => {
    for (const form of ["utf8", "utf8-nfkd"] as const) assert.equal(bytesOf("", form), undefined);
  });

  it("is the bytes that hex and base64 encode, and none where they are malformed", () => {
    assert.equal(bytesOf("00FF", "hex"), "00ff");
    for (const form of ["base64", "spki-base64", "whsec"] as const) assert.equal(bytesOf("AAEC", form), "000102");
    for (const form of ["base64", "spki-base64"] as const) assert.equal(bytesOf("whsec_AAEC", form), undefined);
    for (const form of ["hex", "base64", "whsec"] as const) assert.equal(bytesOf("", form), undefined);
  });

  it("is a public key of the scheme's own kind and curve, and none of another", () => {
    const pairs = {
      ed25519: generateKeyPairSync("ed25519"),
      x25519: generateKeyPairSync("x25519"),
      "P-256": generateKeyPairSync("ec", { namedCurve: "P-256" }),
      "P-384": generateKeyPairSync("ec", { namedCurve: "P-384" }),
      rsa: generateKeyPairSync("rsa", { modulusLength: 2048 }),
    };
    for (const [algorithm, own] of [
      ["ed25519", "ed25519"],
      ["ecdsa-p256-sha256", "P-256"],
    ] as const) {
      const taken = Object.entries(pairs).filter(([, { publicKey }]) => {
        const secret = publicKey.export({ type: "spki", format: "der" }).toString("base64");
        return keyOf(secret, { algorithm, key: "spki-base64" }) !== undefined;
      });
      assert.deepEqual(
        taken.map(([name]) => name),
        [own],
      );
      for (const secret of ["AAEC", Buffer.alloc(33, 1).toString("base64")])
        assert.equal(keyOf(secret, { algorithm, key: "spki-base64" }), undefined);
    }
  });

  it("has its prefix at the front, or has none", () => {
    for (const secret of ["whsec_AAEC", "v1,whsec_AAEC"]) assert.equal(bytesOf(secret, "whsec"), "000102");
    for (const secret of ["AAwhsec_EC", "AAECwhsec_", "whsec_whsec_AAEC", "v1,AAEC", "v2,whsec_AAEC", "whsec_v1,AAEC"])
      assert.equal(bytesOf(secret, "whsec"), undefined);
  });
});

describe("a signature", () => {
  it("of no bytes is malformed, for every algorithm", () => {
    assert.equal(isSignature("", { algorithm: "token", encoding: "text" }), false);
    assert.equal(isSignature("", { algorithm: "ecdsa-p256-sha256", encoding: "base64" }), false);
  });

  it("of ECDSA is a DER sequence: its mark, its length, and nothing behind", () => {
    const bytes = (mark: number, length: number) => Uint8Array.from({ length: 70 }, (_, at) => [mark, length][at] ?? 1);
    const isStrict = (mark: number, length: number) => {
      const text = Buffer.from(bytes(mark, length)).toString("base64");
      return isSignature(text, { algorithm: "ecdsa-p256-sha256", encoding: "base64" });
    };
    assert.equal(isStrict(0x30, 68), true);
    for (const [mark, length] of [
      [0x31, 68],
      [0x10, 68],
      [0x30, 67],
      [0x30, 69],
      [0x30, 70],
    ] as const) {
      assert.equal(isStrict(mark, length), false, `${mark} ${length}`);
    }
  });

  it("of another length is wrong, and does not throw", () => {
    const key = keyOf("correct horse", { algorithm, key: "utf8" });
    assert.ok(key !== undefined);
    const form = { algorithm, encoding: "hex" } as const;
    for (const length of [0, 31, 33]) assert.equal(isSignedBy(key, form, [], ["00".repeat(length)]), false);
    const right = signatureText("correct horse", { ...form, key: "utf8" }, []);
    for (const wrong of [`${right}00`, right.slice(0, -2)]) assert.equal(isSignedBy(key, form, [], [wrong]), false);
  });

  it("of as many characters is wrong where one is not ASCII, also behind a right one", () => {
    const key = keyOf("correct horse", { algorithm, key: "utf8" });
    assert.ok(key !== undefined);
    for (const encoding of ["hex", "base64"] as const) {
      const form = { algorithm, encoding } as const;
      const right = signatureText("correct horse", { ...form, key: "utf8" }, ["content"]);
      for (const odd of [
        `${right.slice(0, -1)}\u00e9`,
        `\u00e9${right.slice(1)}`,
        `${right.slice(0, -2)}\ud83d\ude00`,
      ]) {
        assert.ok(isSignedBy(key, form, ["content"], [right]));
        assert.equal(odd.length, right.length);
        assert.equal(isSignedBy(key, form, ["content"], [odd]), false);
      }
    }
  });

  it("of HMAC is wrong as a text of as many characters, and does not throw", () => {
    const key = keyOf("correct horse", { algorithm, key: "utf8" });
    assert.ok(key !== undefined);
    const form = { algorithm, encoding: "text" } as const;
    const hex = signatureText("correct horse", { algorithm, encoding: "hex", key: "utf8" }, ["content"]);
    for (const text of ["a".repeat(32), hex]) assert.equal(isSignedBy(key, form, ["content"], [text]), false);
  });

  it("is not made with a secret in another format", () => {
    const scheme: Scheme = { algorithm, key: "hex", encoding: "hex", signature: { header: "x-signature" }, signed: [] };
    assert.throws(() => signatureText("correct horse", scheme, []), {
      name: "TypeError",
      message: /of the form "hex"/,
    });
  });
});

describe("a signature in its one spelling", () => {
  const digest = Buffer.alloc(32, 0xab);
  const strict = (text: string, encoding: "hex" | "base64" | "base64url") => isSignature(text, { algorithm, encoding });

  it("is taken in each encoding", () => {
    for (const encoding of ["hex", "base64", "base64url"] as const)
      assert.ok(strict(digest.toString(encoding), encoding), encoding);
  });

  it("is not taken in another spelling of the same bytes, nor with another length", () => {
    for (const encoding of ["hex", "base64", "base64url"] as const) {
      const text = digest.toString(encoding);
      const last = text.replace(/.(=?)$/, "r$1");
      for (const odd of [text.toUpperCase(), `${text}=`, ` ${text}`, `${text}\n`, text.replace("=", ""), text.slice(4)])
        assert.ok(odd === text || !strict(odd, encoding), `${encoding}: ${odd}`);
      assert.ok(!strict(last, encoding), `${encoding}: spare bits`);
      for (const length of [0, 31, 33]) assert.ok(!strict(Buffer.alloc(length, 0xab).toString(encoding), encoding));
    }
  });
});
