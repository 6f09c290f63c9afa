import { type Attempt, PermanentError, processor } from "../../core/processing/processor.ts";
import { type Ledger, type LedgerEntry, openLedger } from "../../outbox/ledger.ts";

/** The fields of the payload that this processor reads; none is certain to be there. */
type Membership = {
  readonly data?: { readonly user?: { readonly id?: unknown }; readonly product?: { readonly id?: unknown } };
};

type Tools = { readonly ledger: Ledger };

export async function welcome({ event, payload, idempotencyKey, log }: Attempt<Membership>, { ledger }: Tools) {
  const { user, product } = payload?.data ?? {};
  if (typeof user?.id !== "string" || typeof product?.id !== "string") {
    throw new PermanentError("Cannot act on the membership: the payload has no user.id or no product.id");
  }
  const { tenant } = event;
  // With a company it is a member of a business that uses the app; without one a business has bought the app itself.
  const entry: LedgerEntry =
    tenant === undefined
      ? { kind: "merchant", account: user.id }
      : { kind: "grant", account: user.id, product: product.id, tenant };
  const added = await ledger.add(entry, idempotencyKey);
  log.info(added ? `${entry.kind} added` : `${entry.kind} was there already`);
}

export default processor(
  { impact: "Members have no access, and businesses that bought the app are not set up", timeoutSeconds: 10 },
  { setup: () => ({ ledger: openLedger() }), run: welcome },
);
