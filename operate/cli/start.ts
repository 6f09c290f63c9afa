import process from "node:process";
import { readEventFiles } from "../../infra/build/event-files.ts";
import { sourcesOf } from "../../infra/build/receiver-code.ts";
import { errorText } from "../../lambdas/core/bytes/error-text.ts";
import type { LogCounts } from "../../local/aws/log-counts.ts";
import { banner } from "../../local/banner.ts";
import { isTaken } from "../../local/entrances/entrances.ts";
import { formatLines, isFigures, type LocalLine } from "../../local/lines.ts";
import { runFolder } from "../../local/local-run.ts";
import { keptFolder, runLocal } from "../../local/run-local.ts";
import { ignoredTypes } from "../log-counts/ignored-types.ts";
import { whyRefused } from "../why/why-refused.ts";
import { type Command, command, type Print, usageError } from "./command.ts";
import { complain } from "./terminal.ts";

const help = {
  name: "start",
  says: "runs the synthesized stack on this machine, until Ctrl-C",
  takes: [],
  options: {
    port: { type: "string", value: "N", says: "the port of the function URL; 0 takes a free one", default: "8787" },
    keep: { type: "boolean", says: "keep records, queues, bodies and secrets for the next run" },
    "fast-retries": { type: "boolean", says: "retry in seconds, where AWS waits for minutes" },
    why: { type: "boolean", says: "explain each refusal" },
  },
  examples: ["", "--keep --port 0"],
} as const;

/**
 * Runs the stack and prints its lines; on Ctrl-C it stops, and the process ends.
 *
 * @throws {UsageError} For a port that cannot be.
 */
export const start: Command = command(help, async ({ values: { port, ...values }, print }) => {
  const number = Number(port);
  if (!Number.isInteger(number) || number < 0 || number > 65_535) {
    throw usageError(help, `--port takes a number from 0 to 65535, received "${port}"`);
  }
  try {
    await run({ port: number, keep: values.keep, fastRetries: values["fast-retries"], why: values.why }, print);
  } catch (error) {
    const taken = isTaken(error) ? "Cannot start: the port is in use; try `npm start -- --port 0`" : undefined;
    complain(taken ?? error);
    process.exit(1);
  }
  return 0;
});

type Run = { readonly port: number; readonly keep: boolean; readonly fastRetries: boolean; readonly why: boolean };

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

async function run({ port, keep, fastRetries, why }: Run, print: Print): Promise<void> {
  const log = (report: LocalLine) => {
    if (!isFigures(report)) for (const line of formatLines(report)) print(line);
  };
  const stack = await runLocal({
    port,
    keep,
    fastRetries,
    ...(why ? { onRefused: whyRefused } : {}),
    log,
  });
  for (const line of banner(stack.run).split("\n")) print(line);
  print(`The examples write into ${stack.run.outbox}.`);
  if (keep) print(`State is kept in ${keptFolder(runFolder)}; remove it to begin anew.`);
  if (fastRetries) print("Retries come in seconds: waits are shorter than on AWS.");
  const stop = async () => {
    for (const line of await ignoredLines(stack.counts())) print(line);
    await stack.close();
    process.exit(0);
  };
  let stopping: Promise<void> | undefined;
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => (stopping ??= stop()));
}
