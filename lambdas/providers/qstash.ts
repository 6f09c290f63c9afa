import { fromBase64Url, toBase64Url } from "../core/bytes/base64.ts";
import { sha256 } from "../core/bytes/sha256.ts";
import { textOf } from "../core/events/strict-json.ts";
import { type Refusal, refused, type Unavailable } from "../core/outcome.ts";
import {
  type Delivery,
  defineProvider,
  type Provider,
  type ReadDelivery,
  type Signed,
  type SignOptions,
  type VerifyOptions,
} from "../core/provider.ts";
import { checkJwtTimes, readJwt, writeJwt } from "../core/verify/jwt.ts";
import { checkSignatures } from "../core/verify/match-signatures.ts";
import { randomHex } from "../core/verify/public-keys.ts";
import { signatureText } from "../core/verify/signature.ts";

const header = "upstash-signature";
const form = { algorithm: "hmac-sha256", key: "utf8", encoding: "base64url" } as const;

/**
 * QStash (Upstash).
 *
 * - **Secret**: Upstash Console → QStash → Signing keys: the current and the next one, as two secrets. The whole text
 *   is the key.
 * - **Signed**: a token (HS256) in `Upstash-Signature` whose claim `body` is the SHA-256 of the body in base64url.
 *   `iss` must be `Upstash`, `exp` and `nbf` must allow now, give or take 60 s (a token lives 5 minutes), and `sub`
 *   must be the registered URL where one is configured. Each attempt has a token of its own.
 * - **Id and type**: `Upstash-Message-Id`, the same over retries. It is not signed, so the identity takes the body in.
 *   A message's subject stays in your payload: there is no type.
 * - **Retry**: the same event: `Upstash-Message-Id` and the body stay the same; each retry has a token of its own.
 * - **Patience**: as your plan allows, 10 s are assumed. Retries after 12 s, 2.5 and 30 minutes, 6 and 24 hours, as
 *   many as the plan or the message says.
 *
 * Unverified: that the message id is the same over retries.
 *
 * @see https://upstash.com/docs/qstash/howto/signature (2026-11)
 * @see https://upstash.com/docs/qstash/features/retry (2026-11)
 * @see https://www.npmjs.com/package/@upstash/qstash (2026-11)
 */
export const qstash: Provider = defineProvider({
  name: "qstash",
  title: "QStash (Upstash)",
  coversBody: true,
  answerWithinSeconds: 10,
  retryHours: 72,
  identity: "id+body",
  verification: verifyToken,
  sign: signToken,
  sampleSecret: () => ({ secret: `sig_${randomHex(14)}` }),
  events: { id: { header: "upstash-message-id" } },
});

async function verifyToken(
  { headers, hash }: ReadDelivery,
  { secrets, url, now }: VerifyOptions,
): Promise<Signed | Refusal | Unavailable> {
  const where = `header "${header}"`;
  const token = readJwt(headers.get(header) ?? undefined, "HS256", where);
  if (token.kind === "refused") return token;
  const { claims, content, signatureText: text } = token;
  const signed = checkSignatures(form, { secrets, parts: [content], signatures: [text], where });
  if (signed.kind !== "signed") return signed;
  if (textOf(claims, "iss") !== "Upstash") return refused("signature-wrong", "the token is not by Upstash");
  if (url !== undefined && textOf(claims, "sub") !== url) {
    return refused("signature-wrong", "the token is for another URL than the one that is configured");
  }
  const signedHash = fromBase64Url(textOf(claims, "body") ?? "");
  if (signedHash === undefined || toBase64Url(signedHash) !== toBase64Url(hash())) {
    return refused("signature-wrong", "the token is for another body");
  }
  return checkJwtTimes(claims, { required: ["exp", "nbf"], leewaySeconds: 60 }, now) ?? signed;
}

async function signToken(delivery: Delivery, { secret, now, url: sub }: SignOptions): Promise<Delivery> {
  const seconds = Math.floor(now.getTime() / 1000);
  const claims = {
    iss: "Upstash",
    sub: sub ?? delivery.url,
    exp: seconds + 300,
    nbf: seconds,
    iat: seconds,
    jti: `jwt_${randomHex(16)}`,
    body: `${toBase64Url(sha256(delivery.body))}=`,
  };
  const headers = new Headers(delivery.headers);
  const token = writeJwt({ alg: "HS256", typ: "JWT" }, claims, (content) => {
    return fromBase64Url(signatureText(secret, form, [content])) ?? new Uint8Array();
  });
  headers.set(header, token);
  return { ...delivery, headers };
}
