import { join } from "node:path";
import { eventsFolder } from "../infra/build/event-files.ts";
import type { StageConfig } from "../infra/stage-config.ts";
import { defined } from "../lambdas/core/bytes/defined.ts";
import { checkPort } from "./entrances/entrances.ts";
import type { OnRefused } from "./entrances/refusals.ts";
import type { LocalLine } from "./lines.ts";
import { removeLocalRun, runFolder, writeLocalRun } from "./local-run.ts";
import { keptFolder, makePrivate, secretsFolder, tightenRunFiles } from "./private-folder.ts";
import { withLock } from "./run-lock.ts";
import type { LocalStack } from "./run-stack.ts";
import { prepareAssembly, synthesizeBeside } from "./synth/assembly.ts";
import { watchEventFiles } from "./watch.ts";

type LocalOptions = {
  /** The port of the function URL; 0: any. Defaults to 8787. */
  readonly port?: number;
  /** Defaults to `lambdas/events`. */
  readonly events?: string;
  /** Where it keeps its files. Defaults to `.hookline`. */
  readonly folder?: string;
  /** Keeps tables, queues and bodies in its folder for the next start with `keep`. Defaults to false. */
  readonly keep?: boolean;
  /** Makes new secrets, in place of those of the run before. Defaults to false. */
  readonly freshSecrets?: boolean;
  /** Retries failed events within seconds instead of minutes. Defaults to false. */
  readonly fastRetries?: boolean;
  /** Explains each refusal. Defaults to no explanation. */
  readonly onRefused?: OnRefused;
  /** In place of what `infra/config.ts` says of the stage. */
  readonly config?: Partial<StageConfig>;
  readonly log: (report: LocalLine) => void;
};

/** The stage that is run locally. */
const stage = "dev";

const defaultPort = 8787;

/**
 * Synthesizes the stack and runs it; then `local.json` says where.
 *
 * @throws {TypeError} When another run holds the folder, or the port is in use.
 */
export async function runLocal(options: LocalOptions): Promise<LocalStack> {
  const { folder = runFolder, port = defaultPort } = options;
  await checkPort(port);
  return await withLock(folder, (unlock) => runLocked({ ...options, port }, folder, unlock));
}

async function runLocked(
  options: LocalOptions & { readonly port: number },
  folder: string,
  unlock: () => void,
): Promise<LocalStack> {
  const { log, port, events: from = eventsFolder, fastRetries = false, onRefused } = options;
  const say = (text: string) => log({ from: "run", text });
  tightenRunFiles(folder);
  const asked = { events: from, stage, config: options.config ?? {}, folder };
  // The AWS SDK is loaded while another process synthesizes.
  const [{ assembly, events, sources }, { runStack }] = await Promise.all([
    prepareAssembly(asked, say),
    import("./run-stack.ts"),
  ]);

  if (options.keep) makePrivate(keptFolder(folder));
  const directory = options.keep ? { directory: keptFolder(folder) } : {};
  say("starts tables, queues, bucket, secrets and functions");
  const wanted = { assembly, stack: `Hookline-${stage}`, stage, events, sources, port, fastRetries, log };
  const secretsDirectory = secretsFolder(folder, options.freshSecrets ?? false);
  const running = await runStack({ ...wanted, ...directory, secretsDirectory, ...defined({ onRefused }) });
  let files = events;
  const update = async () => {
    const before = Object.keys(running.run.sources);
    const synthesized = await synthesizeBeside(asked);
    await running.update(synthesized);
    files = synthesized.events;
    writeLocalRun(running.run, folder);
    for (const [name, { url, secret }] of Object.entries(running.run.sources)) {
      if (!before.includes(name)) say(`${name} is a new source: its URL is ${url}, its secret ${secret}`);
    }
  };
  const bundles = join(folder, "rebuilt");
  const watching = watchEventFiles({ folder: from, events: () => files, running, bundles, update, say });
  writeLocalRun(running.run, folder);
  return {
    ...running,
    get run() {
      return running.run;
    },
    async close() {
      removeLocalRun(running.run.pid, folder);
      watching.close();
      await running.close();
      unlock();
    },
  };
}
