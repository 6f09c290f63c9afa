import generic, { keepArrival } from "../../../lambdas/events/generic/_other.ts";
import { testExample } from "../example.ts";

testExample("generic/_other", {
  processor: generic,
  run: (attempt, ledger) => keepArrival(attempt, { ledger }),
  needs: [],
  sample: "form.submitted",
  entry: (event: string) => ({ kind: "arrival", event, bytes: 99 }),
});
