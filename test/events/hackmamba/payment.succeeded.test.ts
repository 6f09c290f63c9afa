import assert from "node:assert/strict";
import { it } from "node:test";
import payment, { activate } from "../../../lambdas/events/hackmamba/payment.succeeded.ts";
import { testExample } from "../example.ts";

const tried = testExample("hackmamba/payment.succeeded", {
  processor: payment,
  run: (attempt, ledger) => activate(attempt, { ledger }),
  needs: ["/data/object/id"],
  entry: { kind: "activation", payment: "payment_sample" },
});

it("has no effect for a test", async () => {
  assert.deepEqual(await tried.runWith((event) => ({ ...event, livemode: false })), []);
});
