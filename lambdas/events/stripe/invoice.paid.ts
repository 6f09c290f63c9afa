import { type Attempt, processor } from "../../core/processing/processor.ts";
import type { StandardSchema } from "../../core/processing/schema.ts";
import { type Ledger, openLedger } from "../../outbox/ledger.ts";

type Invoice = { readonly customer: string; readonly amount_paid: number; readonly currency: string };
type Payload = { readonly data?: { readonly object?: Partial<Invoice> | null } | null } | null | undefined;

/** A Standard Schema by hand; zod, valibot and arktype make one as well. A payload that fails it goes to the DLQ at once. */
const schema: StandardSchema<Invoice> = {
  "~standard": {
    version: 1,
    vendor: "hookline",
    validate(value) {
      const { customer, amount_paid, currency } = (value as Payload)?.data?.object ?? {};
      return typeof customer === "string" && typeof amount_paid === "number" && typeof currency === "string"
        ? { value: { customer, amount_paid, currency } }
        : { issues: [{ message: "an invoice has customer, amount_paid and currency" }] };
    },
  },
};

type Tools = { readonly ledger: Ledger };

export async function credit({ payload, idempotencyKey, log }: Attempt<Invoice>, { ledger }: Tools) {
  const { customer, amount_paid, currency } = payload;
  // Stripe delivers an event more than once; the key is the same each time.
  const entry = { kind: "credit", account: customer, amount: amount_paid, currency } as const;
  log.info((await ledger.add(entry, idempotencyKey)) ? "account credited" : "account was credited already");
}

export default processor(
  { impact: "Customers who paid are not credited", schema, timeoutSeconds: 10 },
  { setup: () => ({ ledger: openLedger() }), run: credit },
);
