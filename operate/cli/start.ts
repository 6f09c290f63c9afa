import module from "node:module";
import { join } from "node:path";
import process from "node:process";
import { runFolder } from "../../local/local-run.ts";
import { makePrivate } from "../../local/private-folder.ts";
import { findTunnelProgram } from "../tunnel/programs.ts";
import { type Command, command, usageError } from "./command.ts";
import { tunnelOption } from "./open-tunnel.ts";
import { rowOptions } from "./row-options.ts";
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
    tunnel: tunnelOption,
    ...rowOptions,
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
  print("Hookline starts; it is ready in some seconds.");
  try {
    const tunnel = values.tunnel ? findTunnelProgram() : undefined;
    // The code of a run is compiled once. Deno does so by itself, and has no such function.
    makePrivate(runFolder);
    module.enableCompileCache?.(join(runFolder, "compiled"));
    // The AWS SDK takes half a second to load: the line above does not wait for it.
    const { startRun } = await import("./start-run.ts");
    const { source, type, outcome } = values;
    const filter = { source, type, outcome };
    await startRun({ ...values, port: number, fastRetries: values["fast-retries"], filter, tunnel }, print);
    // A run may be killed, and would not write it then.
    module.flushCompileCache?.();
  } catch (error) {
    complain(error);
    process.exit(1);
  }
  return 0;
});
