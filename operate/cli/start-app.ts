import process from "node:process";
import { defined } from "../../lambdas/core/bytes/defined.ts";
import { findTunnelProgram } from "../tunnel/programs.ts";
import { type Command, command, usageError } from "./command.ts";
import { missingPackages } from "./missing-packages.ts";
import { tunnelOption } from "./open-tunnel.ts";
import { rowOptions } from "./row-options.ts";
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
    port: { type: "string", value: "N", says: "the port of the function URL; 0 takes a free one", default: "8787" },
    keep: { type: "boolean", says: "keep records, queues, bodies and secrets for the next run" },
    "fast-retries": { type: "boolean", says: "retry in seconds, where AWS waits for minutes" },
    why: { type: "boolean", says: "explain each refusal" },
    tunnel: tunnelOption,
    ...rowOptions,
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
  const { app, stack, port, keep, why } = values;
  const number = Number(port);
  if (!Number.isInteger(number) || number < 0 || number > 65_535) {
    throw usageError(help, `--port takes a number from 0 to 65535, received "${port}"`);
  }
  print("Hookline starts; it is ready in some seconds.");
  try {
    const tunnel = values.tunnel ? findTunnelProgram() : undefined;
    const { startAppRun } = await import("./start-app-run.ts");
    const { source, type, outcome, verbose } = values;
    const printing = { keep, fastRetries: values["fast-retries"], verbose, filter: { source, type, outcome }, tunnel };
    const asked = { ...printing, port: number, why, ...defined({ app, stack }) };
    await startAppRun(asked, print);
  } catch (error) {
    complain(missingPackages("start", error));
    process.exit(1);
  }
  return 0;
});
