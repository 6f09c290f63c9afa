import type { Journal } from "./journal.ts";
import { openJournal } from "./journal-file.ts";

/** Entries of the examples beside mails. Amounts are in the currency's smallest unit. */
export type LedgerEntry =
  | { readonly kind: "credit"; readonly account: string; readonly amount: number; readonly currency: string }
  | { readonly kind: "grant"; readonly account: string; readonly product: string; readonly tenant?: string }
  | { readonly kind: "merchant"; readonly account: string }
  | { readonly kind: "order"; readonly store: string; readonly order: string; readonly items: number }
  | { readonly kind: "contact"; readonly contact: string }
  | { readonly kind: "look-up"; readonly what: string; readonly id: string }
  | { readonly kind: "arrival"; readonly event: string; readonly bytes: number };

/** Credits, grants, orders and the like. */
export type Ledger = Journal<LedgerEntry>;

/** The ledger in a file: see {@linkcode openJournal}. */
export function openLedger(): Ledger {
  return openJournal("ledger");
}
