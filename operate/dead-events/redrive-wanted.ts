import { defined } from "../../lambdas/core/bytes/defined.ts";
import { type Acting, eventsText, type Report, withWanted } from "./acting.ts";
import type { Pipeline } from "./dlq-place.ts";
import { moveAll } from "./move-task.ts";
import { redriveFound } from "./redrive.ts";

/** A pace in events a second. */
type Paced = { readonly perSecond?: number };

/** Sends the dead events that a filter fits back to their queue, one by one. A stop leaves the rest in the DLQ. */
export async function redriveWanted(pipeline: Pipeline, acting: Acting & Paced): Promise<Report> {
  const { name } = pipeline;
  const { place, filter, signal, progress, perSecond = 20 } = acting;
  return await withWanted(pipeline, acting, async (found) => {
    const count = found.events.length;
    const tell = (moved: number) => progress(moved, count);
    const moved = await redriveFound(place.sqs, pipeline, found, { perSecond, signal, progress: tell });
    if (moved < count || signal.aborted) {
      const line = `redriven: ${moved} of ${count} to the queue of ${name}; the rest stays in the DLQ, and the same redrive goes on`;
      return { isDone: false, lines: [line] };
    }
    return { isDone: true, lines: [`redriven: ${redrivenText(name, filter.id, count)}`] };
  });
}

/** The events of a redrive by filter, and where they go. */
export function redrivenText(name: string, id: string | undefined, count: number): string {
  const copies = id === undefined || count === 1 ? "" : ` (${count} copies)`;
  return `${id ?? eventsText(count)} to the queue of ${name}${copies}`;
}

/** Has SQS send all of a DLQ back to its queue. A stop ends the watching, and SQS goes on. */
export async function redriveAll(
  pipeline: Pipeline,
  { place, perSecond, ...watching }: Pick<Acting, "place" | "signal" | "progress"> & Paced,
): Promise<Report> {
  const { name } = pipeline;
  const seen = await moveAll(place.sqs, pipeline, { ...watching, ...defined({ perSecond }) });
  if (seen === undefined) return { isDone: true, lines: [nothingText(pipeline)] };
  const { status, moved, wasRunning, reason = "SQS gives no reason" } = seen;
  const before = wasRunning ? [`a redrive of ${name} was running already, at its own pace`] : [];
  const ended = (line: string) => ({ isDone: status === "COMPLETED", lines: [...before, line] });
  if (status === "COMPLETED") return ended(`redriven: about ${moved} to the queue of ${name}`);
  if (status === "RUNNING") {
    return ended(
      `redriven so far: about ${moved} to the queue of ${name}; SQS goes on by itself, and the same redrive watches it`,
    );
  }
  const why = status === "FAILED" ? `: ${reason}` : "";
  return ended(`the redrive of ${name} is ${status.toLowerCase()} after about ${moved}${why}`);
}

export function nothingText({ name }: Pipeline): string {
  return `nothing to redrive in ${name}`;
}
