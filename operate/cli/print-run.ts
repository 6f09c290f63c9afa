import process from "node:process";
import { banner } from "../../local/banner.ts";
import { formatLines, isFigures, type LocalLine } from "../../local/lines.ts";
import { runFolder } from "../../local/local-run.ts";
import { keptFolder } from "../../local/private-folder.ts";
import type { LocalStack } from "../../local/run-stack.ts";
import { sampleTypes } from "../samples/sample.ts";
import type { Print } from "./command.ts";
import { npmShellGone } from "./npm-shell.ts";
import { openTunnel } from "./open-tunnel.ts";
import { createRunLines, type RunLines } from "./run-lines.ts";
import type { WantedRun } from "./run-options.ts";
import { serveRunPage } from "./run-page.ts";

/** A run that is on. */
type Started = {
  readonly stack: LocalStack;
  /** The name of its stack. */
  readonly name: string;
  /** Further lines once it is on. */
  readonly said: readonly string[];
  /** Lines for its end. */
  readonly ending: () => Promise<readonly string[]>;
};

/** Starts a run and prints its lines, until an interruption, or the end of npm's shell, ends the process. */
export async function printRun(
  { keep, fastRetries, verbose, filter, tunnel }: WantedRun,
  print: Print,
  start: (log: (report: LocalLine) => void) => Promise<Started>,
): Promise<void> {
  const steps: RunLines = (report) => {
    if (!isFigures(report)) for (const line of formatLines(report)) print(line);
  };
  let lines = steps;
  const shellGone = npmShellGone();
  const begun = performance.now();
  const { stack, name, said, ending } = await start((report) => lines(report));
  if (!verbose) lines = createRunLines({ print, filter, processors: stack.processors });
  for (const line of [...banner(stack.run, name, sampleTypes).split("\n"), ...said]) print(line);
  if (keep) print(`State is kept in ${keptFolder(runFolder)}; remove it to begin anew.`);
  if (fastRetries) print("Retries come in seconds: waits are shorter than on AWS.");
  print(`Ready after ${((performance.now() - begun) / 1000).toFixed(1)} s.`);
  const opened = tunnel && openTunnel(tunnel, stack.run, print);
  const page = serveRunPage(print);
  const stop = async () => {
    await opened?.close();
    await (await page)?.close();
    for (const line of await ending()) print(line);
    await stack.close();
    process.exit(0);
  };
  let stopping: Promise<void> | undefined;
  const end = () => (stopping ??= stop());
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, end);
  void shellGone?.then(end);
}
