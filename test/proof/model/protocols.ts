/** How a receiver decides: Hookline's protocol, one of the textbook's, or one that is broken on purpose. */
export type Protocol = {
  /** What a delivery does that finds a record which is not yet `enqueued`. */
  readonly held: "wait and forward" | "call it a duplicate" | "refuse while held";
  /** What it does where its claim has no answer. */
  readonly unwell: "forward" | "refuse";
  /** When the record becomes `enqueued`; never: any record counts as such. */
  readonly marks: "after every send" | "after one send" | "before the send" | "never";
  readonly answers: "last" | "before the send";
  /** What becomes of the record when a send failed. */
  readonly sendFailed: "kept" | "deleted" | "deleted by anybody";
  /** Whether a mark asks whose the record is. */
  readonly owner: boolean;
  /** Whether a claim that its own earlier try refuses is recognised. */
  readonly own: boolean;
  /** Whether the body is in the bucket before the copy that refers to it is in a queue. */
  readonly deposits: "before the send" | "after the send";
};

/** Hookline's. */
export const waitThenForward: Protocol = {
  held: "wait and forward",
  unwell: "forward",
  marks: "after every send",
  answers: "last",
  sendFailed: "kept",
  owner: true,
  own: true,
  deposits: "before the send",
};

/** What is usually built, for comparison. */
export const textbook: Readonly<Record<string, Protocol>> = {
  "put if absent, then send": { ...waitThenForward, held: "call it a duplicate", marks: "never" },
  "the same, deleting on failure": {
    ...waitThenForward,
    held: "call it a duplicate",
    marks: "never",
    sendFailed: "deleted",
  },
  "lease and owner, 503 while held": { ...waitThenForward, held: "refuse while held", unwell: "refuse" },
  "idempotency wrapper without owner": {
    ...waitThenForward,
    held: "refuse while held",
    unwell: "refuse",
    sendFailed: "deleted by anybody",
    owner: false,
    own: false,
  },
};

/** Hookline's protocol with one thing wrong: each must be caught. */
export const mutants: Readonly<Record<string, Protocol>> = {
  "marks before the send": { ...waitThenForward, marks: "before the send" },
  "marks after one of two sends": { ...waitThenForward, marks: "after one send" },
  "answers before the send": { ...waitThenForward, answers: "before the send" },
  "any record is a duplicate": { ...waitThenForward, held: "call it a duplicate" },
  "never marks, any record is a duplicate": { ...waitThenForward, held: "call it a duplicate", marks: "never" },
  "refuses while another holds the record": { ...waitThenForward, held: "refuse while held" },
  "fails closed on the table": { ...waitThenForward, unwell: "refuse" },
  "deletes its record when a send failed": { ...waitThenForward, sendFailed: "deleted" },
  "deletes anybody's record when a send failed": { ...waitThenForward, sendFailed: "deleted by anybody" },
  "marks without asking whose the record is": { ...waitThenForward, owner: false },
  "does not know its own earlier try": { ...waitThenForward, own: false },
  "sends a reference before the body is there": { ...waitThenForward, deposits: "after the send" },
};
