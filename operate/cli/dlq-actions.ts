import process from "node:process";
import { defined } from "../../lambdas/core/bytes/defined.ts";
import { type DeadEvents, type DeadFilter, withDeadEvents } from "../dead-events/dead-events.ts";
import { countOf } from "../dead-events/dead-letters.ts";
import type { Pipeline, Place } from "../dead-events/dlq-place.ts";
import { moveAll } from "../dead-events/move-task.ts";
import { redriveFound } from "../dead-events/redrive.ts";
import { saveAll } from "../dead-events/save.ts";
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

/** Sends dead events back to their queue: by SQS itself where all are meant, else one by one. Returns the exit code. */
export async function redrive(pipeline: Pipeline, acting: Acting): Promise<number> {
  const held = holdInterruptions();
  const stop = new AbortController();
  const { filter, dryRun, ended } = acting;
  void Promise.race([held.interruption, ...(ended === undefined ? [] : [ended])]).then(() => stop.abort());
  try {
    if (Object.keys(filter).length > 0) return await redriveSome(pipeline, acting, stop.signal);
    if (!dryRun) return await redriveAll(pipeline, acting, stop.signal);
    const count = await countOf(acting.place.sqs, pipeline.dlq);
    const says = `would redrive about ${count} to the queue of ${pipeline.name}`;
    acting.print(count === 0 ? nothingText(pipeline) : says);
    return 0;
  } finally {
    held.release();
  }
}

async function redriveSome(pipeline: Pipeline, acting: Acting, signal: AbortSignal): Promise<number> {
  const { place, filter, most, dryRun, perSecond = 20, print } = acting;
  const { name } = pipeline;
  const { id } = filter;
  const progress = createTextProgress(process.stderr);
  return await withDeadEvents(place, pipeline, filter, { most, signal }, async (found) => {
    const count = found.events.length;
    if (count === 0 && !signal.aborted) return absent(name, acting, found.read >= found.about);
    const which = `${id ?? eventsText(count)} to the queue of ${name}`;
    const copies = id === undefined || count === 1 ? "" : ` (${count} copies)`;
    if (dryRun) {
      print(`would redrive ${which}${copies}`);
      tellCut(name, found, print);
      return 0;
    }
    const tell = (moved: number) => progress.tell(`${moved} of ${count} redriven`);
    const moved = await redriveFound(place.sqs, pipeline, found, { perSecond, signal, progress: tell }).finally(
      progress.end,
    );
    if (moved < count || signal.aborted) {
      print(
        `redriven: ${moved} of ${count} to the queue of ${name}; the rest stays in the DLQ, and the same command goes on`,
      );
      return 1;
    }
    print(`redriven: ${which}${copies}`);
    tellCut(name, found, print);
    return 0;
  });
}

async function redriveAll(
  pipeline: Pipeline,
  { place, perSecond, print }: Acting,
  signal: AbortSignal,
): Promise<number> {
  const { name } = pipeline;
  const progress = createTextProgress(process.stderr);
  const tell = (moved: number, about: number) => progress.tell(`${moved} of about ${about} redriven`);
  const seen = await moveAll(place.sqs, pipeline, { signal, progress: tell, ...defined({ perSecond }) }).finally(
    progress.end,
  );
  if (seen === undefined) {
    print(nothingText(pipeline));
    return 0;
  }
  const { status, moved, wasRunning, reason = "SQS gives no reason" } = seen;
  if (wasRunning) print(`a redrive of ${name} was running already, at its own pace`);
  if (status === "COMPLETED") {
    print(`redriven: about ${moved} to the queue of ${name}`);
    return 0;
  }
  if (status === "RUNNING") {
    print(
      `redriven so far: about ${moved} to the queue of ${name}; SQS goes on by itself, and the same command watches it`,
    );
    return 1;
  }
  print(
    `the redrive of ${name} is ${status.toLowerCase()} after about ${moved}${status === "FAILED" ? `: ${reason}` : ""}`,
  );
  return 1;
}

/** Saves dead events into a folder. Returns the exit code. */
export async function save(
  pipelines: readonly Pipeline[],
  { place, filter, most, folder, print }: Acting,
): Promise<number> {
  let count = 0;
  for (const pipeline of pipelines) {
    await withDeadEvents(place, pipeline, filter, { most }, async (found) => {
      await saveFound(found, { place, folder, print });
      count += found.events.length;
      tellCut(pipeline.name, found, print);
    });
  }
  print(count === 0 ? "no dead event to save" : `saved ${eventsText(count)} into ${folder}`);
  return count === 0 ? 1 : 0;
}

/** Saves dead events, asks, and removes them from their DLQ. Returns the exit code. */
export async function drop(
  pipeline: Pipeline,
  acting: Acting,
  ask: (question: string) => Promise<boolean>,
): Promise<number> {
  const { place, filter, most, dryRun, folder, print } = acting;
  const { name } = pipeline;
  return await withDeadEvents(place, pipeline, filter, { most }, async (found) => {
    const { events, read, about } = found;
    if (events.length === 0) return absent(name, acting, read >= about);
    tellCut(name, found, print);
    if (dryRun) {
      print(`would drop ${eventsText(events.length)} of ${name}`);
      return 0;
    }
    await saveFound(found, acting);
    print(`saved ${eventsText(events.length)} into ${folder}`);
    if (!(await ask(`Drop ${eventsText(events.length)} of ${name} for good?`))) return 1;
    for (const event of events) await found.remove(event);
    print(`dropped ${eventsText(events.length)} of ${name}`);
    return 0;
  });
}

async function saveFound(
  { events }: Pick<DeadEvents, "events">,
  { place, folder, print }: Pick<Acting, "place" | "folder" | "print">,
): Promise<void> {
  const gone = await saveAll(events, folder, place);
  for (const deposit of gone) print(`saved without its body, which is no more in the bucket: ${deposit}`);
}

/** Says that no event fits. Returns the exit code. */
export function absent(
  name: string,
  { filter: { id, ...filter }, most, print }: Pick<Acting, "filter" | "most" | "print">,
  wasAll: boolean,
): number {
  const where = wasAll ? "its DLQ" : `the ${most} messages of its DLQ that were read; give a higher --most`;
  const isById = id !== undefined && Object.keys(filter).length === 0;
  print(isById ? `no dead event of ${name} has the id ${id} in ${where}` : `no dead event of ${name} fits in ${where}`);
  return 1;
}

function tellCut(name: string, { read, about }: Pick<DeadEvents, "read" | "about">, print: Print): void {
  if (about > read) print(`${name}  ${read} of about ${about} were read; give a higher --most`);
}

function nothingText({ name }: Pipeline): string {
  return `nothing to redrive in ${name}`;
}

function eventsText(count: number): string {
  return count === 1 ? "1 dead event" : `${count} dead events`;
}
