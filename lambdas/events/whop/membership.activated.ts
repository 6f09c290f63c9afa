import { defined } from "../../core/bytes/defined.ts";
import { type Attempt, PermanentError, processor } from "../../core/processing/processor.ts";
import { type Ledger, openLedger } from "../../outbox/ledger.ts";

/** The fields of the payload that this processor reads; none is certain to be there. */
type Membership = {
  readonly data?: { readonly user?: { readonly id?: unknown }; readonly product?: { readonly id?: unknown } };
};

type Tools = { readonly ledger: Ledger };

export async function grantAccess({ event, payload, idempotencyKey, log }: Attempt<Membership>, { ledger }: Tools) {
  const { user, product } = payload?.data ?? {};
  if (typeof user?.id !== "string" || typeof product?.id !== "string") {
    throw new PermanentError("Cannot grant access: the payload has no user.id or no product.id");
  }
  const member = { account: user.id, product: product.id, ...defined({ tenant: event.tenant }) };
  const added = await ledger.add({ kind: "grant", ...member }, idempotencyKey);
  log.info(added ? "access granted" : "access was granted already", { product: product.id });
}

export default processor(
  { impact: "Members who paid have no access", timeoutSeconds: 10 },
  { setup: () => ({ ledger: openLedger() }), run: grantAccess },
);
