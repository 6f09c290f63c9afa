import process from "node:process";
import { defined } from "../../lambdas/core/bytes/defined.ts";
import { runApp } from "../../local/app/run-app.ts";
import { whyRefused } from "../why/why-refused.ts";
import type { Print } from "./command.ts";
import { printRun, type RunPrinting } from "./print-run.ts";

type Run = RunPrinting & {
  readonly app?: string;
  readonly stack?: string;
  readonly port: number;
  readonly why: boolean;
};

/** Runs the receiver of the CDK app in this folder and prints its lines, until an interruption ends the process. */
export async function startAppRun({ app, stack, port, why, ...printing }: Run, print: Print): Promise<void> {
  const { keep, fastRetries } = printing;
  await printRun(printing, print, async (log) => {
    const running = await runApp({
      ...{ port, keep, fastRetries, log },
      app: { folder: process.cwd(), ...defined({ command: app }) },
      ...defined({ wanted: stack }),
      ...(why ? { onRefused: whyRefused } : {}),
    });
    return { stack: running, name: running.receiver.stack, said: [], ending: async () => [] };
  });
}
