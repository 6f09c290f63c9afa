import process from "node:process";
import { defined } from "../../lambdas/core/bytes/defined.ts";
import { type Acting as Action, eventsText, type Report, withWanted } from "../dead-events/acting.ts";
import type { DeadFilter } from "../dead-events/dead-events.ts";
import { countOf } from "../dead-events/dead-letters.ts";
import type { Pipeline, Place } from "../dead-events/dlq-place.ts";
import { dropWanted, saveWanted } from "../dead-events/drop-wanted.ts";
import { nothingText, redriveAll, redrivenText, redriveWanted } from "../dead-events/redrive-wanted.ts";
import type { Print } from "./command.ts";
import { createTextProgress } from "./progress.ts";
import { holdInterruptions } from "./terminal.ts";

/** The dead events to act on, and how. */
export type Acting = {
  readonly place: Place;
  readonly filter: DeadFilter;
  /** So many messages of a DLQ are read. */
  readonly most: number;
  readonly dryRun: boolean;
  /** The folder that events are saved into. */
  readonly folder: string;
  readonly perSecond?: number;
  /** Ends a redrive; defaults to Ctrl-C. */
  readonly ended?: Promise<void>;
  readonly print: Print;
};

/** How a command reads more of a DLQ. */
export const readMore = "give a higher --most";

/** Sends dead events back to their queue: by SQS itself where all are meant, else one by one. Returns the exit code. */
export async function redrive(pipeline: Pipeline, acting: Acting): Promise<number> {
  const held = holdInterruptions();
  const stop = new AbortController();
  const { place, filter, dryRun, perSecond, ended, print } = acting;
  const { name } = pipeline;
  const isSome = Object.keys(filter).length > 0;
  void Promise.race([held.interruption, ...(ended === undefined ? [] : [ended])]).then(() => stop.abort());
  const shown = createTextProgress(process.stderr);
  const progress = (moved: number, of: number) => shown.tell(`${moved} of ${isSome ? "" : "about "}${of} redriven`);
  const action = { ...actionOf(acting, stop.signal), progress, ...defined({ perSecond }) };
  try {
    if (isSome && dryRun) {
      return await dryly(pipeline, acting, (count) => `would redrive ${redrivenText(name, filter.id, count)}`);
    }
    if (dryRun) {
      const count = await countOf(place.sqs, pipeline.dlq);
      print(count === 0 ? nothingText(pipeline) : `would redrive about ${count} to the queue of ${name}`);
      return 0;
    }
    const redriven = (isSome ? redriveWanted(pipeline, action) : redriveAll(pipeline, action)).finally(shown.end);
    return exitOf(await redriven, print);
  } finally {
    held.release();
  }
}

/** Saves dead events into a folder. Returns the exit code. */
export async function save(pipelines: readonly Pipeline[], acting: Acting): Promise<number> {
  return exitOf(await saveWanted(pipelines, actionOf(acting), acting.folder), acting.print);
}

/** Saves dead events, asks, and removes them from their DLQ. Returns the exit code. */
export async function drop(
  pipeline: Pipeline,
  acting: Acting,
  ask: (question: string) => Promise<boolean>,
): Promise<number> {
  const { dryRun, folder, print } = acting;
  const { name } = pipeline;
  if (dryRun) return await dryly(pipeline, acting, (count) => `would drop ${eventsText(count)} of ${name}`);
  const dropped = dropWanted(pipeline, actionOf(acting), folder, async (lines, count) => {
    for (const line of lines) print(line);
    return await ask(`Drop ${eventsText(count)} of ${name} for good?`);
  });
  return exitOf(await dropped, print);
}

/** Tells what an action would do. Returns the exit code. */
async function dryly(pipeline: Pipeline, acting: Acting, text: (count: number) => string): Promise<number> {
  const wanted = withWanted(pipeline, actionOf(acting), async ({ events }) => {
    return { isDone: true, lines: [text(events.length)] };
  });
  return exitOf(await wanted, acting.print);
}

function actionOf({ place, filter, most }: Acting, signal = new AbortController().signal): Action {
  return { place, filter, most, signal, readMore, progress: () => {} };
}

function exitOf({ isDone, lines }: Report, print: Print): number {
  for (const line of lines) print(line);
  return isDone ? 0 : 1;
}
