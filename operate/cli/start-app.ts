import process from "node:process";
import { defined } from "../../lambdas/core/bytes/defined.ts";
import { type Command, command } from "./command.ts";
import { missingPackages } from "./missing-packages.ts";
import { readRunOptions, runOptions } from "./run-options.ts";
import { complain } from "./terminal.ts";

const help = {
  name: "start",
  says: "runs the WebhookReceiver of a CDK app on this machine, until Ctrl-C",
  takes: [],
  options: {
    app: {
      type: "string",
      value: "COMMAND",
      says: "the command that synthesizes the app; defaults to app of cdk.json",
    },
    stack: { type: "string", value: "NAME", says: "the stack, stage or path of the receiver, where there are several" },
    ...runOptions,
  },
  more: [
    "All of the receiver's construct runs, and the tables, queues, buckets and secrets of its stack that it refers to.",
    "Every other resource is named and skipped; a reference to it gets a placeholder. No look-ups are made.",
  ],
  examples: ["", '--app "node app.ts" --port 0'],
} as const;

/**
 * Runs the receiver of somebody's own CDK app and prints its lines; on Ctrl-C it stops, and the process ends.
 *
 * @throws {UsageError} For a port that cannot be.
 */
export const startApp: Command = command(help, async ({ values, print }) => {
  const { app, stack } = values;
  const wanted = readRunOptions(values);
  print("Hookline starts; it is ready in some seconds.");
  try {
    const { startAppRun } = await import("./start-app-run.ts");
    await startAppRun({ ...wanted, ...defined({ app, stack }) }, print);
  } catch (error) {
    complain(missingPackages("start", error));
    process.exit(1);
  }
  return 0;
});
