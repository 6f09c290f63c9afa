import process from "node:process";
import { defined } from "../../lambdas/core/bytes/defined.ts";
import { runApp } from "../../local/app/run-app.ts";
import { whyRefused } from "../why/why-refused.ts";
import type { Print } from "./command.ts";
import { printRun } from "./print-run.ts";
import type { WantedRun } from "./run-options.ts";

type Run = WantedRun & { readonly app?: string; readonly stack?: string };

/** Runs the receiver of the CDK app in this folder and prints its lines, until an interruption ends the process. */
export async function startAppRun({ app, stack, ...wanted }: Run, print: Print): Promise<void> {
  const { port, keep, freshSecrets, fastRetries, why } = wanted;
  await printRun(wanted, print, async (log) => {
    const running = await runApp({
      ...{ port, keep, freshSecrets, fastRetries, log },
      app: { folder: process.cwd(), ...defined({ command: app }) },
      ...defined({ wanted: stack }),
      ...(why ? { onRefused: whyRefused } : {}),
    });
    return { stack: running, name: running.receiver.stack, said: [], ending: async () => [] };
  });
}
