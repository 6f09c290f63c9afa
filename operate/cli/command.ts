import { parseArgs } from "node:util";
import { defined } from "../../lambdas/core/bytes/defined.ts";
import { errorText } from "../../lambdas/core/bytes/error-text.ts";
import { isNear, nearest } from "../../lambdas/core/checks/nearest.ts";
import { allOptions, type Help, helpLines, type OptionRow, type OptionRows, typed } from "./help.ts";
import { UsageError } from "./usage-error.ts";

/** The argument that names the stage a command acts on. */
export const stageWord = "[<stage>]";

/** A colour on a terminal. */
export type Colour = "green" | "yellow" | "red" | "dim";

/** Prints one line, on a terminal in this colour. */
export type Print = (line: string, colour?: Colour) => void;

/** The values of a command's options. */
export type Values<Rows extends OptionRows> = { readonly [Name in keyof Rows]: ValueOf<Rows[Name]> };
type ValueOf<Row extends OptionRow> = Row extends { readonly type: "boolean" }
  ? boolean
  : Row extends { readonly multiple: true }
    ? readonly string[]
    : Row extends { readonly default: string }
      ? string
      : string | undefined;

/** One call of a command. */
type Call<Rows extends OptionRows> = {
  readonly values: Values<Rows>;
  /** One for each that the command takes, in order; of an optional one that is not given, undefined. */
  readonly taken: readonly (string | undefined)[];
  readonly print: Print;
};

/** A command: runs with its arguments, and returns the exit code. `given` is for tests. */
export type Command<Given extends readonly unknown[] = readonly []> = {
  (args: readonly string[], print: Print, ...given: Partial<Given>): Promise<number>;
  readonly help: Help;
};

/**
 * Makes a command: it answers `--help`, parses and checks its arguments, and runs.
 *
 * @param run Returns the exit code.
 * @throws {UsageError} For arguments that the command does not take. Those too many are not repeated: one may be a secret.
 */
export function command<const Rows extends OptionRows, Given extends readonly unknown[]>(
  help: Help<Rows>,
  run: (call: Call<Rows>, ...given: Partial<Given>) => Promise<number>,
): Command<Given> {
  const called = async (args: readonly string[], print: Print, ...given: Partial<Given>): Promise<number> => {
    // `deno task dlq -- list` hands on the "--" that npm takes away.
    const own = args[0] === "--" ? args.slice(1) : args;
    if (own.some((arg) => arg === "--help" || arg === "-h")) {
      for (const line of helpLines(help)) print(line);
      return 0;
    }
    const { values, positionals } = parse(help, own);
    const taken = placed(help, positionals);
    const silent: Print = () => {};
    return await run({ values: values as Values<Rows>, taken, print: values.quiet ? silent : print }, ...given);
  };
  return Object.assign(called, { help });
}

function parse(help: Help, args: readonly string[]) {
  const options = Object.fromEntries(
    Object.entries(allOptions(help)).map(([name, row]) => {
      const { type, multiple = false } = row;
      return [name, { type, multiple, ...defined({ default: defaultOf(row) }) }];
    }),
  );
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw usageError(help, reasonOf(error, args, Object.keys(options)));
  }
}

/** A boolean defaults to false, and an option that may be repeated to none. */
function defaultOf({ type, multiple, default: byDefault }: OptionRow) {
  if (type === "boolean") return false;
  return multiple ? [] : byDefault;
}

function reasonOf(error: unknown, args: readonly string[], names: readonly string[]): string {
  if ((error as { readonly code?: string }).code !== "ERR_PARSE_ARGS_UNKNOWN_OPTION") {
    return (
      errorText(error)
        .replace(/^TypeError(?: \[\w+\])?: /, "")
        .split(". ")[0] ?? ""
    );
  }
  const given = args
    .map((arg) => /^--?([^=]+)/.exec(arg)?.[1])
    .find((name) => name !== undefined && !names.includes(name));
  // Text behind a dash may be a key by mistake: only a word is repeated.
  if (given === undefined || !/^[a-z][a-z-]{0,30}$/i.test(given)) return "there is no such option";
  const meant = isNear(given, names) ? `; did you mean --${nearest(given, names)?.name}?` : "";
  return `there is no option --${given}${meant}`;
}

/**
 * The arguments in the places of what the command takes: an optional stage in front may be left out.
 *
 * @throws {UsageError} For too few or too many. It repeats none: one may be a secret.
 */
function placed(help: Help, given: readonly string[]): readonly (string | undefined)[] {
  const { takes } = help;
  const taken = leavesStageOut(takes, given) ? [undefined, ...given] : given;
  const isWhole = takes.every((one, index) => one.startsWith("[") || taken[index] !== undefined);
  if (!isWhole || taken.length > takes.length) {
    const received = given.length === 0 ? "nothing" : `${given.length} argument${given.length === 1 ? "" : "s"}`;
    throw usageError(help, `expected ${takes.join(" ") || "no argument"}, received ${received}`);
  }
  for (const [index, one] of taken.entries()) if (one !== undefined) checkWord(help, takes[index] ?? "", one);
  return taken;
}

/** Whether a command that takes a stage in front was given none: a word of a choice tells, else the number of arguments. */
function leavesStageOut(takes: readonly string[], given: readonly string[]): boolean {
  if (takes[0] !== stageWord) return false;
  const at = takes.findIndex((one) => one.includes("|"));
  const words = takes[at]?.split("|") ?? [];
  if (words.includes(given[at] ?? "")) return false;
  if (words.includes(given[at - 1] ?? "")) return true;
  return given.length <= takes.filter((one) => !one.startsWith("[")).length;
}

/** Checks a word against a choice, as `list|show|redrive`. */
function checkWord(help: Help, takes: string, given: string): void {
  const words = takes.split("|");
  if (words.length === 1 || words.includes(given)) return;
  const meant = isNear(given, words) ? `"${given}"; did you mean ${nearest(given, words)?.name}?` : "another word";
  throw usageError(help, `expected ${words.join(", ")}, received ${meant}`);
}

/** The error for a call of a command, with the way to its help. */
export function usageError(help: Pick<Help, "name" | "script">, reason: string): UsageError {
  const end = reason.endsWith("?") ? "" : ".";
  return new UsageError(`Cannot run ${help.name}: ${reason}${end} Help: ${typed(help)} --help`);
}
