import { type Attempt, PermanentError, processor } from "../../core/processing/processor.ts";
import { type Ledger, openLedger } from "../../outbox/ledger.ts";

type Tools = { readonly ledger: Ledger };

/** The generic provider knows no types: everything comes here. */
export async function keepArrival({ event, payload, idempotencyKey, log }: Attempt<unknown>, { ledger }: Tools) {
  if (typeof payload !== "object" || payload === null) {
    throw new PermanentError("Cannot keep the arrival: the body is no JSON object");
  }
  const kept = await ledger.add({ kind: "arrival", event: event.id, bytes: event.body.length }, idempotencyKey);
  log.info(kept ? "arrival kept" : "arrival was kept already");
}

export default processor(
  { impact: "The sender's reports are not recorded", timeoutSeconds: 10 },
  { setup: () => ({ ledger: openLedger() }), run: keepArrival },
);
