import { concat } from "../bytes/concat.ts";
import { type JsonText, nextElement, placeAt, skipBlanks, valueEnd } from "./json-pointer.ts";

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
  return read && itemsIn(read.text, pointer);
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

/** {@linkcode itemsAt} of a text that is known to be JSON. */
export function itemsIn(text: string, pointer: string): Iterable<Item> | undefined {
  const list = listIn(text, pointer);
  return (
    list && {
      *[Symbol.iterator]() {
        for (const item of list) yield itemOf(item, list);
      },
    }
  );
}

function itemOf({ json, text }: JsonText, list: ItemList): Item {
  return {
    get body() {
      return toUtf8.encode(text);
    },
    json,
    text,
    alone: (instead = toUtf8.encode(text)) => list.alone(instead),
  };
}

/** The array at a pointer in a body, which is JSON in UTF-8. */
export function listAt(body: Uint8Array, pointer: string): ItemList | undefined {
  const read = readStrictly(body);
  return read && listIn(read.text, pointer);
}

/** {@linkcode listAt} of a text that is known to be JSON. */
export function listIn(text: string, pointer: string): ItemList | undefined {
  const at = placeAt(text, pointer);
  return at === undefined || text[at] !== "[" ? undefined : new ItemList(text, at);
}

/** An array in a JSON text: the text of each item and its value, created on iteration, and anew each time. */
export class ItemList implements Iterable<JsonText> {
  readonly #text: string;
  readonly #array: number;
  #around: readonly [before: Uint8Array, behind: Uint8Array] | undefined;

  constructor(text: string, array: number) {
    this.#text = text;
    this.#array = array;
  }

  *[Symbol.iterator](): Generator<JsonText> {
    const text = this.#text;
    for (let place = nextElement(text, this.#array + 1); place !== undefined; place = nextElement(text, place[1])) {
      const item = text.slice(...place);
      yield { json: JSON.parse(item) as unknown, text: item };
    }
  }

  /** The whole body with these bytes in place of the items, the rest as it was sent. */
  alone(item: Uint8Array): Uint8Array<ArrayBuffer> {
    this.#around ??= aroundItems(this.#text, this.#array);
    const [before, behind] = this.#around;
    return concat([before, item, behind]);
  }
}

/** The bytes before the first item of an array, and after its last. */
function aroundItems(text: string, array: number): readonly [Uint8Array, Uint8Array] {
  const bracket = valueEnd(text, array) - 1;
  const to = text.slice(0, bracket).trimEnd().length;
  return [toUtf8.encode(text.slice(0, skipBlanks(text, array + 1))), toUtf8.encode(text.slice(to))];
}
