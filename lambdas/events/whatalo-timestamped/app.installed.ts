import { type Attempt, PermanentError, processor } from "../../core/processing/processor.ts";
import { type Ledger, openLedger } from "../../outbox/ledger.ts";

type Tools = { readonly ledger: Ledger };

/** The store is all that it needs, and `event.tenant` is read from the signed body. */
export async function provision({ event, idempotencyKey, log }: Attempt<unknown>, { ledger }: Tools) {
  const store = event.tenant;
  if (store === undefined) throw new PermanentError("Cannot provision the merchant: the payload has no store");
  const added = await ledger.add({ kind: "merchant", account: store }, idempotencyKey);
  log.info(added ? "merchant provisioned" : "merchant was provisioned already", { store });
}

export default processor(
  { impact: "Merchants who installed the app find nothing set up", timeoutSeconds: 10 },
  { setup: () => ({ ledger: openLedger() }), run: provision },
);
