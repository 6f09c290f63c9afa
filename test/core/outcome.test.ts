import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { answer, type Refusal, type Unavailable } from "../../lambdas/core/mod.ts";

const statuses: Readonly<Record<Refusal["reason"] | Unavailable["reason"], number>> = {
  "request-malformed": 400,
  "source-unknown": 404,
  "method-not-allowed": 405,
  "body-too-large": 413,
  "signature-missing": 401,
  "signature-malformed": 401,
  "signature-wrong": 401,
  "timestamp-malformed": 401,
  "timestamp-outside-window": 401,
  "header-contradicts": 401,
  "address-not-allowed": 403,
  "secret-unset": 503,
  "secret-malformed": 503,
  "url-unset": 503,
  "body-parsed": 503,
  "key-fetch": 503,
  "time-up": 503,
  queue: 503,
  processing: 503,
  handler: 500,
  internal: 503,
};
const ours = [
  "secret-unset",
  "secret-malformed",
  "url-unset",
  "body-parsed",
  "key-fetch",
  "time-up",
  "queue",
  "processing",
  "handler",
  "internal",
];

describe("the answer to an outcome", () => {
  for (const kind of ["accepted", "duplicate", "ignored", "dead"] as const) {
    it(`is 200 for ${kind}, with the id of one event or the ids of several`, () => {
      const one = answer({ kind, events: [{ id: "evt_1", type: undefined, kind }] });
      assert.equal(one.status, 200);
      assert.deepEqual(one.headers, { "content-type": "application/json" });
      assert.deepEqual(JSON.parse(one.body ?? ""), { received: true, outcome: kind, id: "evt_1" });
      const events = ["evt_1", "evt_2"].map((id) => ({ id, type: "order.created", kind }));
      assert.deepEqual(JSON.parse(answer({ kind, events }).body ?? "").ids, ["evt_1", "evt_2"]);
      assert.deepEqual(JSON.parse(answer({ kind, events: [] }).body ?? "").ids, []);
      const many = Array.from({ length: 1001 }, (_, n) => ({ id: `${n}`, type: "push", kind }));
      assert.deepEqual(JSON.parse(answer({ kind, events: many }).body ?? ""), {
        received: true,
        outcome: kind,
        events: 1001,
      });
    });

    it(`is the provider's own answer for ${kind}, where it demands one`, () => {
      const own = { status: 200, body: "OK" };
      assert.equal(answer({ kind, events: [] }, own), own);
    });
  }

  for (const [reason, status] of Object.entries(statuses) as [Refusal["reason"] & Unavailable["reason"], number][]) {
    it(`is ${status} for ${reason}, and tells no cause`, () => {
      const cause = new Error("the table said something private");
      const isOurs = ours.includes(reason);
      const given = answer(
        isOurs ? { kind: "unavailable", reason, cause } : { kind: "refused", reason, message: "Cannot take delivery" },
        { status: 200, body: "OK" },
      );
      assert.equal(given.status, status);
      assert.equal(given.headers?.["retry-after"], isOurs ? "30" : undefined);
      const body = JSON.parse(given.body ?? "");
      assert.deepEqual(Object.keys(body), ["error", "message"]);
      assert.equal(body.error, reason);
      assert.match(body.message, /^Cannot /);
      assert.ok(!given.body?.includes("private"));
    });
  }

  it("says when to retry, where that is known", () => {
    const { headers } = answer({ kind: "unavailable", reason: "processing", retryAfterSeconds: 7 });
    assert.equal(headers?.["retry-after"], "7");
  });

  it("is a handshake's own answer as it is", () => {
    const own = { status: 200, headers: { "content-type": "text/plain" }, body: "challenge" };
    assert.equal(answer({ kind: "answered", answer: own }), own);
  });
});
