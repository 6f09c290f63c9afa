import { defined } from "../core/bytes/defined.ts";
import { sha256, toHex } from "../core/bytes/sha256.ts";
import { isObject, jsonObject, objectOf, textOf } from "../core/events/strict-json.ts";
import { type Refusal, refused, type Unavailable } from "../core/outcome.ts";
import {
  type Delivery,
  defineProvider,
  type EventFields,
  type Provider,
  type ReadDelivery,
  type Signed,
  type SignOptions,
  type VerifyOptions,
} from "../core/provider.ts";
import { checkJwtTimes, type Jwt, readJwt, writeJwt } from "../core/verify/jwt.ts";
import { isSignedByKey, keyFromJwk, newKeyPair, randomHex, signWithKey } from "../core/verify/public-keys.ts";
import { fetchDocument } from "../core/verify/published-keys.ts";
import { secretParts } from "../core/verify/secret-parts.ts";

const header = "plaid-verification";
const sampleKey = "00000000-0000-4000-8000-000000000000";

/**
 * Plaid.
 *
 * - **Secret**: `<environment>|<client id>|<secret>`, the environment being `production` or `sandbox`, the others from
 *   Dashboard → Developers → Keys. Write them as one text with bars between them. They are what fetches Plaid's keys.
 * - **Signed**: a token (ES256) in `Plaid-Verification` whose claim `request_body_sha256` is the SHA-256 of the body in
 *   hex. `iat` may be 5 minutes old, and 60 s ahead. The key is asked of Plaid's API by its id and kept for an hour; an
 *   expired one is refused.
 * - **Id and type**: Plaid sends no id, and equal bodies are not one event (an item's transactions change twice a day):
 *   the id is made of the signed `iat` and body hash, and is the identity. A retry is signed anew, so it counts as
 *   another event if it comes though the first was taken. The type is `/webhook_type` and `/webhook_code`
 *   (`TRANSACTIONS.SYNC_UPDATES_AVAILABLE`).
 * - **Retry**: another event: it is signed anew, and equal bytes are sent for two changes.
 * - **Patience**: 10 s; retries for up to 24 hours, after 30 s and then each time after four times as long. An endpoint
 *   that refused more than 90 % of a day's deliveries gets no retries.
 *
 * Unverified: that a retry is signed anew, which the 5 minutes imply.
 *
 * @see https://plaid.com/docs/api/webhooks/webhook-verification/ (2026-11)
 * @see https://plaid.com/docs/api/webhooks/ (2026-11)
 * @see https://support.plaid.com/hc/en-us/articles/40390675922967 (2026-11)
 */
export const plaid: Provider = defineProvider({
  name: "plaid",
  title: "Plaid",
  coversBody: true,
  answerWithinSeconds: 10,
  retryHours: 24,
  identity: "id",
  verification: verifyToken,
  sign: signToken,
  sampleSecret: () => {
    const { privateKey, jwk } = newKeyPair("p256");
    const key = { ...jwk, kid: sampleKey, alg: "ES256", use: "sig", created_at: 1, expired_at: null };
    const secret = `sandbox|${randomHex(12)}|${randomHex(15)}`;
    return { secret, signingSecret: privateKey, documents: { [keyUrl("sandbox")]: JSON.stringify({ key }) } };
  },
  events: readEvent,
});

async function verifyToken(delivery: ReadDelivery, options: VerifyOptions): Promise<Signed | Refusal | Unavailable> {
  const configured = options.secrets.flatMap((secret, secretIndex) => {
    const [environment = "", client = "", password = ""] = secretParts(secret, 3) ?? [];
    return /^(?:production|sandbox)$/.test(environment) ? [{ secretIndex, environment, client, password }] : [];
  });
  if (configured.length === 0) return { kind: "unavailable", reason: "secret-malformed" };
  const token = readJwt(delivery.headers.get(header) ?? undefined, "ES256", `header "${header}"`);
  if (token.kind === "refused") return token;
  // Before its key is fetched: what is not for this body and this time is none of our work.
  if (textOf(token.claims, "request_body_sha256") !== toHex(delivery.hash())) {
    return refused("signature-wrong", "the token is for another body");
  }
  const late = checkJwtTimes(token.claims, { required: ["iat"], leewaySeconds: 60, mostSeconds: 300 }, options.now);
  if (late !== undefined) return late;
  for (const { secretIndex, environment, client, password } of configured) {
    const asked = { client_id: client, secret: password, key_id: token.kid };
    if (await isSigned(token, keyUrl(environment), asked, options)) return { kind: "signed", secretIndex };
  }
  return refused("signature-wrong", "the token's signature is not by a key of Plaid's");
}

function keyUrl(environment: string): string {
  return `https://${environment}.plaid.com/webhook_verification_key/get`;
}

async function isSigned(
  { kid, content, signature }: Jwt,
  url: string,
  asked: Readonly<Record<string, string | undefined>>,
  options: VerifyOptions,
): Promise<boolean> {
  if (kid === undefined || !/^[A-Za-z0-9-]{1,64}$/.test(kid)) return false;
  const pinned = ({ href }: URL) => href === url;
  const request = { url, pinned, share: "plaid", keepSeconds: 3600, post: JSON.stringify(asked), alsoStatuses: [400] };
  const document = await fetchDocument(request, options);
  if (document.kind === "refused") return false;
  const found = jsonObject(new TextEncoder().encode(document.text)) ?? {};
  const jwk = objectOf(found, "key");
  if (document.status === 400 && textOf(found, "error_code") === "INVALID_WEBHOOK_VERIFICATION_KEY_ID") return false;
  if (jwk === undefined) throw new Error(`Cannot read a key of Plaid's: ${textOf(found, "error_code") ?? "no key"}`);
  const { expired_at: expired } = jwk;
  if (typeof expired === "number" && expired * 1000 <= options.now.getTime()) return false;
  const key = textOf(jwk, "kid") === kid ? keyFromJwk(jwk) : undefined;
  return key !== undefined && isSignedByKey(key, "es256", content, signature);
}

function readEvent({ headers, read }: ReadDelivery): readonly EventFields[] {
  const token = readJwt(headers.get(header) ?? undefined, "ES256", header);
  const { json } = read();
  const [type, subtype] = ["webhook_type", "webhook_code"].map((name) =>
    isObject(json) ? textOf(json, name) : undefined,
  );
  const id = token.kind === "jwt" ? { id: `${token.claims.iat}.${textOf(token.claims, "request_body_sha256")}` } : {};
  return [{ ...id, ...defined({ type, subtype }) }];
}

async function signToken(delivery: Delivery, { secret, now }: SignOptions): Promise<Delivery> {
  const claims = { iat: Math.floor(now.getTime() / 1000), request_body_sha256: toHex(sha256(delivery.body)) };
  const head = { alg: "ES256", kid: sampleKey, typ: "JWT" };
  const headers = new Headers(delivery.headers);
  headers.set(
    header,
    writeJwt(head, claims, (content) => signWithKey(secret, "es256", content)),
  );
  return { ...delivery, headers };
}
