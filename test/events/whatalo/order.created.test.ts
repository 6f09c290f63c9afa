import assert from "node:assert/strict";
import { it } from "node:test";
import { PermanentError } from "../../../lambdas/core/processing/processor.ts";
import order, { fulfil } from "../../../lambdas/events/whatalo/order.created.ts";
import { testExample, withoutTenant } from "../example.ts";

const tried = testExample("whatalo/order.created", {
  processor: order,
  run: (attempt, ledger) => fulfil(attempt, { ledger }),
  needs: ["/data/id", "/data/items"],
  entry: { kind: "order", store: "my-store", order: "order_sample", items: 1 },
});

it("fulfils no order without its store", async () => {
  await assert.rejects(tried.runWith(withoutTenant), PermanentError);
});
