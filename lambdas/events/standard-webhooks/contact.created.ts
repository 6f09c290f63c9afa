import { type Attempt, PermanentError, processor } from "../../core/processing/processor.ts";
import { type Ledger, openLedger } from "../../outbox/ledger.ts";

/** The fields of the payload that this processor reads; none is certain to be there. */
type Contact = { readonly data?: { readonly id?: unknown } };

type Tools = { readonly ledger: Ledger };

export async function keepContact({ payload, idempotencyKey, log }: Attempt<Contact>, { ledger }: Tools) {
  const id = payload?.data?.id;
  if (typeof id !== "string") throw new PermanentError("Cannot keep the contact: the payload has no data.id");
  const added = await ledger.add({ kind: "contact", contact: id }, idempotencyKey);
  log.info(added ? "contact kept" : "contact was kept already", { contact: id });
}

export default processor(
  { impact: "New contacts are missing from the address book", timeoutSeconds: 10 },
  { setup: () => ({ ledger: openLedger() }), run: keepContact },
);
