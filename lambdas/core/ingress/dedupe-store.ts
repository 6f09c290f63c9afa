/** The state of an event at ingress: `received` before its send, `enqueued` only after every queue acknowledged it. */
export type IngressRecord = {
  readonly state: "received" | "enqueued";
  /** The record's owner: a random text for each claim, so that a late mark cannot touch a record of another generation. */
  readonly owner: string;
  readonly bodyHash: string;
  /** The arrival of the delivery that made it; the start of 1970 where none did. */
  readonly at: Date;
  readonly expires: Date;
};

/** A mark of a record: `sent` is when the delivery arrived whose event was sent, which may be a later one than the first. */
type Mark = Pick<IngressRecord, "owner" | "expires"> & { readonly sent: Date };

/**
 * The store of ingress records. A rejection means that it fails: ingress then forwards (fail open). The signal means that the
 * call's time is up, and its result no longer awaited.
 */
export type DedupeStore = {
  /** Writes `mine` unless a record that has not expired is there; then returns that record. */
  claim(
    key: string,
    mine: IngressRecord,
    signal?: AbortSignal,
  ): Promise<{ readonly won: true } | { readonly won: false; readonly held: IngressRecord }>;
  /** Reads consistently. */
  read(key: string, signal?: AbortSignal): Promise<IngressRecord | undefined>;
  /** Sets `enqueued` where the record is the owner's or absent; nothing otherwise. */
  mark(key: string, mine: Mark, signal?: AbortSignal): Promise<void>;
  /**
   * Sets a record to `received` under a new owner, so that the provider's next delivery is sent and no late mark of an earlier
   * one undoes it. `at` stays, since that delivery repeats the one received then. The record lives until `expires` even where
   * there was none or an expired one, so that a late mark does not create its own.
   */
  reopen(key: string, expires: Date): Promise<void>;
};
