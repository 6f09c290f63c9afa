/** One item of a JSON array: its bytes as they were sent, and what they say. */
export type Item = {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly json: unknown;
  /** The whole body with this item alone in its array, or these bytes in the item's place; all else as it was sent. */
  readonly alone: (instead?: Uint8Array) => Uint8Array<ArrayBuffer>;
};

const utf8 = new TextDecoder("utf-8", { fatal: true });
const toUtf8 = new TextEncoder();
const blanks: ReadonlySet<string | undefined> = new Set(" \t\n\r");
// Valid JSON never ends inside of an array or an object, where these are looked for.
const ends: ReadonlySet<string | undefined> = new Set([",", "]", "}", ...blanks, undefined]);

/**
 * The items of an array in a JSON body, each with its own bytes: parsing and writing again would change numbers, spaces
 * and escapes, and with them what a resend is compared by.
 *
 * @param pointer An RFC 6901 pointer to the array; empty where the body is the array.
 * @returns Undefined where the body is not JSON in UTF-8, or has no array there.
 *
 * @example
 * ```ts
 * import { itemsAt } from "@hookline/hookline";
 * import { deepEqual } from "node:assert/strict";
 *
 * const body = new TextEncoder().encode('{"events":[{"n":1.0},{"n":2}]}');
 * const texts = itemsAt(body, "/events")?.map((item) => new TextDecoder().decode(item.body));
 * deepEqual(texts, ['{"n":1.0}', '{"n":2}']);
 * ```
 */
export function itemsAt(body: Uint8Array, pointer: string): readonly Item[] | undefined {
  let text: string;
  try {
    text = utf8.decode(body);
    // What follows may then take it for valid.
    JSON.parse(text);
  } catch {
    return undefined;
  }
  let at = skipBlanks(text, 0);
  for (const token of pointer.split("/").slice(1)) {
    const found = memberAt(text, at, token.replaceAll("~1", "/").replaceAll("~0", "~"));
    if (found === undefined) return undefined;
    at = found;
  }
  if (text[at] !== "[") return undefined;
  const ranges = Array.from(elements(text, at));
  const before = text.slice(0, ranges[0]?.[0]);
  const behind = text.slice(ranges.at(-1)?.[1]);
  return ranges.map(([from, to]) => {
    const slice = text.slice(from, to);
    return {
      body: toUtf8.encode(slice),
      json: JSON.parse(slice) as unknown,
      alone: (instead) =>
        toUtf8.encode(
          before + (instead === undefined ? slice : utf8.decode(instead)) + behind,
        ) as Uint8Array<ArrayBuffer>,
    };
  });
}

/** Where an object's value of this name begins; the last one, as `JSON.parse` has it. */
function memberAt(text: string, object: number, name: string): number | undefined {
  if (text[object] !== "{") return undefined;
  let found: number | undefined;
  let at = skipBlanks(text, object + 1);
  while (text[at] === '"') {
    const end = valueEnd(text, at);
    const value = skipBlanks(text, skipBlanks(text, end) + 1);
    if (JSON.parse(text.slice(at, end)) === name) found = value;
    at = skipBlanks(text, valueEnd(text, value));
    if (text[at] === ",") at = skipBlanks(text, at + 1);
  }
  return found;
}

/** Where each element of an array begins and ends. */
function* elements(text: string, array: number): Generator<readonly [number, number]> {
  let at = skipBlanks(text, array + 1);
  while (text[at] !== "]") {
    const end = valueEnd(text, at);
    yield [at, end];
    at = skipBlanks(text, end);
    if (text[at] === ",") at = skipBlanks(text, at + 1);
  }
}

/** Where a value ends. Counts depth instead of calling itself: a body may be nested thousands deep. */
function valueEnd(text: string, start: number): number {
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

function stringEnd(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at + 1;
}

function scalarEnd(text: string, start: number): number {
  let at = start;
  while (!ends.has(text[at])) at += 1;
  return at;
}

function skipBlanks(text: string, start: number): number {
  let at = start;
  while (blanks.has(text[at])) at += 1;
  return at;
}
