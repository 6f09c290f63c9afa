import member, { subscribe } from "../../../lambdas/events/whop/member.created.ts";
import { testExample } from "../example.ts";

testExample("whop/member.created", {
  processor: member,
  run: (attempt, ledger) => subscribe(attempt, { ledger }),
  needs: ["/data/user/email"],
  entry: { kind: "subscriber", list: "members", email: "zoe@example.com" },
});
