import { Buffer } from "node:buffer";
import { fromBase64, fromBase64Url, toBase64, toBase64Url } from "../../../lambdas/core/bytes/base64.ts";
import { at, parseJson } from "../../../lambdas/core/events/fields.ts";
import { headerTexts } from "../../../lambdas/core/events/sent-headers.ts";
import { isSignature, keyOf } from "../../../lambdas/core/verify/signature.ts";
import { changedBytes, changedText } from "./bytes.ts";
import { chanceOf } from "./chance.ts";

/** What is wrong with the parsers of headers and signatures on the text of a step: compared with Node's own `Buffer`. */
export function checkParsers(seed: number, step: number): readonly string[] {
  const chance = chanceOf(seed, step);
  const bytes = Uint8Array.from({ length: chance.pick([0, 1, 2, 3, 20, 31, 32, 33, 64]) }, () => chance.below(256));
  const encoding = chance.pick(["hex", "base64", "base64url"]);
  const right = Buffer.from(bytes).toString(encoding);
  const text = chance.once(4) ? right : changedText(chance.once(4) ? `${right}=` : right, chance);
  const wrong: string[] = [];
  const must = (holds: boolean, what: string) => void (holds || wrong.push(`${what} of ${JSON.stringify(text)}`));
  try {
    must(same(fromBase64(text), canonical(text, "base64")), "fromBase64");
    must(same(fromBase64Url(text), urlBytes(text)), "fromBase64Url");
    must(toBase64(bytes) === Buffer.from(bytes).toString("base64"), "toBase64");
    must(toBase64Url(bytes) === Buffer.from(bytes).toString("base64url"), "toBase64Url");
    for (const [algorithm, length] of [
      ["hmac-sha256", 32],
      ["hmac-sha1", 20],
      ["ed25519", 64],
    ] as const) {
      const hex = text.toLowerCase() === text ? canonical(text, "hex") : undefined;
      must(isSignature(text, { algorithm, encoding: "hex" }) === isSized(hex, length), `hex for ${algorithm}`);
      for (const encoding of ["base64", "base64url"] as const) {
        const isRight = isSized(canonical(text, encoding), length);
        must(isSignature(text, { algorithm, encoding }) === isRight, `${encoding} for ${algorithm}`);
      }
    }
    // A key costs as much as a hundred of the others.
    for (const algorithm of step % 32 > 0 ? [] : (["ed25519", "ecdsa-p256-sha256", "hmac-sha256"] as const)) {
      for (const key of ["whsec", "spki-base64", "hex", "utf8-nfkd"] as const) keyOf(text, { algorithm, key });
    }
    const texts = headerTexts(new Headers({ "x-a": text.replaceAll(/[\0\r\n]/g, ";") }), {
      header: "x-a",
      split: ";",
      take: "a",
    });
    must(texts?.every((piece) => piece !== "" && !piece.includes(";")) === true, "headerTexts");
    at(parseJson(changedBytes(Uint8Array.from(Buffer.from(`{"a":["${text}",{"~":1}]}`)), chance)), `/a/${text}/~0`);
    const inherited = chance.pick(["constructor", "__proto__", "toString", "hasOwnProperty"]);
    must(at({ a: [] }, `${chance.pick(["", "/a"])}/${inherited}`) === undefined, `at of ${inherited}, beside that`);
  } catch (error) {
    must(false, `thrown: ${error instanceof Error ? error.stack : error}`);
  }
  return wrong;
}

/** The bytes where the text is what `Buffer` makes of them, and not only what it is lenient enough to take. */
function canonical(text: string, encoding: "base64" | "base64url" | "hex"): Uint8Array | undefined {
  const bytes = Buffer.from(text, encoding);
  return bytes.toString(encoding) === text ? bytes : undefined;
}

function urlBytes(text: string): Uint8Array | undefined {
  const padded = text.endsWith("=") && text.length % 4 === 0 ? text.replace(/={1,2}$/, "") : text;
  return canonical(padded, "base64url");
}

function isSized(bytes: Uint8Array | undefined, length: number): boolean {
  return bytes?.length === length;
}

function same(one: Uint8Array | undefined, other: Uint8Array | undefined): boolean {
  return one === undefined || other === undefined ? one === other : Buffer.from(one).equals(other);
}
