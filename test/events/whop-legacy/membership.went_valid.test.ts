import assert from "node:assert/strict";
import { it } from "node:test";
import wentValid, { welcome } from "../../../lambdas/events/whop-legacy/membership.went_valid.ts";
import { testExample, withoutTenant } from "../example.ts";

const tried = testExample("whop-legacy/membership.went_valid", {
  processor: wentValid,
  run: (attempt, ledger) => welcome(attempt, { ledger }),
  needs: ["/data/user/id", "/data/product/id"],
  entry: { kind: "grant", account: "user_sample", product: "pass_sample", tenant: "biz_sample" },
});

it("tells a tenant's member from a business that bought the app", async () => {
  assert.deepEqual(await tried.runWith(withoutTenant), [{ kind: "merchant", account: "user_sample" }]);
});
