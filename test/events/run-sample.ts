import { pathToFileURL } from "node:url";
import { toEnvelope } from "../../lambdas/core/events/envelope.ts";
import { processBatch } from "../../lambdas/core/processing/process.ts";
import { createLines } from "../core/lines.ts";
import { createMemoryDedupe, createMemoryProcessing } from "../core/memory.ts";
import { files, queuedSample } from "./queued-sample.ts";

/** What became of a sample. */
type SampleRun = {
  /** How each processor that got it ended, by the name of its event file. */
  readonly states: Readonly<Record<string, string>>;
  /** What they logged, a line each. */
  readonly log: string;
};

/** Sends a provider's sample through the verifier, and has the real event files process what comes into their queues. */
export async function runSample(source: string, type: string): Promise<SampleRun> {
  const states: Record<string, string> = {};
  const { lines, log } = createLines();
  for (const { queue, event } of await queuedSample(source, type)) {
    const { name = "", path = "" } = files.find((file) => file.queue === queue) ?? {};
    const { default: processor } = await import(pathToFileURL(path).href);
    const store = createMemoryProcessing();
    await processBatch([{ messageId: "m-1", receives: 1, envelope: toEnvelope(event), retryIn: async () => {} }], {
      ...{ processor, name, store, reopen: createMemoryDedupe().reopen, log },
      deadline: new Date(Date.now() + 60_000),
      now: () => new Date(),
    });
    states[name] = [...store.records.values()][0]?.state ?? "unclaimed";
  }
  return { states, log: lines.join("\n") };
}
