import { type Attempt, PermanentError, processor } from "../../core/processing/processor.ts";
import { type Ledger, openLedger } from "../../outbox/ledger.ts";

/** The fields of the payload that this processor reads; none is certain to be there. */
type Purchase = { readonly data?: { readonly purchase?: { readonly transaction?: unknown } } };

type Tools = { readonly ledger: Ledger };

export async function lookUp({ event, payload, log }: Attempt<Purchase>, { ledger }: Tools) {
  const transaction = payload?.data?.purchase?.transaction;
  if (typeof transaction !== "string") {
    throw new PermanentError("Cannot look the purchase up: the payload has no purchase.transaction");
  }
  // A static token covers no body: what it says is good for a question to Hotmart's API, and never for a grant.
  // One purchase is approved and then complete, by two events: the transaction is what both have.
  const entry = { kind: "look-up", what: "hotmart purchase", id: transaction } as const;
  const asked = await ledger.add(entry, `look-up ${transaction}`);
  log.info(asked ? "look-up queued" : "look-up was queued already", { bodyCovered: event.bodyCovered });
}

export default processor(
  {
    impact: "Purchases are not looked up, so buyers wait for what they paid",
    types: ["PURCHASE_COMPLETE"],
    timeoutSeconds: 10,
  },
  { setup: () => ({ ledger: openLedger() }), run: lookUp },
);
