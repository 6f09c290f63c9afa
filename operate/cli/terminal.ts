import process from "node:process";
import { createInterface } from "node:readline";
import { styleText } from "node:util";
import { errorText } from "../../lambdas/core/bytes/error-text.ts";
import { printable } from "../../lambdas/core/bytes/printable.ts";
import { awsFailure } from "../stage/aws-failure.ts";
import type { Print } from "./command.ts";
import { asTyped } from "./runner.ts";
import { UsageError } from "./usage-error.ts";

/** To standard output. Whatever a line holds, it stays one, and steers no terminal. */
const print: Print = (line, colour) => {
  const text = printable(asTyped(line));
  // styleText minds NO_COLOR, and whether it writes to a terminal.
  console.log(colour === undefined ? text : styleText(colour, text, { stream: process.stdout }));
};

/** Says on standard error what went wrong: an error's message, which may have lines of its own. */
export function complain(error: unknown, verbose: boolean = process.argv.includes("--verbose")): void {
  const text = awsFailure(error) ?? (error instanceof Error ? error.message : errorText(error));
  const lines = [asTyped(text), ...(verbose ? [stackOf(error)] : [])].join("\n").split("\n");
  console.error(lines.map(printable).join("\n"));
}

/** The stacks of an error and of its causes. */
function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return "";
  return [error.stack ?? "", ...(error.cause === undefined ? [] : [`caused by ${stackOf(error.cause)}`])].join("\n");
}

/** Asks a question on standard error, and reads its answer from standard input: only "y" and "yes" are yes. */
export async function askYes(question: string): Promise<boolean> {
  complain(new Error(`${question} [y/N]`));
  const lines = createInterface({ input: process.stdin });
  for await (const line of lines) {
    lines.close();
    return /^y(es)?$/i.test(line.trim());
  }
  return false;
}

/** Of Ctrl-C, of whoever ends the process, and of a terminal that is closed. */
const interrupting = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Keeps an interruption from ending the process between two steps that belong together. */
export function holdInterruptions(): { readonly interruption: Promise<void>; readonly release: () => void } {
  const { promise: interruption, resolve } = Promise.withResolvers<void>();
  const note = () => resolve();
  for (const signal of interrupting) process.on(signal, note);
  return {
    interruption,
    release: () => {
      for (const signal of interrupting) process.off(signal, note);
    },
  };
}

/** Runs a command with the arguments of this process: a number that it returns is the exit code, and an error that it throws is printed. */
export async function runCommand(command: (args: readonly string[], print: Print) => unknown): Promise<void> {
  try {
    const code = await command(process.argv.slice(2), print);
    if (typeof code === "number") process.exitCode = code;
  } catch (error) {
    complain(error);
    process.exitCode = error instanceof UsageError ? 2 : 1;
  }
}
