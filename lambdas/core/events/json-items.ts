import { concat } from "../bytes/concat.ts";
import { type JsonText, nextElement, placeAt, skipBlanks, valueEnd } from "./json-pointer.ts";

/** One item of a JSON array: its bytes as they were sent, created on each reading, and its value. */
export type Item = JsonText & {
  readonly body: Uint8Array<ArrayBuffer>;
  /** The whole body with this item alone in its array, or with other bytes in the item's place; the rest as it was sent. */
  alone(instead?: Uint8Array): Uint8Array<ArrayBuffer>;
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
  const at = placeAt(text, pointer);
  if (at === undefined || text[at] !== "[") return undefined;
  return new Items(text, at);
}

type Around = { readonly before: Uint8Array; readonly behind: Uint8Array };

/** A class, as an item: an object with getters of its own takes several times as long to make. */
class Items implements Iterable<Item> {
  readonly #text: string;
  readonly #array: number;
  #around: Around | undefined;

  constructor(text: string, array: number) {
    this.#text = text;
    this.#array = array;
  }

  *[Symbol.iterator](): Generator<Item> {
    const text = this.#text;
    for (let one = nextElement(text, this.#array + 1); one !== undefined; one = nextElement(text, one[1]))
      yield new TextItem(text.slice(...one), this);
  }

  get around(): Around {
    this.#around ??= aroundItems(this.#text, this.#array);
    return this.#around;
  }
}

class TextItem implements Item {
  readonly json: unknown;
  readonly text: string;
  readonly #items: Items;

  constructor(text: string, items: Items) {
    this.json = JSON.parse(text);
    this.text = text;
    this.#items = items;
  }

  get body(): Uint8Array<ArrayBuffer> {
    return toUtf8.encode(this.text);
  }

  alone(instead: Uint8Array = this.body): Uint8Array<ArrayBuffer> {
    const { before, behind } = this.#items.around;
    return concat([before, instead, behind]);
  }
}

/** The bytes before the first item of an array, and after its last. */
function aroundItems(text: string, array: number): Around {
  const bracket = valueEnd(text, array) - 1;
  const to = text.slice(0, bracket).trimEnd().length;
  return { before: toUtf8.encode(text.slice(0, skipBlanks(text, array + 1))), behind: toUtf8.encode(text.slice(to)) };
}
