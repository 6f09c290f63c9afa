import type { Journal } from "./journal.ts";
import { openJournal } from "./journal-file.ts";

/** Entries of the examples beside mails. Amounts are as the provider writes them: 690 of Stripe is 6.9 of Whop. */
export type LedgerEntry =
  | { readonly kind: "credit"; readonly account: string; readonly amount: number; readonly currency: string }
  | { readonly kind: "grant"; readonly account: string; readonly product: string; readonly tenant?: string }
  | { readonly kind: "merchant"; readonly account: string }
  | { readonly kind: "order"; readonly store: string; readonly order: string; readonly items: number }
  | { readonly kind: "banner"; readonly account: string; readonly until: string }
  | { readonly kind: "subscriber"; readonly list: string; readonly email: string }
  | { readonly kind: "project"; readonly project: string }
  | { readonly kind: "activation"; readonly payment: string }
  | { readonly kind: "contact"; readonly contact: string }
  | { readonly kind: "look-up"; readonly what: string; readonly id: string }
  | { readonly kind: "arrival"; readonly event: string; readonly bytes: number };

/** Credits, grants, orders and the like. */
export type Ledger = Journal<LedgerEntry>;

/** The ledger in a file: see {@linkcode openJournal}. */
export function openLedger(): Ledger {
  return openJournal("ledger");
}
