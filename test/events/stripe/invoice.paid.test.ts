import invoice, { credit } from "../../../lambdas/events/stripe/invoice.paid.ts";
import { testExample } from "../example.ts";

testExample("stripe/invoice.paid", {
  processor: invoice,
  run: (attempt, ledger) => credit(attempt, { ledger }),
  needs: ["/data/object/customer", "/data/object/amount_paid", "/data/object/currency"],
  entry: { kind: "credit", account: "cus_sample", amount: 2000, currency: "eur" },
});
