import process from "node:process";
import { readEventFiles } from "../../infra/build/event-files.ts";
import { sourcesOf } from "../../infra/build/receiver-code.ts";
import { errorText } from "../../lambdas/core/bytes/error-text.ts";
import type { LogCounts } from "../../local/aws/log-counts.ts";
import { banner } from "../../local/banner.ts";
import { formatLines, isFigures } from "../../local/lines.ts";
import { runFolder } from "../../local/local-run.ts";
import { keptFolder, runLocal } from "../../local/run-local.ts";
import { ignoredTypes } from "../log-counts/ignored-types.ts";
import { whyRefused } from "../why/why-refused.ts";
import type { Print } from "./command.ts";
import { createRunLines, type RunLines } from "./run-lines.ts";
import type { RowFilter } from "./run-rows.ts";

type Run = {
  readonly port: number;
  readonly keep: boolean;
  readonly fastRetries: boolean;
  readonly why: boolean;
  readonly verbose: boolean;
  readonly filter: RowFilter;
};

/** The types that came and have no event file, for the end of the run. */
async function ignoredLines(counts: LogCounts): Promise<readonly string[]> {
  try {
    const events = await readEventFiles();
    const { listed, more } = ignoredTypes(counts, { events, sources: sourcesOf(events) });
    return [...listed.map(({ says, remedy }) => `${says}: ${remedy}`), ...(more === undefined ? [] : [more])];
  } catch (error) {
    // An event file that cannot be read now must not keep the run from its end.
    return [`Types without an event file could not be listed: ${errorText(error)}`];
  }
}

/** Runs the stack and prints its lines, until an interruption ends the process. */
export async function startRun(run: Run, print: Print): Promise<void> {
  const { port, keep, fastRetries, why, verbose, filter } = run;
  const steps: RunLines = (report) => {
    if (!isFigures(report)) for (const line of formatLines(report)) print(line);
  };
  let lines = steps;
  const begun = performance.now();
  const stack = await runLocal({
    port,
    keep,
    fastRetries,
    ...(why ? { onRefused: whyRefused } : {}),
    log: (report) => lines(report),
  });
  if (!verbose) lines = createRunLines({ print, filter, processors: stack.processors });
  for (const line of banner(stack.run).split("\n")) print(line);
  print(`The examples write into ${stack.run.outbox}.`);
  if (keep) print(`State is kept in ${keptFolder(runFolder)}; remove it to begin anew.`);
  if (fastRetries) print("Retries come in seconds: waits are shorter than on AWS.");
  print(`Ready after ${((performance.now() - begun) / 1000).toFixed(1)} s.`);
  const stop = async () => {
    for (const line of await ignoredLines(stack.counts())) print(line);
    await stack.close();
    process.exit(0);
  };
  let stopping: Promise<void> | undefined;
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => (stopping ??= stop()));
}
