import process from "node:process";
import { parseArgs } from "node:util";
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
import { taskArguments } from "./task-arguments.ts";
import { complain, print } from "./terminal.ts";

/** The port of a `--port` argument. @throws {RangeError} When it is none. */
function portOf(text: string | undefined): number {
  const port = Number(text ?? 8787);
  if (Number.isInteger(port) && port >= 0 && port < 65_536) return port;
  throw new RangeError(`Cannot start: --port takes a number from 0 to 65535, received "${text}"`);
}

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

async function main(): Promise<void> {
  const args = taskArguments(process.argv.slice(2));
  const flag = { type: "boolean", default: false } as const;
  const options = { port: { type: "string" }, keep: flag, "fast-retries": flag, why: flag } as const;
  const { values } = parseArgs({ args, options });
  const { keep, "fast-retries": fastRetries, why } = values;
  const log = (report: LocalLine) => {
    if (!isFigures(report)) for (const line of formatLines(report)) print(line);
  };
  const stack = await runLocal({
    port: portOf(values.port),
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

if (import.meta.main) {
  main().catch((error: unknown) => {
    const taken = isTaken(error) ? "Cannot start: the port is in use; try `npm start -- --port 0`" : undefined;
    complain(taken ?? error);
    process.exit(1);
  });
}
