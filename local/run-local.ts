import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { createApp } from "../infra/app.ts";
import { type Bundler, bundle } from "../infra/build/bundle.ts";
import { eventsFolder, readEventFiles } from "../infra/build/event-files.ts";
import { sourcesOf } from "../infra/build/receiver-code.ts";
import { taskArguments } from "../infra/cli/task-arguments.ts";
import { complain, print } from "../infra/cli/terminal.ts";
import { type StageConfig, stages } from "../infra/config.ts";
import { banner } from "./banner.ts";
import { isTaken } from "./entrances/entrances.ts";
import { formatLine, isFigures, type LocalLine } from "./lines.ts";
import { removeLocalRun, runFolder, writeLocalRun } from "./local-run.ts";
import { makePrivate, tightenRunFiles } from "./private-folder.ts";
import { lockRun } from "./run-lock.ts";
import { type LocalStack, runStack } from "./run-stack.ts";
import { watchEventFiles } from "./watch.ts";

export type StartOptions = {
  /** The port of the function URL; 0: any. Default: 8787. */
  readonly port?: number;
  /** Default: `lambdas/events`. */
  readonly events?: string;
  /** Where it keeps its files. Default: `.hookline`. */
  readonly folder?: string;
  /** Keeps tables, queues and secrets in its folder for the next start with `keep`. Default: false. */
  readonly keep?: boolean;
  /** Has what failed come back in seconds instead of minutes. Default: false. */
  readonly fastRetries?: boolean;
  /** Says why deliveries are refused. Default: false. */
  readonly why?: boolean;
  /** In place of what `infra/config.ts` says of the stage. */
  readonly config?: Partial<StageConfig>;
  /** How a function is bundled: tests have what is equal bundled once. */
  readonly bundler?: Bundler;
  readonly log: (report: LocalLine) => void;
};

/** The stage that is run locally. */
const stage = "dev";

/**
 * Synthesizes the stack and runs it; then `local.json` says where.
 *
 * @throws {TypeError} When another run holds the folder.
 */
export async function start(options: StartOptions): Promise<LocalStack> {
  const { folder = runFolder } = options;
  makePrivate(folder);
  const unlock = lockRun(folder);
  try {
    const stack = await startLocked(options, folder);
    return {
      ...stack,
      async close() {
        await stack.close();
        unlock();
      },
    };
  } catch (error) {
    unlock();
    throw error;
  }
}

async function startLocked(options: StartOptions, folder: string): Promise<LocalStack> {
  const { log, events: from = eventsFolder, fastRetries = false, why = false } = options;
  tightenRunFiles(folder);
  const events = await readEventFiles(from);
  const sources = sourcesOf(events);
  const bundles = await bundle({ events, sources }, join(folder, "bundles"), options.bundler);
  const assembly = join(folder, "cdk.out");
  const configured = stages[stage];
  if (configured === undefined) throw new TypeError(`Cannot start: infra/config.ts has no stage "${stage}"`);
  const config = { ...configured, ...options.config };
  createApp({ stages: { [stage]: config }, events, sources, bundles, outdir: assembly }).synth();

  if (options.keep) makePrivate(keptFolder(folder));
  const directory = options.keep ? { directory: keptFolder(folder) } : {};
  const port = options.port ?? 8787;
  const wanted = { assembly, stack: `Hookline-${stage}`, stage, events, sources, port, fastRetries, why, log };
  const stack = await runStack({ ...wanted, ...directory });
  const say = (text: string) => log({ from: "run", text });
  const watching = watchEventFiles({ folder: from, events, stack, bundles: join(folder, "rebuilt"), say });
  writeLocalRun(stack.run, folder);
  return {
    ...stack,
    async close() {
      removeLocalRun(stack.run.pid, folder);
      watching.close();
      await stack.close();
    },
  };
}

/** Where state is kept. */
function keptFolder(folder: string): string {
  return join(folder, "kept");
}

/** The port of a `--port` argument. @throws {RangeError} When it is none. */
function portOf(text: string | undefined): number {
  const port = Number(text ?? 8787);
  if (Number.isInteger(port) && port >= 0 && port < 65_536) return port;
  throw new RangeError(`Cannot start: --port takes a number from 0 to 65535, received "${text}"`);
}

async function main(): Promise<void> {
  const args = taskArguments(process.argv.slice(2));
  const flag = { type: "boolean", default: false } as const;
  const options = { port: { type: "string" }, keep: flag, "fast-retries": flag, why: flag } as const;
  const { values } = parseArgs({ args, options });
  const { keep, "fast-retries": fastRetries, why } = values;
  const log = (report: LocalLine) => {
    if (!isFigures(report)) print(formatLine(report));
  };
  const stack = await start({ port: portOf(values.port), keep, fastRetries, why, log });
  for (const line of banner(stack.run).split("\n")) print(line);
  print(`What the examples do is written into ${stack.run.effects}.`);
  if (keep) print(`State is kept in ${keptFolder(runFolder)}; remove it to begin anew.`);
  if (fastRetries) print("Retries come in seconds: waits are shorter than on AWS.");
  const stop = async () => {
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
