import { setTimeout as sleep } from "node:timers/promises";
import { createPace } from "../pace.ts";
import { copiesOf, type PlannedCopy, type ReplayPlaces } from "./copies.ts";
import type { Manifest, Manifests } from "./manifest.ts";
import type { WantedReplay } from "./replay.ts";
import { type CopySender, createSender } from "./send-copies.ts";
import { createWatch } from "./watch-copies.ts";

/** A replay that is run, with its places. */
type RunningReplay = ReplayPlaces &
  CopySender & {
    readonly manifests: Pick<Manifests, "write">;
    /** It stops by itself once so many of its copies are dead. */
    readonly mostDead: number;
    /** Ends it after the copies that are on their way. */
    readonly signal: AbortSignal;
    /** Called after each send, and after each look at what became of the copies. */
    readonly progress: (manifest: Manifest) => void;
    /** Waits so many milliseconds; for tests. */
    readonly pause?: (milliseconds: number) => Promise<unknown>;
  };

/** So often it looks at what became of its copies, and writes down how far it has come. */
const checkMilliseconds = 5000;

/**
 * Sends the copies of a replay at its pace, the oldest event first. It stops by itself where too many of them are dead, and where
 * the signal aborts; its manifest says how far it came. A copy that was sent after the last checkpoint and before a crash is sent
 * again, and runs once.
 */
export async function runReplay(begun: Manifest, wanted: WantedReplay, running: RunningReplay): Promise<Manifest> {
  const { manifests, signal, progress, mostDead } = running;
  const { pause = (milliseconds) => sleep(milliseconds, undefined, { signal }).catch(() => {}) } = running;
  const send = createSender(begun, running);
  const watch = createWatch(begun, running);
  let manifest: Manifest = { ...begun, state: "running" };
  const look = async () => {
    manifest = { ...manifest, dead: begun.dead + (await watch.dead()) };
  };
  const write = async (change: Partial<Manifest> = {}) => {
    manifest = { ...manifest, ...change };
    await manifests.write(manifest);
    progress(manifest);
  };
  const isOver = () => signal.aborted || manifest.dead - begun.dead >= mostDead;
  await write();
  const due = createPace(manifest.perSecond, pause);
  let written = running.now();
  try {
    for await (const batch of batchesOf(begun, wanted, running)) {
      await due(manifest.sent - begun.sent);
      if (isOver()) break;
      // Everything that was received before it has been sent.
      manifest = { ...manifest, checkpoint: batch[0]?.event.received ?? manifest.checkpoint };
      await send(batch);
      watch.add(batch);
      manifest = { ...manifest, sent: manifest.sent + batch.length };
      progress(manifest);
      if (running.now() - written < checkMilliseconds) continue;
      await look();
      await write();
      written = running.now();
    }
  } catch (error) {
    // Where it cannot be written either, the last checkpoint stands.
    await write({ state: "stopped" }).catch(() => {});
    throw error;
  }
  await look();
  await write(isOver() ? { state: "stopped" } : { state: "done", checkpoint: manifest.until });
  return manifest;
}

/** The copies that are left, in their order, as many together as a second may have and SQS takes. */
async function* batchesOf({ checkpoint, perSecond }: Manifest, wanted: WantedReplay, places: ReplayPlaces) {
  const together = Math.min(10, perSecond);
  const left = { ...wanted, since: Math.max(wanted.since, Date.parse(checkpoint)) };
  for await (const slice of copiesOf(left, places)) {
    let batch: PlannedCopy[] = [];
    for (const copy of slice.filter(({ decision }) => decision === "run")) {
      if (batch.length === together || (batch[0] !== undefined && batch[0].to !== copy.to)) {
        yield batch;
        batch = [];
      }
      batch.push(copy);
    }
    if (batch.length > 0) yield batch;
  }
}
