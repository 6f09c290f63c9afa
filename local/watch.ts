import { existsSync, watch } from "node:fs";
import { join, relative, sep } from "node:path";
import { bundleProcessor } from "../infra/build/bundle.ts";
import { isEventFile } from "../infra/build/event-files.ts";
import type { LocalStack } from "./run-stack.ts";
import type { RunEvent } from "./synth/run-synth.ts";

/** An editor writes a file in several steps: one rebuild for all of them. */
const settleMilliseconds = 100;

/**
 * Rebuilds the processor of an event file that is saved, and says so. The options of a file, new files and
 * removed files count at the next start.
 */
export function watchEventFiles(given: {
  readonly folder: string;
  readonly events: readonly RunEvent[];
  readonly stack: Pick<LocalStack, "replaceProcessor">;
  /** Where the bundles go. */
  readonly bundles: string;
  readonly say: (text: string) => void;
}): { close(): void } {
  const { folder, events, stack, say } = given;
  const timers = new Map<string, ReturnType<typeof setTimeout>>();
  let count = 0;

  const rebuild = async (event: RunEvent) => {
    const started = performance.now();
    count += 1;
    const target = `${given.bundles}/${event.queue}-${count}`;
    try {
      await bundleProcessor(event, target);
      await stack.replaceProcessor(event.name, target);
      say(`rebuilt ${event.name} in ${Math.round(performance.now() - started)} ms`);
    } catch (error) {
      say(`could not rebuild ${event.name}, the one before goes on: ${error instanceof Error ? error.message : error}`);
    }
  };

  const watcher = watch(folder, { recursive: true }, (_, file) => {
    if (typeof file !== "string" || !isEventFile(file)) return;
    clearTimeout(timers.get(file));
    const changed = () => {
      const name = file.split(sep).join("/").slice(0, -3);
      const event = events.find((found) => relative(folder, found.path) === file);
      const isThere = existsSync(join(folder, file));
      if (event !== undefined && isThere) void rebuild(event);
      else if (event !== undefined) say(`${name}.ts is gone: its processor goes on until the next start`);
      else if (isThere) say(`${name}.ts is new: start again to run it`);
    };
    timers.set(file, setTimeout(changed, settleMilliseconds));
  });
  return {
    close() {
      watcher.close();
      for (const timer of timers.values()) clearTimeout(timer);
    },
  };
}
