import { concat } from "../bytes/concat.ts";
import { elements, type JsonText, placeAt } from "./json-pointer.ts";

/** One item of a JSON array: its bytes as they were sent, made each time they are read, and what they say. */
export type Item = JsonText & {
  readonly body: Uint8Array<ArrayBuffer>;
  /** The whole body with this item alone in its array, or these bytes in the item's place; all else as it was sent. */
  readonly alone: (instead?: Uint8Array) => Uint8Array<ArrayBuffer>;
};

const utf8 = new TextDecoder("utf-8", { fatal: true });
const toUtf8 = new TextEncoder();

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
  const at = placeAt(text, pointer);
  if (at === undefined || text[at] !== "[") return undefined;
  const ranges = Array.from(elements(text, at));
  const before = toUtf8.encode(text.slice(0, ranges[0]?.[0]));
  const behind = toUtf8.encode(text.slice(ranges.at(-1)?.[1]));
  return ranges.map(([from, to]) => {
    const slice = text.slice(from, to);
    return {
      get body() {
        return toUtf8.encode(slice);
      },
      json: JSON.parse(slice) as unknown,
      text: slice,
      alone: (instead = toUtf8.encode(slice)) => concat([before, instead, behind]),
    };
  });
}
