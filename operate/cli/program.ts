import { didYouMean } from "../../lambdas/core/checks/nearest.ts";
import type { Print } from "./command.ts";
import { exitCodes, type Help } from "./help.ts";
import { missingPackages } from "./missing-packages.ts";
import { UsageError } from "./usage-error.ts";

/** A command as a program runs it. */
type Runnable = { (args: readonly string[], print: Print): Promise<number>; readonly help: Help };

/** Commands by their names, each loaded when it is needed: the AWS SDK takes half a second. */
export type Commands = Readonly<Record<string, () => Promise<Runnable>>>;

/**
 * Runs the command that the first argument names, or lists all of them.
 *
 * @returns The exit code.
 * @throws {UsageError} For a name that no command has.
 */
export async function runProgram(
  commands: Commands,
  [name, ...args]: readonly string[],
  print: Print,
): Promise<number> {
  if (name === undefined || name === "help" || name === "--help" || name === "-h") {
    const [asked] = args;
    if (asked !== undefined) return await runProgram(commands, [asked, "--help"], print);
    for (const line of await overview(commands)) print(line);
    return 0;
  }
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (load !== undefined) {
    try {
      return await (await load())(args, print);
    } catch (error) {
      throw missingPackages(name, error);
    }
  }
  const names = Object.keys(commands);
  const meant = didYouMean(name, names);
  throw new UsageError(
    `Cannot run "${name}": there is no such command${meant}${meant === "" ? "." : ""} Help: npm run hookline -- help`,
  );
}

async function overview(commands: Commands): Promise<readonly string[]> {
  const all = await Promise.all(
    Object.entries(commands).map(async ([name, load]) => {
      try {
        return (await load()).help;
      } catch (error) {
        if (missingPackages(name, error) === error) throw error;
        return { name, says: "needs packages that are not installed, and names them when it is run" };
      }
    }),
  );
  const width = Math.max(...all.map(({ name }) => name.length)) + 2;
  return [
    "hookline: receives webhooks, and does not lose one",
    "",
    ...all.map(({ name, says }) => `  ${name.padEnd(width)}${says}`),
    "",
    "Help of one: npm run <command> -- --help",
    `Exit codes: ${exitCodes}`,
  ];
}
