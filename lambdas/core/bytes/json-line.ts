import { errorText } from "./error-text.ts";
import { printable } from "./printable.ts";

/**
 * An object as JSON in one line, safe to be printed. Whatever is handed over becomes a line: a BigInt as its digits, an error as its text, a Map or Set as a list; a field
 * that is no JSON, as a ring or a getter that throws, as the name of its fault, and the others as they are.
 */
export function jsonLine(fields: object): string {
  return printable(objectOf(fields, 1));
}

/** @param depth How many levels further down a fault is told of at the field that has it. */
function objectOf(fields: object, depth: number): string {
  const texts = Object.keys(fields).flatMap((name) => {
    const text = fieldOf(fields, name, depth);
    return text === undefined ? [] : [`${JSON.stringify(name)}:${text}`];
  });
  return `{${texts.join(",")}}`;
}

function fieldOf(fields: object, name: string, depth: number): string | undefined {
  let value: unknown;
  try {
    value = (fields as Record<string, unknown>)[name];
    return JSON.stringify(value, (_, one) => plain(one));
  } catch (error) {
    return (depth > 0 && partsOf(value, depth - 1)) || JSON.stringify(`no JSON: ${nameOf(error)}`);
  }
}

/** What JSON would drop, refuse or empty. */
function plain(value: unknown): unknown {
  if (typeof value === "bigint") return String(value);
  if (value instanceof Map || value instanceof Set) return [...value];
  return value instanceof Error ? errorText(value) : value;
}

function partsOf(value: unknown, depth: number): string | undefined {
  try {
    return typeof value === "object" && value !== null ? objectOf(value, depth) : undefined;
  } catch {
    return undefined;
  }
}

/** Its message could quote a payload. */
function nameOf(error: unknown): string {
  return error instanceof TypeError ? "TypeError" : "an error";
}
