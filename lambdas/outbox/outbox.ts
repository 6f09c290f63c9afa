import type { Journal } from "./journal.ts";
import { openJournal } from "./journal-file.ts";

/** A mail to be sent: to whom, by which template, and what it is about. */
type Mail = { readonly to: string; readonly template: string; readonly about: string };

/** Mails on their way. */
export type Outbox = Journal<Mail>;

/** The outbox in a file: see {@linkcode openJournal}. */
export function openOutbox(): Outbox {
  return openJournal("outbox");
}
