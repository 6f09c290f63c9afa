import trial, { showBanner } from "../../../lambdas/events/whop/membership.trial_ending_soon.ts";
import { testExample } from "../example.ts";

testExample("whop/membership.trial_ending_soon", {
  processor: trial,
  run: (attempt, ledger) => showBanner(attempt, { ledger }),
  needs: ["/data/user/id", "/data/renewal_period_end"],
  entry: { kind: "banner", account: "user_sample", until: "2026-01-08T10:00:00.000Z" },
});
