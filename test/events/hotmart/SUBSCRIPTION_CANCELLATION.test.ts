import assert from "node:assert/strict";
import { it } from "node:test";
import cancellation, { winBack } from "../../../lambdas/events/hotmart/SUBSCRIPTION_CANCELLATION.ts";
import { testExample } from "../example.ts";

const tried = testExample("hotmart/SUBSCRIPTION_CANCELLATION", {
  processor: cancellation,
  run: (attempt, outbox) => winBack(attempt, { outbox }),
  needs: ["/data/subscriber/email", "/data/product/name"],
  entry: { to: "subscriber@example.com", template: "win-back", about: "Produção de Cerâmica" },
});

it("wins a subscription back by either name of its end", async () => {
  assert.equal(await tried.effectsOf(["SUBSCRIPTION_CANCELLATION", "SUBSCRIPTION_CANCELED"]), 2);
});
