import assert from "node:assert/strict";
import { it } from "node:test";
import hottok, { lookUp } from "../../../lambdas/events/hotmart-hottok/PURCHASE_APPROVED.ts";
import { onlyCopy, testExample } from "../example.ts";

const tried = testExample("hotmart-hottok/PURCHASE_APPROVED", {
  processor: hottok,
  run: (attempt, ledger) => lookUp(attempt, { ledger }),
  keyed: { by: "/data/purchase/transaction", as: (transaction) => `look-up ${transaction}` },
  needs: ["/data/purchase/transaction"],
  entry: (id) => ({ kind: "look-up", what: "hotmart purchase", id }),
});

it("looks a purchase up once, approved and then complete, by whichever name its events have", async () => {
  assert.equal(await tried.effectsOf(["PURCHASE_APPROVED", "PURCHASE_COMPLETE"]), 1);
});

it("gets a body that Hotmart's token does not cover", async () => {
  assert.equal((await onlyCopy("hotmart-hottok", "PURCHASE_APPROVED")).event.bodyCovered, false);
});
