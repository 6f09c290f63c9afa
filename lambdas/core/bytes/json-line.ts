import { errorText } from "./error-text.ts";
import { printable } from "./printable.ts";

/**
 * An object as JSON in one line that is safe to print. Every value becomes a line: a BigInt its digits, an error its text, a
 * Map or Set a list. A field that cannot be JSON, as a circle or a getter that throws, becomes the name of its fault.
 */
export function jsonLine(fields: object): string {
  return printable(objectOf(fields, 1));
}

/** @param depth How many levels down a fault replaces only the field that has it. */
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
    return typeof value === "string" ? JSON.stringify(value) : JSON.stringify(value, (_, one) => plain(one));
  } catch (error) {
    return (depth > 0 && partsOf(value, depth - 1)) || JSON.stringify(`no JSON: ${nameOf(error)}`);
  }
}

/** Values that JSON would drop, refuse or empty. */
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
