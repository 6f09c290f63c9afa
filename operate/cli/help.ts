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

/** The exit codes of every command. */
export const exitCodes = "0 done, 1 refused or found something, 2 wrong use";

/** The lines of `--help`. */
export function helpLines({ name, says, takes, options, more = [], examples }: Help): readonly string[] {
  const rows = Object.entries(options).map(([option, { value, says: text, default: byDefault, multiple }]) => ({
    option: `  --${option}${value === undefined ? "" : ` ${value}`}`,
    text: [
      text,
      ...(multiple ? ["may be repeated"] : []),
      ...(byDefault === undefined ? [] : [`default: ${byDefault}`]),
    ].join("; "),
  }));
  const width = Math.max(0, ...rows.map(({ option }) => option.length)) + 2;
  return [
    `${name}: ${says}`,
    "",
    `Usage: npm run ${name} -- ${[...takes, ...(rows.length === 0 ? [] : ["[options]"])].join(" ")}`.replace(
      / -- $/,
      "",
    ),
    ...(more.length === 0 ? [] : ["", ...more]),
    ...(rows.length === 0 ? [] : ["", "Options:", ...rows.map(({ option, text }) => option.padEnd(width) + text)]),
    "",
    "Examples:",
    ...examples.map((example) => `  npm run ${name} -- ${example}`.replace(/ -- $/, "")),
    "",
    `Exit codes: ${exitCodes}`,
  ];
}
