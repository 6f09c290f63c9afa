import { toBase64Url } from "../core/bytes/base64.ts";
import { defined } from "../core/bytes/defined.ts";
import { sha256 } from "../core/bytes/sha256.ts";
import { formFields, oneField } from "../core/events/form.ts";
import { type Refusal, refused, textAnswer, type Unavailable } from "../core/outcome.ts";
import {
  type Answer,
  type Delivery,
  defineProvider,
  type EventFields,
  type HandshakeOptions,
  type Provider,
  type Signed,
  type SignOptions,
  type VerifyOptions,
} from "../core/provider.ts";
import { checkSignatures, mostSignatures } from "../core/verify/match-signatures.ts";
import { randomHex, sha1Hex } from "../core/verify/public-keys.ts";
import { secretParts } from "../core/verify/secret-parts.ts";
import { signatureText } from "../core/verify/signature.ts";

const utf8 = new TextEncoder();
const form = { algorithm: "hmac-sha1", key: "hex", encoding: "hex" } as const;
const challenge = /^[0-9a-f]{20,32}$/;

/**
 * Braintree.
 *
 * - **Secret**: `<public key>|<private key>`, Control Panel → Settings → API → Keys. Write both as one text with a bar
 *   between them; the HMAC key is the SHA-1 of the private one.
 * - **Signed**: HMAC-SHA1 of the form field `bt_payload` as sent (base64 of XML), in hex in `bt_signature`. That field
 *   lists pairs `<public key>|<signature>`, joined by `&`, and only pairs of your public key count. Other fields of
 *   the form would not be signed: a form that has any is refused. No time is checked, so a captured body can be sent
 *   again.
 * - **Id and type**: no id of its own; the hash of `bt_payload`, which is signed and holds the time of the event, is
 *   taken for one, so that the same payload in another spelling of the form is the same event. The type is `kind` of
 *   the XML (`subscription_canceled`). The body is the form as sent: give its two fields to Braintree's SDK to parse it.
 * - **Retry**: unknown: the documentation does not say whether its bytes stay the same. The same payload is the same
 *   event, however the form is spelled.
 * - **Patience**: 30 s; retries hourly for 24 hours in production, 3 in the sandbox.
 * - **Handshake**: GET with `bt_challenge`, answered with the public key and the challenge's HMAC. It is the same key
 *   as for payloads, so that anyone could have a "payload" of 20 to 32 hex digits signed by asking: such a payload is
 *   refused.
 *
 * Unverified: whether a retry has the same bytes, and whether the challenge is still used: the SDK still answers it.
 *
 * @see https://developer.paypal.com/braintree/docs/guides/webhooks/overview (2026-11)
 * @see https://www.npmjs.com/package/braintree (2026-11)
 */
export const braintree: Provider = defineProvider({
  name: "braintree",
  title: "Braintree",
  coversBody: true,
  answerWithinSeconds: 30,
  retryHours: 24,
  identity: "id",
  verification: verifyPayload,
  sign: signPayload,
  sampleSecret: () => ({ secret: `${randomHex(8)}|${randomHex(16)}` }),
  events: readPayload,
  handshake: { method: "GET", signed: false, answer: answerChallenge },
});

async function verifyPayload({ body }: Delivery, { secrets }: VerifyOptions): Promise<Signed | Refusal | Unavailable> {
  const keys = secrets.map((secret) => secretParts(secret, 2));
  if (keys.every((key) => key === undefined)) return { kind: "unavailable", reason: "secret-malformed" };
  const fields = formFields(body) ?? [];
  const [payload, sent] = ["bt_payload", "bt_signature"].map((name) => oneField(fields, name));
  if (payload === undefined || sent === undefined) {
    return refused("signature-missing", "the body is no form with one bt_payload and one bt_signature");
  }
  if (fields.length > 2) return refused("signature-malformed", "the form has fields that are not signed");
  if (challenge.test(payload.trim())) return refused("signature-malformed", "bt_payload is a challenge");
  const pairs = sent.split("&", mostSignatures + 1).map((pair) => pair.split("|"));
  let refusal: Refusal | undefined;
  for (const [secretIndex, key] of keys.entries()) {
    if (key === undefined) continue;
    const signatures = pairs.flatMap(([name, text, ...more]) =>
      name === key[0] && text !== undefined && more.length === 0 ? [text] : [],
    );
    // The SDK takes a payload that has lost its last line break.
    for (const text of [payload, `${payload}\n`]) {
      const given = { secrets: [sha1Hex(key[1])], parts: [utf8.encode(text)], signatures, where: "bt_signature" };
      const signed = checkSignatures(form, given);
      if (signed.kind === "signed") return { kind: "signed", secretIndex };
      if (signed.kind === "refused") refusal = signed;
    }
  }
  return refusal ?? refused("signature-wrong", "bt_signature has none by a configured key");
}

/** `kind` stands before `subject`, beside simple elements: a dispute in the subject has a kind of its own. */
const kindOf = new RegExp(
  [
    String.raw`^\s*(?:<\?xml[^<>]*\?>\s*)?<notification>\s*`,
    String.raw`(?:<(timestamp|source-merchant-id)(?: [^<>]*)?>[^<]*</\1>\s*)*<kind>(\w{1,100})</kind>`,
  ].join(""),
);

function readPayload({ body }: Delivery): readonly EventFields[] {
  const payload = oneField(formFields(body) ?? [], "bt_payload") ?? "";
  // The first 3 KiB of XML: atob takes line breaks, but no cut through four characters.
  const start = payload.replaceAll(/\s/g, "").slice(0, 4096);
  const type =
    /^[A-Za-z0-9+/]*={0,2}$/.test(start) && start.length % 4 === 0 ? kindOf.exec(atob(start))?.[2] : undefined;
  // The last line break may be lost on the way, and is the same payload.
  const id = payload === "" ? undefined : toBase64Url(sha256(utf8.encode(payload.trimEnd())));
  return [defined({ id, type })];
}

async function signPayload(delivery: Delivery, { secret }: SignOptions): Promise<Delivery> {
  const key = secretParts(secret, 2);
  const payload = oneField(formFields(delivery.body) ?? [], "bt_payload");
  if (key === undefined) throw new TypeError("Cannot sign delivery: the secret is not <public key>|<private key>");
  if (payload === undefined) throw new TypeError("Cannot sign delivery: the body is no form with one bt_payload");
  const pair = `${key[0]}|${signatureText(sha1Hex(key[1]), form, [utf8.encode(payload)])}`;
  const text = `bt_signature=${encodeURIComponent(pair)}&bt_payload=${encodeURIComponent(payload)}`;
  return { ...delivery, body: utf8.encode(text) };
}

function answerChallenge({ url }: Delivery, { secrets }: HandshakeOptions): Answer | undefined {
  const asked = /[?&]bt_challenge=([^&#]*)/.exec(url)?.[1];
  const key = secrets.map((secret) => secretParts(secret, 2)).find((found) => found !== undefined);
  if (asked === undefined || !challenge.test(asked) || key === undefined) return undefined;
  const body = `${key[0]}|${signatureText(sha1Hex(key[1]), form, [utf8.encode(asked)])}`;
  return textAnswer(body);
}
