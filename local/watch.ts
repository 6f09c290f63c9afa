import { existsSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { bundleProcessor } from "../infra/build/bundle.ts";
import { isEventFile } from "../infra/build/event-files.ts";
import { errorText } from "../lambdas/core/bytes/error-text.ts";
import type { LocalStack } from "./run-stack.ts";
import { checkEventFile } from "./synth/check-event-file.ts";
import type { RunEvent } from "./synth/run-synth.ts";
import { watchFolders } from "./watch-folders.ts";

/** An editor writes a file in several steps: one rebuild for all of them. */
const settleMilliseconds = 100;

/**
 * Rebuilds the processor of an event file that is saved, and says so. Has the run take up a new event file, and a removed one.
 * The options of a file count at the next start.
 */
export function watchEventFiles(given: {
  readonly folder: string;
  /** The event files of the run now. */
  readonly events: () => readonly RunEvent[];
  readonly running: Pick<LocalStack, "replaceProcessor">;
  /** Where the bundles go. */
  readonly bundles: string;
  /** Synthesizes again, and has the run go on with that. */
  readonly update: () => Promise<void>;
  readonly say: (text: string) => void;
}): { close(): void } {
  const { folder, running, say } = given;
  const timers = new Map<string, ReturnType<typeof setTimeout>>();
  const update = oneAtATime(given.update);
  let count = 0;

  const rebuild = async (event: RunEvent) => {
    const started = performance.now();
    count += 1;
    const target = `${given.bundles}/${event.queue}-${count}`;
    try {
      const [checked, bundled] = await Promise.allSettled([checkEventFile(event), bundleProcessor(event, target)]);
      for (const done of [checked, bundled]) if (done.status === "rejected") throw done.reason;
      await running.replaceProcessor(event.name, target);
      say(`rebuilt ${event.name} in ${Math.round(performance.now() - started)} ms`);
    } catch (error) {
      say(`could not rebuild ${event.name}, the one before goes on: ${reasonOf(error)}`);
    }
  };
  const takeUp = async (name: string, news: string) => {
    const started = performance.now();
    say(`${name}.ts is ${news}: the run takes it up`);
    try {
      await update();
      say(`took up ${name}.ts in ${Math.round(performance.now() - started)} ms`);
    } catch (error) {
      say(`could not take up ${name}.ts, the run goes on without: ${reasonOf(error)}`);
    }
  };

  const onFile = (file: string) => {
    const name = file.split(sep).join("/").slice(0, -3);
    const event = given.events().find((found) => relative(folder, found.path) === file);
    const isThere = existsSync(join(folder, file));
    if (event !== undefined && isThere) void rebuild(event);
    else if (event !== undefined) void takeUp(name, "gone");
    else if (isThere) void takeUp(name, "new");
  };
  const watcher = watchFolders(folder, (file) => {
    if (!isEventFile(file)) return;
    clearTimeout(timers.get(file));
    timers.set(file, setTimeout(onFile, settleMilliseconds, file));
  });
  return {
    close() {
      watcher.close();
      for (const timer of timers.values()) clearTimeout(timer);
    },
  };
}

/** A call that waits for the one before it; those that wait already are one. */
function oneAtATime(call: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;
  return () => {
    next ??= running
      .catch(() => {})
      .then(() => {
        next = undefined;
        running = call();
        return running;
      });
    return next;
  };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : errorText(error);
}
