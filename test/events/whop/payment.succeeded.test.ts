import paid, { creditUser } from "../../../lambdas/events/whop/payment.succeeded.ts";
import { testExample } from "../example.ts";

testExample("whop/payment.succeeded", {
  processor: paid,
  run: (attempt, ledger) => creditUser(attempt, { ledger }),
  keyed: { by: "/data/id", as: (payment) => `credit ${payment}` },
  needs: ["/data/id", "/data/user/id", "/data/total", "/data/currency"],
  entry: { kind: "credit", account: "user_sample", amount: 6.9, currency: "usd" },
});
