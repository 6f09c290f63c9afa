import module from "node:module";
import { join } from "node:path";
import process from "node:process";
import { runFolder } from "../../local/local-run.ts";
import { makePrivate } from "../../local/private-folder.ts";
import { type Command, command } from "./command.ts";
import { readRunOptions, runOptions } from "./run-options.ts";
import { complain } from "./terminal.ts";

const help = {
  name: "start",
  says: "runs the synthesized stack on this machine, until Ctrl-C",
  takes: [],
  options: runOptions,
  examples: ["", "--keep --port 0"],
} as const;

/**
 * Runs the stack and prints its lines; on Ctrl-C it stops, and the process ends.
 *
 * @throws {UsageError} For a port that cannot be.
 */
export const start: Command = command(help, async ({ values, print }) => {
  const wanted = readRunOptions(values);
  print("Hookline starts; it is ready in some seconds.");
  try {
    // The code of a run is compiled once. Deno does so by itself, and has no such function.
    makePrivate(runFolder);
    module.enableCompileCache?.(join(runFolder, "compiled"));
    // The AWS SDK takes half a second to load: the line above does not wait for it.
    const { startRun } = await import("./start-run.ts");
    await startRun(wanted, print);
    // A run may be killed, and would not write it then.
    module.flushCompileCache?.();
  } catch (error) {
    complain(error);
    process.exit(1);
  }
  return 0;
});
