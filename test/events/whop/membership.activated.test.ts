import activated, { grantAccess } from "../../../lambdas/events/whop/membership.activated.ts";
import { testExample } from "../example.ts";

testExample("whop/membership.activated", {
  processor: activated,
  run: (attempt, ledger) => grantAccess(attempt, { ledger }),
  needs: ["/data/user/id", "/data/product/id"],
  entry: { kind: "grant", account: "user_sample", product: "prod_sample", tenant: "biz_sample" },
});
