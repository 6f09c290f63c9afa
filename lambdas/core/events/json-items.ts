import { concat } from "../bytes/concat.ts";
import { at, elements, type JsonText, placeAt, skipBlanks, valueEnd } from "./json-pointer.ts";

/** One item of a JSON array: its bytes as they were sent, created on each reading, and its value. */
export type Item = JsonText & {
  readonly body: Uint8Array<ArrayBuffer>;
  /** The whole body with this item alone in its array, or with other bytes in the item's place; the rest as it was sent. */
  readonly alone: (instead?: Uint8Array) => Uint8Array<ArrayBuffer>;
};

const utf8 = new TextDecoder("utf-8", { fatal: true });
const toUtf8 = new TextEncoder();

/**
 * The items of an array in a JSON body, each with its own bytes: parsing and writing would change numbers, spaces and escapes,
 * and so the bytes by which a resend is compared. Each item is created on iteration, and anew each time: a few megabytes may
 * hold a million.
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
 * const texts = Array.from(itemsAt(body, "/events") ?? [], (item) => new TextDecoder().decode(item.body));
 * deepEqual(texts, ['{"n":1.0}', '{"n":2}']);
 * ```
 */
export function itemsAt(body: Uint8Array, pointer: string): Iterable<Item> | undefined {
  const read = readStrictly(body);
  return read && itemsIn(read, pointer);
}

/**
 * A JSON body and its text. Undefined where it is not JSON in UTF-8, since its items would not have the bytes that were sent.
 */
export function readStrictly(body: Uint8Array): JsonText | undefined {
  try {
    const text = utf8.decode(body);
    return { json: JSON.parse(text), text };
  } catch {
    return undefined;
  }
}

/** {@linkcode itemsAt} of JSON that was read. */
export function itemsIn(whole: JsonText, pointer: string): Iterable<Item> | undefined {
  const list = at(whole.json, pointer);
  if (!Array.isArray(list)) return undefined;
  let around: Around | undefined;
  const aroundOnce = () => {
    around ??= aroundItems(whole.text, placeAt(whole.text, pointer) as number);
    return around;
  };
  return {
    *[Symbol.iterator]() {
      for (const item of isWritten(whole) ? written(list) : scanned(whole.text, pointer))
        yield new SentItem(item, aroundOnce);
    },
  };
}

/**
 * Whether a text is as `JSON.stringify` writes its value: then each part of it is, too, and to write an item takes a third of
 * the time in which it is found in the text and parsed.
 */
function isWritten({ json, text }: JsonText): boolean {
  try {
    return JSON.stringify(json) === text;
  } catch {
    // Nested deeper than it writes.
    return false;
  }
}

function* written(list: readonly unknown[]): Iterable<JsonText> {
  for (const json of list) yield { json, text: JSON.stringify(json) };
}

function* scanned(text: string, pointer: string): Iterable<JsonText> {
  for (const [from, to] of elements(text, placeAt(text, pointer) as number)) {
    const one = text.slice(from, to);
    yield { json: JSON.parse(one), text: one };
  }
}

type Around = { readonly before: Uint8Array; readonly behind: Uint8Array };

class SentItem implements Item {
  readonly json: unknown;
  readonly text: string;
  readonly #around: () => Around;

  constructor({ json, text }: JsonText, around: () => Around) {
    this.json = json;
    this.text = text;
    this.#around = around;
  }

  get body() {
    return toUtf8.encode(this.text);
  }

  alone(instead: Uint8Array = this.body) {
    const { before, behind } = this.#around();
    return concat([before, instead, behind]);
  }
}

/** The bytes before the first item of an array, and after its last. */
function aroundItems(text: string, array: number): Around {
  const bracket = valueEnd(text, array) - 1;
  const to = text.slice(0, bracket).trimEnd().length;
  return { before: toUtf8.encode(text.slice(0, skipBlanks(text, array + 1))), behind: toUtf8.encode(text.slice(to)) };
}
