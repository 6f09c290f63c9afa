import { defined } from "./bytes/defined.ts";
import type { ProcessingStore } from "./processing/processing-store.ts";

type MemoryRecord = {
  readonly state: "processing" | "failed" | "dead" | "done";
  readonly owner: string;
  readonly leaseUntil: Date;
  readonly attempts: number;
  /** The ids of copies that are being burned. */
  readonly burning: ReadonlySet<string>;
  readonly reason?: string;
  readonly expires: Date;
};

/** Processing records by key, as {@linkcode createMemoryProcessing} keeps them. */
export type MemoryRecords = Map<string, MemoryRecord>;

/**
 * Records of processing in the memory of this process: a restart forgets them, and no other process sees them, so that an event
 * may run again. For trials, and for a single process whose handlers may run twice.
 *
 * @example
 * ```ts
 * import { createMemoryProcessing, createReceiver } from "@hookline/hookline";
 * import { github } from "@hookline/hookline/providers";
 *
 * export const receive = createReceiver({
 *   sources: { github: { provider: github, secrets: async () => ["a secret of 20 bytes"] } },
 *   handlers: { push: ({ event }) => console.log(event.id) },
 *   processing: createMemoryProcessing(),
 * });
 * ```
 */
export function createMemoryProcessing(records: MemoryRecords = new Map()): ProcessingStore {
  let sweepAt = 1000;
  return {
    async claim(key, { owner, messageId, now, leaseUntil, expires }) {
      const held = records.get(key);
      if (held !== undefined && !isFree(held, owner, messageId, now)) {
        const state = held.state === "failed" ? "processing" : held.state;
        return { won: false, state, leaseUntil: held.leaseUntil };
      }
      if (records.size >= sweepAt) {
        sweep(records, now);
        sweepAt = 2 * Math.max(records.size, 500);
      }
      const attempt = (held?.attempts ?? 0) + 1;
      const burning = held?.burning ?? new Set<string>();
      records.set(key, { state: "processing", owner, leaseUntil, attempts: attempt, burning, expires });
      return { won: true, attempt, cut: held?.state === "processing" && held.owner !== owner };
    },
    async read(key) {
      return records.get(key);
    },
    async end(key, owner, { state, messageId, reason, expires }) {
      const held = records.get(key);
      if (held?.owner !== owner || held.state !== "processing") return false;
      const burning = state === "dead" ? new Set([...held.burning, messageId]) : held.burning;
      records.set(key, { ...held, state, burning, expires, ...defined({ reason }) });
      return true;
    },
  };
}

function isFree(held: MemoryRecord, owner: string, messageId: string, now: Date): boolean {
  // Not `<`: a record with an invalid time has expired.
  if (!(held.expires >= now) || held.state === "failed") return true;
  if (held.state === "processing") return held.leaseUntil < now || held.owner === owner;
  return held.state === "dead" && !held.burning.has(messageId);
}

function sweep(records: MemoryRecords, now: Date): void {
  for (const [key, { expires }] of records) if (!(expires >= now)) records.delete(key);
}
