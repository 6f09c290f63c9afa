import assert from "node:assert/strict";
import { it } from "node:test";
import purchase, { sendWelcome } from "../../../lambdas/events/hotmart/PURCHASE_APPROVED.ts";
import { onlyCopy, testExample } from "../example.ts";

const tried = testExample("hotmart/PURCHASE_APPROVED", {
  processor: purchase,
  run: (attempt, outbox) => sendWelcome(attempt, { outbox }),
  keyed: { by: "/data/purchase/transaction", as: (transaction) => `welcome ${transaction}` },
  needs: ["/data/buyer/email", "/data/product/name", "/data/purchase/transaction"],
  entry: { to: "buyer@example.com", template: "welcome", about: "Produção de Cerâmica" },
});

it("welcomes a purchase once, approved and then complete, by whichever name its events have", async () => {
  assert.equal(await tried.effectsOf(["PURCHASE_APPROVED", "PURCHASE_COMPLETE"]), 1);
});

it("gets a body that Hotmart's signature covers", async () => {
  assert.equal((await onlyCopy("hotmart", "PURCHASE_APPROVED")).event.bodyCovered, true);
});
