import { setTimeout as sleep } from "node:timers/promises";
import type { Stage } from "../stage/stage.ts";

/** Waits until a live part looks again, or its signal aborts: a look at a stage on AWS costs some requests. */
export function pauseOf({ run }: Pick<Stage, "run">, signal: AbortSignal): () => Promise<void> {
  const milliseconds = run === undefined ? 5000 : 500;
  return async () => await sleep(milliseconds, undefined, { signal }).catch(() => {});
}
