import type { SignedPart } from "../bytes/hmac.ts";
import { remembering } from "../bytes/remembering.ts";
import { type Refusal, refused, type Unavailable } from "../outcome.ts";
import type { Signed } from "../provider.ts";
import { isSignature, isSignedBy, type Key, keyOf, type SignatureForm } from "./signature.ts";

/** More than any provider sends or any rotation needs: a list of junk must not cost work: DECISIONS 20. */
export const mostSignatures = 16;

/** The keys of a source, each with the place of its secret in the configured list. */
type Keys = readonly { readonly key: Key; readonly secretIndex: number }[];

/** The keys of a secret's text, for each form: the same texts come with every delivery, in a new list each time. */
const keysByForm = new WeakMap<SignatureForm, (secret: string) => readonly Key[]>();

/** The keys of the secrets; unset ones are omitted. */
export function keysOf(secrets: readonly string[], form: SignatureForm): Keys | Unavailable {
  let keysOfOne = keysByForm.get(form);
  if (keysOfOne === undefined) {
    keysOfOne = remembering((secret) => keysOfSecret(secret, form));
    keysByForm.set(form, keysOfOne);
  }
  const keys: { readonly key: Key; readonly secretIndex: number }[] = [];
  for (const [secretIndex, secret] of secrets.entries()) {
    for (const key of keysOfOne(secret)) keys.push({ key, secretIndex });
  }
  return keys.length > 0 ? keys : { kind: "unavailable", reason: "secret-malformed" };
}

function keysOfSecret(secret: string, { algorithm, key }: SignatureForm): readonly Key[] {
  return [key].flat().flatMap((form) => keyOf(secret, { algorithm, key: form }) ?? []);
}

/**
 * The sent signatures in the format; others are omitted, and a list without any is a refusal.
 *
 * @param where Names the place in the message: `header "x-signature"`.
 */
export function strictSignatures(
  texts: readonly string[],
  form: SignatureForm & { readonly prefix?: string | undefined },
  where: string,
): readonly string[] | Refusal {
  if (texts.length > mostSignatures) {
    return refused("signature-malformed", `${where} holds more than ${mostSignatures} signatures`);
  }
  const strict = texts.filter((text) => isSignature(text, form));
  if (strict.length > 0) return strict;
  const written = form.prefix === undefined ? `${form.encoding}` : `${form.encoding} after "${form.prefix}"`;
  return refused("signature-malformed", `${where} holds no ${form.algorithm} signature in ${written}`);
}

/** Finds any signature by any key over the parts. All are tried, each in constant time. */
export function matchSignatures(
  keys: Keys,
  signatures: readonly string[],
  form: SignatureForm,
  parts: readonly SignedPart[],
): Signed | Refusal {
  const [first] = keys.filter(({ key }) => isSignedBy(key, form, parts, signatures));
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
    readonly parts: readonly SignedPart[];
    readonly signatures: readonly string[] | undefined;
    readonly where: string;
  },
): Signed | Refusal | Unavailable {
  const keys = keysOf(given.secrets, form);
  if ("kind" in keys) return keys;
  if (given.signatures === undefined) return refused("signature-missing", `${given.where} is missing`);
  const signatures = strictSignatures(given.signatures, form, given.where);
  if ("kind" in signatures) return signatures;
  return matchSignatures(keys, signatures, form, given.parts);
}
