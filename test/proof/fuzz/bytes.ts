import { Buffer } from "node:buffer";
import type { Chance } from "./chance.ts";

type Bytes = Uint8Array<ArrayBuffer>;
type Change = (bytes: Bytes, chance: Chance) => Bytes;

/** Small changes of bytes: each gives other bytes, or rarely the same. */
const changes: readonly Change[] = [
  // A bit turned.
  (bytes, chance) => {
    const turned = bytes.slice();
    const at = chance.below(bytes.length);
    turned.set([(bytes[at] ?? 0) ^ (1 << chance.below(8))].slice(0, bytes.length), at);
    return turned;
  },
  (bytes, chance) => bytes.slice(0, chance.below(bytes.length)),
  (bytes, chance) => bytes.slice(chance.below(bytes.length)),
  // A piece left out, or there twice.
  (bytes, chance) => join(bytes.slice(0, chance.below(bytes.length)), bytes.slice(chance.below(bytes.length))),
  (bytes, chance) => {
    const at = chance.below(bytes.length + 1);
    const odd = chance.pick([
      [0],
      [0xff],
      [0xef, 0xbb, 0xbf],
      [0xed, 0xa0, 0x80],
      [10],
      [32],
      [0xc2, 0xa0],
      [34],
      [92],
    ]);
    return join(bytes.slice(0, at), Uint8Array.from(odd), bytes.slice(at));
  },
  () => new Uint8Array(),
];

/** The bytes after one small change. */
export function changedBytes(bytes: Bytes, chance: Chance): Bytes {
  return chance.pick(changes)(bytes, chance);
}

/** A text after one small change of its characters, each below U+0100 as a header holds them. */
export function changedText(text: string, chance: Chance): string {
  return Buffer.from(changedBytes(new Uint8Array(Buffer.from(text, "latin1")), chance)).toString("latin1");
}

function join(...parts: readonly Uint8Array[]): Bytes {
  return new Uint8Array(Buffer.concat(parts));
}
