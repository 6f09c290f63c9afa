import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { defined } from "../../lambdas/core/bytes/defined.ts";
import { checkPort } from "../entrances/entrances.ts";
import type { OnRefused } from "../entrances/refusals.ts";
import type { LocalLine } from "../lines.ts";
import { removeLocalRun, runFolder, writeLocalRun } from "../local-run.ts";
import { keptFolder, makePrivate, removeLeft, secretsFolder, tightenRunFiles } from "../private-folder.ts";
import { withLock } from "../run-lock.ts";
import { type LocalStack, runStack } from "../run-stack.ts";
import { watchEventFiles } from "../watch.ts";
import { type Outside, pruneTemplate } from "./prune-template.ts";
import { type AppReceiver, chooseReceiver, readReceivers } from "./receivers.ts";
import { type CdkApp, synthApp } from "./synth-app.ts";

type AppOptions = {
  readonly app: CdkApp;
  /** The stack, stage or path of the receiver. Defaults to the only one. */
  readonly wanted?: string;
  /** The port of the function URL; 0: any. */
  readonly port: number;
  /** Where it keeps its files. Defaults to `.hookline`. */
  readonly folder?: string;
  /** Keeps tables, queues and bodies for the next start. */
  readonly keep: boolean;
  /** Makes new secrets, in place of those of the run before. */
  readonly freshSecrets: boolean;
  readonly fastRetries: boolean;
  readonly onRefused?: OnRefused;
  readonly log: (report: LocalLine) => void;
};

/** A receiver of somebody's own CDK app that runs here. */
type RunningApp = LocalStack & { readonly receiver: AppReceiver };

/**
 * Synthesizes somebody's own CDK app and runs its `WebhookReceiver`: all that is in the construct's tree, and of the rest of the
 * stack what the tree refers to and a stand-in plays.
 *
 * @throws {TypeError} When another run holds the folder, the port is in use, the app fails, or it has no such receiver.
 */
export async function runApp(options: AppOptions): Promise<RunningApp> {
  const { folder = runFolder, port } = options;
  await checkPort(port);
  return await withLock(folder, (unlock) => runLocked(options, folder, unlock));
}

async function runLocked(options: AppOptions, folder: string, unlock: () => void): Promise<RunningApp> {
  const { app, wanted, port, keep, fastRetries, onRefused, log } = options;
  const say = (text: string) => log({ from: "run", text });
  tightenRunFiles(folder);
  const assemblies = join(folder, "stack");
  removeLeft(assemblies);
  makePrivate(assemblies);
  // Each in a folder of its own: functions run in the one before.
  const synthesize = async (name: string, tell: (text: string) => void) => {
    tell("synthesizes the CDK app");
    await synthApp(app, join(assemblies, name), say);
    const found = readReceivers(join(assemblies, name));
    const receiver = chooseReceiver(found, wanted);
    if (found.lookUps > 0)
      tell(`made no look-up: ${found.lookUps} have CDK's dummy values, or those of cdk.context.json`);
    for (const line of writePruned(receiver)) tell(line);
    return receiver;
  };
  const receiver = await synthesize("cdk.out", say);

  const directory = keptFolder(folder);
  if (keep) makePrivate(directory);
  say(`runs ${receiver.path}: starts tables, queues, bucket, secrets and functions`);
  const { stage, events, sources, stack: name } = receiver;
  const wantedRun = { assembly: receiver.assembly, stack: name, stage, events, sources, port, fastRetries, log };
  const secretsDirectory = secretsFolder(folder, options.freshSecrets);
  const stack = await runStack({
    ...wantedRun,
    ...(keep ? { directory } : {}),
    secretsDirectory,
    ...defined({ onRefused }),
  });
  const [event] = events;
  let files = events;
  let updates = 0;
  const update = async () => {
    updates += 1;
    const synthesized = await synthesize(`cdk.out-${updates}`, () => {});
    await stack.update(synthesized);
    files = synthesized.events;
    writeLocalRun(stack.run, folder);
  };
  const watching =
    event === undefined
      ? undefined
      : watchEventFiles({
          folder: event.path.slice(0, -`/${event.name}.ts`.length),
          ...{ events: () => files, running: stack, say, bundles: join(folder, "rebuilt"), update },
        });
  writeLocalRun(stack.run, folder);
  return {
    ...stack,
    receiver,
    get run() {
      return stack.run;
    },
    async close() {
      removeLocalRun(stack.run.pid, folder);
      watching?.close();
      await stack.close();
      unlock();
    },
  };
}

/** Leaves of the stack's template what is run. Returns a line for each resource that is not the receiver's. */
function writePruned({ assembly, stack, path }: AppReceiver): readonly string[] {
  const file = join(assembly, `${stack}.template.json`);
  const { template, outside } = pruneTemplate(JSON.parse(readFileSync(file, "utf8")), path);
  writeFileSync(file, JSON.stringify(template));
  return outside.map(outsideLine);
}

function outsideLine({ path, type, fate, placeholders }: Outside): string {
  if (fate === "run") return `runs ${path} (${type}), too: the receiver refers to it`;
  const given = placeholders.length === 0 ? "" : `; in its place the receiver has ${placeholders.join(", ")}`;
  return `skips ${path} (${type})${given}`;
}
