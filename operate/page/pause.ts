import { setTimeout as sleep } from "node:timers/promises";
import type { Stage } from "../stage/stage.ts";

/** Waits until a live part looks again, or its signal aborts: a look at a stage on AWS costs some requests. `times` has it wait longer. */
export function pauseOf({ run }: Pick<Stage, "run">, signal: AbortSignal, times = 1): () => Promise<void> {
  const milliseconds = (run === undefined ? 5000 : 500) * times;
  return async () => await sleep(milliseconds, undefined, { signal }).catch(() => {});
}
