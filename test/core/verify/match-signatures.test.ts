import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { describe, it } from "node:test";
import { checkSignatures, keysOf } from "../../../lambdas/core/verify/match-signatures.ts";
import type { SignatureForm } from "../../../lambdas/core/verify/signature.ts";

const form: SignatureForm = { algorithm: "hmac-sha256", key: "utf8", encoding: "hex" };
const parts = ["first", "second"].map((text) => new TextEncoder().encode(text));
const hmac = (by: string, text = "firstsecond") => createHmac("sha256", by).update(text).digest("hex");

describe("the keys of a source's secrets", () => {
  it("have the place of their secret, where unset secrets are omitted", () => {
    const keys = keysOf(["", "a", "", "b"], form);
    assert.deepEqual("kind" in keys ? keys : keys.map(({ secretIndex }) => secretIndex), [1, 3]);
  });

  it("are made once a secret, in whatever list it comes", () => {
    const [before, after] = [keysOf(["a", "b"], form), keysOf(["b"], form)];
    assert.ok(!("kind" in before) && !("kind" in after));
    assert.equal(after[0]?.key, before[1]?.key);
  });

  it("are a fault of ours where no secret has the format", () => {
    const malformed = { kind: "unavailable", reason: "secret-malformed" };
    for (const key of ["utf8", "utf8-nfkd", "hex", "base64", "whsec", "spki-base64"] as const) {
      assert.deepEqual(keysOf(["", ""], { ...form, key }), malformed, key);
    }
    assert.deepEqual(keysOf(["not hex"], { ...form, key: "hex" }), malformed);
    assert.deepEqual(keysOf([], form), malformed);
  });
});

describe("signatures checked in one step", () => {
  const given = { secrets: ["", "old", "new"], parts, signatures: [hmac("new")], where: 'field "signature"' };
  const verdict = (change: Partial<typeof given> | { readonly signatures: undefined }, of = form) => {
    const result = checkSignatures(of, { ...given, ...change });
    return result.kind === "signed" ? result.secretIndex : [result.kind, result.reason];
  };

  it("name the secret that one of them is by, over the parts in order", () => {
    assert.equal(verdict({}), 2);
    assert.equal(verdict({ signatures: ["junk", hmac("another"), hmac("old")] }), 1);
    assert.deepEqual(verdict({ parts: parts.toReversed() }), ["refused", "signature-wrong"]);
    assert.deepEqual(verdict({ signatures: [hmac("another"), hmac("")] }), ["refused", "signature-wrong"]);
  });

  it("are refused where there are none, none in the format, or more than sixteen", () => {
    assert.deepEqual(verdict({ signatures: undefined }), ["refused", "signature-missing"]);
    assert.deepEqual(verdict({ signatures: [] }), ["refused", "signature-malformed"]);
    assert.deepEqual(verdict({ signatures: ["junk", hmac("new").slice(2)] }), ["refused", "signature-malformed"]);
    const wrong = Array.from({ length: 15 }, () => hmac("another"));
    assert.equal(verdict({ signatures: [...wrong, hmac("new")] }), 2);
    assert.deepEqual(verdict({ signatures: [...wrong, "junk", hmac("new")] }), ["refused", "signature-malformed"]);
  });

  it("are a fault of ours where no secret has the format, whatever was sent", () => {
    for (const signatures of [undefined, [], [hmac("new")]]) {
      assert.deepEqual(verdict({ signatures, secrets: ["no hex"] } as typeof given, { ...form, key: "hex" }), [
        "unavailable",
        "secret-malformed",
      ]);
    }
  });
});
