import { parseJson } from "../lambdas/core/events/fields.ts";
import { isObject } from "../lambdas/core/events/strict-json.ts";

/**
 * What fills a body up: objects as the sample has them, beside its content; one long text, which is parsed far faster; or
 * more events, where it has a list of them.
 */
export type Filler = "JSON" | "one text" | "events";

/** The content of a sample in a body of so many bytes: a list has more items. A larger sample and a form stay as they are. */
export function bodyOf(sample: Uint8Array<ArrayBuffer>, bytes: number, filler: Filler): Uint8Array<ArrayBuffer> {
  const json = parseJson(sample);
  const list = Array.isArray(json) || filler === "events" ? listIn(json) : undefined;
  if (list !== undefined) {
    const items = [...list];
    const more = Math.floor((bytes - lengthOf(json)) / (lengthOf(items) - 1));
    for (let times = 0; times < more; times++) list.push(...items);
    return new TextEncoder().encode(JSON.stringify(json));
  }
  if (!isObject(json)) return sample;
  const pieces = piecesOf(json);
  const more: unknown[] = [];
  let rest = bytes - lengthOf({ ...json, more, text: "" });
  for (let at = 0; filler === "JSON"; at++) {
    const piece = pieces[at % pieces.length];
    const length = lengthOf(piece) + 1;
    if (length > rest) break;
    more.push(piece);
    rest -= length;
  }
  return new TextEncoder().encode(JSON.stringify({ ...json, more, text: "x".repeat(Math.max(0, rest)) }));
}

/** The first list in a value: of a batch, its events. */
function listIn(value: unknown): unknown[] | undefined {
  if (Array.isArray(value)) return value;
  return isObject(value)
    ? Object.values(value)
        .map(listIn)
        .find((list) => list !== undefined)
    : undefined;
}

/** The small objects in a value, each with at most 400 bytes. */
function piecesOf(value: unknown): readonly unknown[] {
  if (typeof value !== "object" || value === null) return [];
  const inside = Object.values(value).flatMap(piecesOf);
  return Array.isArray(value) || lengthOf(value) > 400 ? (inside.length > 0 ? inside : [{ value: 1 }]) : [value];
}

function lengthOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}
