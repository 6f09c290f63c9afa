import type { Print } from "./command.ts";
import { commands } from "./commands.ts";
import { runProgram } from "./program.ts";
import { runCommand } from "./terminal.ts";

/** Runs a command of this repository by its name: see {@linkcode runProgram}. */
export async function hookline(args: readonly string[], print: Print): Promise<number> {
  return await runProgram(commands, args, print);
}

if (import.meta.main) await runCommand(hookline);
