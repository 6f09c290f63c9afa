import process from "node:process";
import { defined } from "../../lambdas/core/bytes/defined.ts";
import { runApp } from "../../local/app/run-app.ts";
import { banner } from "../../local/banner.ts";
import { formatLines, isFigures, type LocalLine } from "../../local/lines.ts";
import { whyRefused } from "../why/why-refused.ts";
import type { Print } from "./command.ts";

type Run = {
  readonly app?: string;
  readonly stack?: string;
  readonly port: number;
  readonly keep: boolean;
  readonly fastRetries: boolean;
  readonly why: boolean;
};

/** Runs the receiver of the CDK app in this folder and prints its lines, until an interruption ends the process. */
export async function startAppRun({ app, stack, port, keep, fastRetries, why }: Run, print: Print): Promise<void> {
  const log = (report: LocalLine) => {
    if (!isFigures(report)) for (const line of formatLines(report)) print(line);
  };
  const begun = performance.now();
  const running = await runApp({
    ...{ port, keep, fastRetries, log },
    app: { folder: process.cwd(), ...defined({ command: app }) },
    ...defined({ wanted: stack }),
    ...(why ? { onRefused: whyRefused } : {}),
  });
  for (const line of banner(running.run, running.receiver.stack).split("\n")) print(line);
  print(`Ready after ${((performance.now() - begun) / 1000).toFixed(1)} s.`);
  let stopping: Promise<void> | undefined;
  const stop = async () => {
    await running.close();
    process.exit(0);
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => (stopping ??= stop()));
}
