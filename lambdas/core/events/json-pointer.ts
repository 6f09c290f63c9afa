import { remembering } from "../bytes/remembering.ts";

/** A JSON text and its value. */
export type JsonText = {
  /** Undefined where the text is not JSON. */
  readonly json: unknown;
  readonly text: string;
};

const utf8 = new TextDecoder();

/** The JSON of a body. Bytes that are not UTF-8 become U+FFFD; a BOM is dropped. */
export function readJson(body: Uint8Array): JsonText {
  const text = utf8.decode(body);
  try {
    return { json: JSON.parse(text), text };
  } catch {
    return { json: undefined, text };
  }
}

/** The value at an RFC 6901 pointer. Own properties only: `/constructor` finds nothing in `{}`. */
export function at(json: unknown, pointer: string): unknown {
  let found = json;
  for (const name of tokensOf(pointer)) {
    if (typeof found !== "object" || found === null || !Object.hasOwn(found, name)) return undefined;
    found = (found as Record<string, unknown>)[name];
  }
  return found;
}

/**
 * The value at a pointer, where it is a number or a text that is not empty. A number that JavaScript would round (an id of 18
 * digits) is returned as written.
 */
export function textAt({ json, text }: JsonText, pointer: string): string | undefined {
  const value = at(json, pointer);
  if (Number.isFinite(value)) return Number.isSafeInteger(value) ? String(value) : sourceAt(text, pointer);
  return typeof value === "string" && value !== "" ? value : undefined;
}

function sourceAt(text: string, pointer: string): string | undefined {
  const start = placeAt(text, pointer);
  return start === undefined ? undefined : text.slice(start, valueEnd(text, start));
}

/** Where the value at a pointer begins in a text of valid JSON. */
export function placeAt(text: string, pointer: string): number | undefined {
  let at: number | undefined = skipBlanks(text, 0);
  for (const token of tokensOf(pointer)) {
    at = text[at] === "[" ? elementAt(text, at, token) : memberAt(text, at, token);
    if (at === undefined) return undefined;
  }
  return at;
}

/** Remembered, since the pointers are those of the providers. */
const tokensOf = remembering((pointer): readonly string[] =>
  pointer
    .split("/")
    .slice(1)
    .map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~")),
);

/** Where an object's value of this name begins; the last one, as `JSON.parse` has it. */
function memberAt(text: string, object: number, name: string): number | undefined {
  if (text[object] !== "{") return undefined;
  let found: number | undefined;
  let at = skipBlanks(text, object + 1);
  while (text[at] === '"') {
    const end = valueEnd(text, at);
    const value = skipBlanks(text, skipBlanks(text, end) + 1);
    if (isNamed(text.slice(at + 1, end - 1), name)) found = value;
    at = skipBlanks(text, valueEnd(text, value));
    if (text[at] === ",") at = skipBlanks(text, at + 1);
  }
  return found;
}

/** Whether a member's name, as it is written, is this one: an escape may stand for any character. */
function isNamed(written: string, name: string): boolean {
  return (written.includes("\\") ? JSON.parse(`"${written}"`) : written) === name;
}

function elementAt(text: string, array: number, index: string): number | undefined {
  let count = 0;
  for (const [start] of elements(text, array)) {
    if (String(count) === index) return start;
    count += 1;
  }
  return undefined;
}

/** Where each element of an array begins and ends. */
export function* elements(text: string, array: number): Generator<readonly [number, number]> {
  for (let one = nextElement(text, array + 1); one !== undefined; one = nextElement(text, one[1])) yield one;
}

/** Where the element behind an array's bracket, or behind another element, begins and ends. Undefined behind the last. */
export function nextElement(text: string, behind: number): readonly [number, number] | undefined {
  const at = skipBlanks(text, behind);
  const start = text[at] === "," ? skipBlanks(text, at + 1) : at;
  return text[start] === "]" ? undefined : [start, valueEnd(text, start)];
}

/** Where a value ends. It counts depth instead of recursing: a body may be nested thousands deep. */
export function valueEnd(text: string, start: number): number {
  let at = start;
  let depth = 0;
  do {
    const character = text[at];
    if (character === '"') at = stringEnd(text, at);
    else if (character === "{" || character === "[") {
      depth += 1;
      at += 1;
    } else if (character === "}" || character === "]") {
      depth -= 1;
      at += 1;
    } else if (depth > 0) at += 1;
    else at = scalarEnd(text, at);
  } while (depth > 0);
  return at;
}

/** Most of JSON is in strings, and `indexOf` passes them faster than a loop over their characters. */
function stringEnd(text: string, start: number): number {
  let quote = text.indexOf('"', start + 1);
  while (isEscaped(text, quote)) quote = text.indexOf('"', quote + 1);
  return quote + 1;
}

/** Whether an odd number of backslashes is before it: two are an escaped backslash. */
function isEscaped(text: string, quote: number): boolean {
  let before = quote;
  while (text[before - 1] === "\\") before -= 1;
  return (quote - before) % 2 === 1;
}

function scalarEnd(text: string, start: number): number {
  let at = start;
  while (!isEnd(text[at])) at += 1;
  return at;
}

/** Valid JSON never ends inside an array or an object, the only places where this is called. */
function isEnd(character: string | undefined): boolean {
  return character === "," || character === "]" || character === "}" || character === undefined || isBlank(character);
}

/** The next place without white space. */
export function skipBlanks(text: string, start: number): number {
  let at = start;
  while (isBlank(text[at])) at += 1;
  return at;
}

function isBlank(character: string | undefined): boolean {
  return character === " " || character === "\t" || character === "\n" || character === "\r";
}
