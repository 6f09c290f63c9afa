import { isObject, jsonObject, textOf } from "../events/strict-json.ts";
import { type Refusal, refused } from "../outcome.ts";
import type { Fetch } from "../provider.ts";
import { keyFromJwk, type PublicKey } from "./public-keys.ts";
import { fetchDocument } from "./published-keys.ts";

const hour = 3600;

/**
 * The key with this id in a JSON Web Key Set, kept for an hour. An unknown key has the set fetched again, once a minute at
 * most, since a provider may have begun to sign with a new key; then it is a refusal.
 *
 * @throws {Error} When there is no answer, or no key set in it.
 */
export async function keyFromSet(
  url: string,
  kid: string | undefined,
  options: { readonly fetch?: Fetch | undefined; readonly now: Date },
): Promise<PublicKey | Refusal> {
  const unknown = refused("signature-wrong", "the token's key is none of the provider's");
  if (kid === undefined) return unknown;
  for (const keepSeconds of [hour, 60]) {
    const document = await fetchDocument({ url, pinned: ({ href }) => href === url, keepSeconds }, options);
    if (document.kind === "refused") return document;
    const keys = jsonObject(new TextEncoder().encode(document.text))?.keys;
    if (!Array.isArray(keys)) throw new Error(`Cannot read the keys at ${url}: they are no JSON Web Key Set`);
    const found = keys.find((key) => isObject(key) && textOf(key, "kid") === kid);
    const key = found === undefined ? undefined : keyFromJwk(found);
    if (key !== undefined) return key;
  }
  return unknown;
}
