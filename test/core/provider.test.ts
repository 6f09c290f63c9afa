import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { defineProvider, type Provider, type Scheme } from "../../lambdas/core/mod.ts";

const scheme: Scheme = {
  ...{ algorithm: "hmac-sha256", key: "utf8", encoding: "hex", signed: ["body"] },
  signature: { header: "x-signature" },
};
const acme: Provider = {
  ...{ name: "acme", title: "Acme", coversBody: true, answerWithinSeconds: 10, retryHours: 0, identity: "id" },
  verification: scheme,
  events: { id: { json: "/id" } },
};

describe("the definition of a provider", () => {
  it("is returned as it is", () => {
    assert.equal(defineProvider(acme), acme);
  });

  it("has a name that is fit for a path", () => {
    for (const name of ["", "Acme", "a_b", "1a", "-a", "a/b", "a b", "é", "a".repeat(41), "acme\n", "__proto__"]) {
      assert.throws(() => defineProvider({ ...acme, name }), { name: "TypeError", message: /name must be/ });
    }
    for (const name of ["a", "acme-2", "a".repeat(40)]) assert.doesNotThrow(() => defineProvider({ ...acme, name }));
  });

  it("has durations that are numbers in range, and says which it received", () => {
    for (const answerWithinSeconds of [0, -1, Number.NaN]) {
      const message = new RegExp(
        `answerWithinSeconds must be above 0 and at most 900, received ${answerWithinSeconds}`,
      );
      assert.throws(() => defineProvider({ ...acme, answerWithinSeconds }), { name: "RangeError", message });
    }
    for (const retryHours of [-1, Number.NaN]) {
      assert.throws(() => defineProvider({ ...acme, retryHours }), { name: "RangeError", message: /retryHours/ });
    }
  });

  it("signs an id only where a header has it", () => {
    const verification = { ...scheme, signed: ["id", "body"] } as const;
    const events = [{}, { id: { json: "/id" } }, () => []] as const;
    for (const one of events) {
      assert.throws(() => defineProvider({ ...acme, verification, events: one }), {
        name: "TypeError",
        message: /"id"/,
      });
    }
    assert.doesNotThrow(() => defineProvider({ ...acme, verification, events: { id: { header: "x-id" } } }));
  });

  it("may verify and read its events by functions", () => {
    const byFunctions = {
      ...acme,
      verification: async () => ({ kind: "signed", secretIndex: 1 }) as const,
      events: () => [],
    };
    assert.equal(defineProvider(byFunctions), byFunctions);
  });

  it("signs a timestamp only where it describes one", () => {
    const verification = { ...scheme, signed: ["timestamp", "body"] } as const;
    assert.throws(() => defineProvider({ ...acme, verification }), { name: "TypeError", message: /"timestamp"/ });
  });
});
