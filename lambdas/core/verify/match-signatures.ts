import { type Refusal, refused, type Unavailable } from "../outcome.ts";
import type { Scheme, Signed } from "../provider.ts";
import { decodeSignature, isSignedBy, type Key, keyOf } from "./signature.ts";

/** More than any provider sends or any rotation needs: a list of junk must not cost work: DECISIONS 20. */
export const mostSignatures = 16;

/** The algorithm and the encoding of a signature. */
export type SignatureForm = Pick<Scheme, "algorithm" | "key" | "encoding">;

/** The keys of a source, each with the place of its secret in the configured list. */
type Keys = readonly { readonly key: Key; readonly secretIndex: number }[];

/** The keys of the secrets; unset ones are omitted. */
export function keysOf(secrets: readonly string[], form: SignatureForm): Keys | Unavailable {
  const keys: { readonly key: Key; readonly secretIndex: number }[] = [];
  for (const [secretIndex, secret] of secrets.entries()) {
    for (const one of [form.key].flat()) {
      const key = keyOf(secret, { algorithm: form.algorithm, key: one });
      if (key !== undefined) keys.push({ key, secretIndex });
    }
  }
  return keys.length > 0 ? keys : { kind: "unavailable", reason: "secret-malformed" };
}

/**
 * Sent signatures as bytes: those in another format are omitted, and a list without any is a refusal.
 *
 * @param where Names the place in the message: `header "x-signature"`.
 */
export function decodeSignatures(
  texts: readonly string[],
  form: SignatureForm & { readonly prefix?: string | undefined },
  where: string,
): readonly Uint8Array[] | Refusal {
  if (texts.length > mostSignatures) {
    return refused("signature-malformed", `${where} holds more than ${mostSignatures} signatures`);
  }
  const decoded = texts.map((text) => decodeSignature(text, form)).filter((bytes) => bytes !== undefined);
  if (decoded.length > 0) return decoded;
  const written = form.prefix === undefined ? `${form.encoding}` : `${form.encoding} after "${form.prefix}"`;
  return refused("signature-malformed", `${where} holds no ${form.algorithm} signature in ${written}`);
}

/** Finds any signature by any key over the parts. All are tried, each in constant time. */
export function matchSignatures(
  keys: Keys,
  signatures: readonly Uint8Array[],
  algorithm: Scheme["algorithm"],
  parts: readonly Uint8Array[],
): Signed | Refusal {
  const [first] = keys.filter(({ key }) => isSignedBy(key, algorithm, parts, signatures));
  return first === undefined
    ? refused("signature-wrong", "no sent signature matches what was sent and a configured secret")
    : { kind: "signed", secretIndex: first.secretIndex };
}

/**
 * The three steps above in one, for a provider that verifies by a function.
 *
 * @param given.parts What is signed, in order.
 * @param given.signatures The sent signatures as text; undefined where there are none.
 * @param given.where Names their place in messages: `field "bt_signature"`.
 */
export function checkSignatures(
  form: SignatureForm,
  given: {
    readonly secrets: readonly string[];
    readonly parts: readonly Uint8Array[];
    readonly signatures: readonly string[] | undefined;
    readonly where: string;
  },
): Signed | Refusal | Unavailable {
  const keys = keysOf(given.secrets, form);
  if ("kind" in keys) return keys;
  if (given.signatures === undefined) return refused("signature-missing", `${given.where} is missing`);
  const signatures = decodeSignatures(given.signatures, form, given.where);
  if ("kind" in signatures) return signatures;
  return matchSignatures(keys, signatures, form.algorithm, given.parts);
}
