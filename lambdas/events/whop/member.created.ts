import { type Attempt, PermanentError, processor } from "../../core/processing/processor.ts";
import { type Ledger, openLedger } from "../../outbox/ledger.ts";

/** The fields of the payload that this processor reads; none is certain to be there. */
type Member = { readonly data?: { readonly user?: { readonly email?: unknown } | null } };

type Tools = { readonly ledger: Ledger };

/** Whop tells the email only to who may read it: the permission `member:email:read`. */
export async function subscribe({ payload, idempotencyKey, log }: Attempt<Member>, { ledger }: Tools) {
  const email = payload?.data?.user?.email;
  if (typeof email !== "string") throw new PermanentError("Cannot add the member: the payload has no user.email");
  const added = await ledger.add({ kind: "subscriber", list: "members", email }, idempotencyKey);
  log.info(added ? "member is on the mailing list" : "member was on the mailing list already");
}

export default processor(
  { impact: "New members are missing from the mailing list", timeoutSeconds: 10 },
  { setup: () => ({ ledger: openLedger() }), run: subscribe },
);
