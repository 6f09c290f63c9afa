/** An option of a command. */
export type OptionRow = {
  readonly type: "string" | "boolean";
  readonly says: string;
  /** The name of its value in the help: `F|-`. */
  readonly value?: string;
  readonly default?: string;
  /** May be given several times. */
  readonly multiple?: true;
};

/** Options by name, without `--`. */
export type OptionRows = Readonly<Record<string, OptionRow>>;

/** The help of a command. */
export type Help<Rows extends OptionRows = OptionRows> = {
  readonly name: string;
  /** The arguments of `npm run` for it, where they are not its name: npm has a use of its own for `test`. */
  readonly script?: string;
  /** Its purpose, in one line. */
  readonly says: string;
  /** Its arguments in order: `<stage>`, a choice `list|show`, an optional one in brackets. */
  readonly takes: readonly string[];
  readonly options: Rows;
  /** Further sentences: a line each. */
  readonly more?: readonly string[];
  /** Arguments of two calls. */
  readonly examples: readonly [string, string];
};

/** The options of every command; one of its own goes before one of the same name. */
const commonOptions: OptionRows = {
  quiet: { type: "boolean", says: "print errors alone; the exit code tells the rest" },
  verbose: { type: "boolean", says: "print the stack of an error, too" },
};

/** The options of a command, those of every command included. */
export function allOptions({ options }: Pick<Help, "options">): OptionRows {
  return { ...options, ...Object.fromEntries(Object.entries(commonOptions).filter(([name]) => !(name in options))) };
}

/** The exit codes of every command. */
export const exitCodes = "0 done, 1 refused or found something, 2 wrong use";

/** How a command is typed, up to its arguments. */
export function typed({ name, script }: Pick<Help, "name" | "script">): string {
  return `npm run ${script ?? `${name} --`}`;
}

/** The lines of `--help`. */
export function helpLines(help: Help): readonly string[] {
  const { name, says, takes, more = [], examples } = help;
  const rows = Object.entries(allOptions(help)).map(
    ([option, { value, says: text, default: byDefault, multiple }]) => ({
      option: `  --${option}${value === undefined ? "" : ` ${value}`}`,
      text: [
        text,
        ...(multiple ? ["may be repeated"] : []),
        ...(byDefault === undefined ? [] : [`default: ${byDefault}`]),
      ].join("; "),
    }),
  );
  const width = Math.max(0, ...rows.map(({ option }) => option.length)) + 2;
  return [
    `${name}: ${says}`,
    "",
    `Usage: ${typed(help)} ${[...takes, "[options]"].join(" ")}`,
    ...(more.length === 0 ? [] : ["", ...more]),
    "",
    "Options:",
    ...rows.map(({ option, text }) => option.padEnd(width) + text),
    "",
    "Examples:",
    ...examples.map((example) => `  ${typed(help)} ${example}`.replace(/ -- $/, "")),
    "",
    `Exit codes: ${exitCodes}`,
  ];
}
