import { isObject, isRecord } from "../events/strict-json.ts";
import { didYouMean } from "./nearest.ts";

/** One option: what it must be, in words, and a test of a value. The docstring of its type gives its meaning. */
export type Option = {
  readonly expected: string;
  readonly fits: (value: unknown) => boolean;
  readonly required?: true;
  /** Whether an error may show a given text. Defaults to false, since a text may be a secret. */
  readonly tellsText?: true;
  /** Whether it is a secret: an error shows only its type. */
  readonly isSecret?: true;
  /** The options inside it, where it is an object of options. */
  readonly within?: OptionTable;
  /** The type of each element, where it is a list or an object by name. */
  readonly each?: Option;
};

/** An option of an earlier version, with its name of today. */
export type Renamed = { readonly now: string };

/** All options of a public function, by name. */
export type OptionTable = Readonly<Record<string, Option | Renamed>>;

/** The option table of a type: TypeScript demands every option of it. */
export type TableOf<Options> = Readonly<Record<keyof Options, Option>>;

/** The subject of a check, for its messages. */
export type Checking = {
  /** The action that fails: "create receiver". */
  readonly doing: string;
  /** The end of every message: "; correct it in …". */
  readonly remedy?: string;
  /** Whether every option may be shown. */
  readonly tellsTexts?: true;
};

export const text: Option = { expected: "a text", fits: (value) => typeof value === "string" };
export const flag: Option = { expected: "true or false", fits: (value) => typeof value === "boolean" };
export const call: Option = { expected: "a function", fits: (value) => typeof value === "function" };
/** An object of another library, which checks it by its own types. */
export function foreign(expected: string): Option {
  return { expected, fits: isObject };
}

/** A text in a format. */
export function matching(expected: string, pattern: RegExp): Option {
  return { expected, fits: (value) => typeof value === "string" && pattern.test(value) };
}

/** A list with a least length, and what each element is. */
export function listOf(each: Option, least = 0): Option {
  return {
    expected: `a list${least > 0 ? ` of at least ${least}` : ""}, each ${each.expected}`,
    fits: (value) => Array.isArray(value) && value.length >= least,
    each,
  };
}

/** An object of these by name. */
export function byName(expected: string, each: Option): Option {
  return { expected, fits: isRecord, each };
}

/** One of a few texts. */
export function oneOf(...values: readonly string[]): Option {
  const quoted = values.map((value) => `"${value}"`);
  return { expected: quoted.join(" or "), fits: (value) => values.some((one) => one === value) };
}

/** A whole number in a range; `why` names the source of its maximum. */
export function whole(least: number, greatest: number = Number.POSITIVE_INFINITY, why = ""): Option {
  return {
    expected: `a whole number ${rangeOf(least, greatest)}${why}`,
    fits: (value) => Number.isInteger(value) && isWithin(value, least, greatest),
  };
}

/** A number in a range. */
export function number(least: number, greatest: number = Number.POSITIVE_INFINITY): Option {
  return { expected: `a number ${rangeOf(least, greatest)}`, fits: (value) => isWithin(value, least, greatest) };
}

function rangeOf(least: number, greatest: number): string {
  return greatest === Number.POSITIVE_INFINITY ? `of at least ${least}` : `from ${least} to ${greatest}`;
}

function isWithin(value: unknown, least: number, greatest: number): boolean {
  return typeof value === "number" && value >= least && value <= greatest;
}

/** An object with methods: a port of ours. */
export function having(what: string, ...methods: readonly string[]): Option {
  const has = (value: object) => methods.every((name) => typeof Reflect.get(value, name) === "function");
  return {
    expected: `${what}, an object with ${methods.join(", ")}`,
    fits: (value) => isObject(value) && has(value),
  };
}

/** An object of options. */
export function object(within: OptionTable): Option {
  return { expected: `an object with ${Object.keys(within).join(", ")}`, fits: isRecord, within };
}

/** The same option, or `false` for none of it. */
export function orFalse(option: Option): Option {
  const { expected, fits } = option;
  return { ...option, expected: `${expected}, or false`, fits: (value) => value === false || fits(value) };
}

/** The same option, required. */
export function required<T extends Option>(option: T): T & { readonly required: true } {
  return { ...option, required: true };
}

/**
 * Checks options: each is known, each required one is there, and each is of its type and range.
 *
 * @param where What stands before their names: `sources["github"].`.
 * @throws {TypeError} For one that is missing, not known, called otherwise today, or of another type.
 * @throws {RangeError} For a number out of its range.
 */
export function checkOptions(table: OptionTable, given: unknown, checking: Checking, where = ""): void {
  if (!isObject(given)) throw wrong(where.replace(/\.$/, "") || "its options", "an object", given, checking);
  const { doing, remedy = "" } = checking;
  const all = Object.entries(table).flatMap(([name, option]) => ("now" in option ? [] : [name]));
  for (const name of Object.keys(given)) {
    const option = Object.hasOwn(table, name) ? table[name] : undefined;
    if (option !== undefined && !("now" in option)) continue;
    const said =
      option === undefined
        ? `is no option${didYouMean(name, all) || "."} All are ${all.join(", ")}`
        : `is now called ${option.now}`;
    throw new TypeError(`Cannot ${doing}: ${where}${name} ${said}${remedy}`);
  }
  for (const [name, option] of Object.entries(table)) {
    if (!("now" in option)) checkOption(option, given[name], checking, `${where}${name}`);
  }
}

function checkOption(option: Option, value: unknown, checking: Checking, name: string): void {
  const { expected, fits, within, each, tellsText, isSecret } = option;
  if (value === undefined ? option.required : !fits(value)) {
    if (isSecret && typeof value === "number") throw wrong(name, expected, String(value), checking);
    throw wrong(name, expected, value, tellsText ? { ...checking, tellsTexts: true } : checking);
  }
  if (value === undefined || value === false) return;
  if (within !== undefined) checkOptions(within, value, checking, `${name}.`);
  if (each === undefined) return;
  for (const [key, one] of Object.entries(value as object)) {
    checkOption(required(each), one, checking, `${name}[${Array.isArray(value) ? key : `"${key}"`}]`);
  }
}

/** The error for an option of a wrong value: a `RangeError` for a number out of its range. */
export function wrong(
  name: string,
  expected: string,
  value: unknown,
  { doing, remedy = "", tellsTexts }: Checking,
): TypeError | RangeError {
  const Kind = typeof value === "number" && /\bnumber\b/.test(expected) ? RangeError : TypeError;
  const received = tellsTexts && typeof value === "string" ? `"${value}"` : toldOf(value);
  return new Kind(`Cannot ${doing}: ${name} must be ${expected}, received ${received}${remedy}`);
}

function toldOf(value: unknown): string {
  if (typeof value === "number" || typeof value === "boolean") return `${value}`;
  if (value === null) return "null";
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  return { string: "a text", undefined: "nothing", object: "an object" }[typeof value as string] ?? typeof value;
}
