import { processingKey } from "../../lambdas/core/events/identity.ts";
import { readRecords } from "../events/records.ts";
import type { PlannedCopy, ReplayPlaces } from "./copies.ts";
import type { Manifest } from "./manifest.ts";

/** The copies of a replay that were sent last. */
type Watch = {
  add(copies: readonly PlannedCopy[]): void;
  /** How many of all that were watched are dead. */
  dead(): Promise<number>;
};

/** More would be many reads each time; the last ones tell whether it goes wrong. */
const most = 2000;

/** Watches what became of copies. */
export function createWatch(
  { id, mode }: Pick<Manifest, "id" | "mode">,
  { dynamoDb, table }: Pick<ReplayPlaces, "dynamoDb" | "table">,
): Watch {
  /** By its record, the runs that a copy had before. */
  const watched = new Map<string, number>();
  let dead = 0;
  return {
    add(copies) {
      for (const { event, to, attempts } of copies) {
        const key = processingKey(to.name, mode === "again" ? { ...event, replay: id } : event);
        watched.set(`ev#${key}`, mode === "again" ? 0 : attempts);
      }
      const over = watched.size - most;
      for (const oldest of over > 0 ? [...watched.keys()].slice(0, over) : []) watched.delete(oldest);
    },
    async dead() {
      for (const [record, { st, nx, n }] of await readRecords(dynamoDb, table, watched.keys())) {
        const isDead = st?.S === "dead" || (st?.S !== "done" && nx?.N === "0");
        // It may have been dead before its copy came.
        const hasRun = Number(n?.N ?? 0) > (watched.get(record) ?? 0);
        if (!hasRun || (!isDead && st?.S !== "done")) continue;
        if (isDead) dead += 1;
        watched.delete(record);
      }
      return dead;
    },
  };
}
