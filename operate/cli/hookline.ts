import { isNear, nearest } from "../../lambdas/core/checks/nearest.ts";
import type { Print } from "./command.ts";
import { commands } from "./commands.ts";
import { exitCodes } from "./help.ts";
import { runCommand } from "./terminal.ts";
import { UsageError } from "./usage-error.ts";

/**
 * Runs the command that the first argument names, or lists all of them.
 *
 * @returns The exit code.
 * @throws {UsageError} For a name that no command has.
 */
export async function hookline([name, ...args]: readonly string[], print: Print): Promise<number> {
  if (name === undefined || name === "help" || name === "--help" || name === "-h") {
    const [asked] = args;
    if (asked !== undefined) return await hookline([asked, "--help"], print);
    for (const line of await overview()) print(line);
    return 0;
  }
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (load !== undefined) return await (await load())(args, print);
  const names = Object.keys(commands);
  const meant = isNear(name, names) ? `; did you mean ${nearest(name, names)?.name}?` : "";
  throw new UsageError(
    `Cannot run "${name}": there is no such command${meant}${meant === "" ? "." : ""} Help: npm run hookline -- help`,
  );
}

async function overview(): Promise<readonly string[]> {
  const all = await Promise.all(Object.values(commands).map((load) => load()));
  const width = Math.max(...all.map(({ help }) => help.name.length)) + 2;
  return [
    "hookline: receives webhooks, and does not lose one",
    "",
    ...all.map(({ help: { name, says } }) => `  ${name.padEnd(width)}${says}`),
    "",
    "Help of one: npm run <command> -- --help",
    `Exit codes: ${exitCodes}`,
  ];
}

if (import.meta.main) await runCommand(hookline);
