import { type Attempt, PermanentError, processor } from "../../core/processing/processor.ts";
import { type Ledger, openLedger } from "../../outbox/ledger.ts";

/** The fields of the payload that this processor reads; none is certain to be there. */
type Order = { readonly data?: { readonly id?: unknown; readonly items?: unknown } };

type Tools = { readonly ledger: Ledger };

export async function fulfil({ event, payload, idempotencyKey, log }: Attempt<Order>, { ledger }: Tools) {
  const { id, items } = payload?.data ?? {};
  const store = event.tenant;
  if (typeof id !== "string" || !Array.isArray(items) || store === undefined) {
    throw new PermanentError("Cannot fulfil the order: the payload has no store, no data.id or no data.items");
  }
  const added = await ledger.add({ kind: "order", store, order: id, items: items.length }, idempotencyKey);
  log.info(added ? "fulfilment ordered" : "fulfilment was ordered already", { store, order: id });
}

export default processor(
  { impact: "Orders are paid and not shipped", timeoutSeconds: 10 },
  { setup: () => ({ ledger: openLedger() }), run: fulfil },
);
