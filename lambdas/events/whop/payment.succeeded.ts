import { type Attempt, PermanentError, processor } from "../../core/processing/processor.ts";
import { type Ledger, openLedger } from "../../outbox/ledger.ts";

/** The fields of the payload that this processor reads; none is certain to be there. */
type Payment = {
  readonly data?: {
    readonly id?: unknown;
    readonly user?: { readonly id?: unknown } | null;
    readonly total?: unknown;
    readonly currency?: unknown;
  };
};

type Tools = { readonly ledger: Ledger };

export async function creditUser({ payload, log }: Attempt<Payment>, { ledger }: Tools) {
  const { id, user, total, currency } = payload?.data ?? {};
  if (typeof id !== "string" || typeof user?.id !== "string") {
    throw new PermanentError("Cannot credit the account: the payload has no data.id or no user.id");
  }
  if (typeof total !== "number" || typeof currency !== "string") {
    throw new PermanentError("Cannot credit the account: the payload has no total or no currency");
  }
  const entry = { kind: "credit", account: user.id, amount: total, currency } as const;
  // A webhook of the company and one of an app can both tell of one payment: its id is what both have.
  log.info((await ledger.add(entry, `credit ${id}`)) ? "account credited" : "account was credited already");
}

export default processor(
  { impact: "Users who paid are not credited", timeoutSeconds: 10 },
  { setup: () => ({ ledger: openLedger() }), run: creditUser },
);
