/** A run that failed: when, and how its reason begins. */
export type FailedRun = { readonly at: Date; readonly reason: string };

/** The store of processing records: one per processor, source and event. */
export type ProcessingStore = {
  /** Takes the event for `owner`, unless it is done, is being burned to the DLQ, or is held under a live lease. */
  claim(
    key: string,
    mine: {
      readonly owner: string;
      readonly messageId: string;
      /** When the delivery of this copy was received: a store may keep it, to tell where the archive has the event. */
      readonly received: Date;
      readonly now: Date;
      readonly leaseUntil: Date;
      readonly expires: Date;
    },
  ): Promise<
    /**
     * `cut`: the run before this one was killed, so that it recorded nothing: by its time, its memory or the end of its
     * process. `failures`: the failed runs before, as they were given to `end`; absent where the store keeps none.
     */
    | {
        readonly won: true;
        readonly attempt: number;
        readonly cut: boolean;
        readonly failures?: readonly FailedRun[];
      }
    | { readonly won: false; readonly state: "processing" | "done" | "dead"; readonly leaseUntil: Date }
  >;
  /** Reads consistently. */
  read(key: string): Promise<
    | {
        readonly state: "processing" | "failed" | "done" | "dead";
        readonly leaseUntil: Date;
        readonly attempts: number;
        readonly expires: Date;
      }
    | undefined
  >;
  /**
   * Ends the owner's run; returns false where the record is no longer the owner's. `processing`: its time is up and its reason
   * written, but it may continue, and its lease still excludes others.
   */
  end(
    key: string,
    owner: string,
    as: {
      readonly state: "done" | "failed" | "dead" | "processing";
      readonly messageId: string;
      readonly reason?: string;
      /** When the event is retried; 1970 where it is not. Absent where nobody here knows. A store may keep it. */
      readonly retryAt?: Date;
      /** The failed runs before and this one, oldest first. A store may keep as many as it has room for. */
      readonly failures?: readonly FailedRun[];
      readonly expires: Date;
    },
  ): Promise<boolean>;
};
