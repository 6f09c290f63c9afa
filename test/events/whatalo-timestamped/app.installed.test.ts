import installed, { provision } from "../../../lambdas/events/whatalo-timestamped/app.installed.ts";
import { testExample } from "../example.ts";

testExample("whatalo-timestamped/app.installed", {
  processor: installed,
  run: (attempt, ledger) => provision(attempt, { ledger }),
  needs: [],
  entry: { kind: "merchant", account: "my-store" },
});
