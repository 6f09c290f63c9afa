import { parseJson } from "../lambdas/core/events/fields.ts";
import { isObject } from "../lambdas/core/events/strict-json.ts";

/** What fills a body up: objects as the sample has them, or one long text, which is parsed 20 times faster. */
export type Filler = "JSON" | "one text";

/** The content of a sample in a body of so many bytes: a list has more items. A larger sample and a form stay as they are. */
export function bodyOf(sample: Uint8Array<ArrayBuffer>, bytes: number, filler: Filler): Uint8Array<ArrayBuffer> {
  const json = parseJson(sample);
  if (Array.isArray(json)) {
    const items = Math.max(1, Math.floor(bytes / (lengthOf(json) - 1)));
    return new TextEncoder().encode(JSON.stringify(Array.from({ length: items }, () => json).flat()));
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

/** The small objects in a value, each with at most 400 bytes. */
function piecesOf(value: unknown): readonly unknown[] {
  if (typeof value !== "object" || value === null) return [];
  const inside = Object.values(value).flatMap(piecesOf);
  return Array.isArray(value) || lengthOf(value) > 400 ? (inside.length > 0 ? inside : [{ value: 1 }]) : [value];
}

function lengthOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}
