import { type Attempt, PermanentError, processor } from "../../core/processing/processor.ts";
import { type Ledger, openLedger } from "../../outbox/ledger.ts";

/** The fields of the payload that this processor reads; none is certain to be there. */
type Payment = { readonly data?: { readonly object?: { readonly id?: unknown } } };

type Tools = { readonly ledger: Ledger };

export async function activate({ event, payload, idempotencyKey, log }: Attempt<Payment>, { ledger }: Tools) {
  const id = payload?.data?.object?.id;
  if (typeof id !== "string") throw new PermanentError("Cannot activate: the payload has no data.object.id");
  // It is no payment where no money moved.
  if (event.livemode === false) return log.info("a test payment activates nothing");
  const added = await ledger.add({ kind: "activation", payment: id }, idempotencyKey);
  log.info(added ? "subscription activated" : "subscription was activated already", { payment: id });
}

export default processor(
  { impact: "Users who paid have no subscription", timeoutSeconds: 10 },
  { setup: () => ({ ledger: openLedger() }), run: activate },
);
