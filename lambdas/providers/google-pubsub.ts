import { textOf } from "../core/events/strict-json.ts";
import { type Refusal, refused, type Unavailable } from "../core/outcome.ts";
import {
  type Delivery,
  defineProvider,
  type Provider,
  type Signed,
  type SignOptions,
  type VerifyOptions,
} from "../core/provider.ts";
import { keyFromSet } from "../core/verify/jwks.ts";
import { checkJwtTimes, readJwt, writeJwt } from "../core/verify/jwt.ts";
import { isSignedByKey, newKeyPair, signWithKey } from "../core/verify/public-keys.ts";
import { secretParts } from "../core/verify/secret-parts.ts";

const keySet = "https://www.googleapis.com/oauth2/v3/certs";
const issuers = ["https://accounts.google.com", "accounts.google.com"];
const sampleKey = "example";

/**
 * Google Pub/Sub, push subscriptions with authentication and the payload wrapped.
 *
 * - **Secret**: `<audience>|<service account email>`, both as set in Pub/Sub → Subscriptions → the subscription →
 *   Authentication. Write them as one text with a bar between them. Neither is secret, and together they decide: Google
 *   signs tokens of this kind for every project, with the audience that its owner types in.
 * - **Signed**: a token (RS256) in `Authorization: Bearer`. Its `aud` and `email` must be as configured, and
 *   `email_verified`, `iss`, `exp` and `iat` are checked, give or take 60 s. The key is fetched from Google by its id
 *   and kept for an hour.
 * - **Id and type**: `/message/messageId`. A message's subject stands in its attributes, which are yours: there is no
 *   type. The id is not protected, so the identity takes the body in. With a dead-letter topic the body counts
 *   attempts, and a resend after a lost answer is another event.
 * - **Retry**: the same event: `messageId` stays the same. With a dead-letter topic the body counts attempts, and a
 *   retry runs again.
 * - **Patience**: the acknowledgement deadline, 10 s by default. Resent until it is acknowledged or the retention ends,
 *   7 days by default. Order by `orderingKey` is not kept behind this receiver unless your queue keeps it.
 * - **Not covered**: the body. A token is good for up to an hour, for any body: anybody who has seen one delivery can
 *   send any other. Fetch what a message speaks of before you act.
 *
 * @see https://cloud.google.com/pubsub/docs/authenticate-push-subscriptions (2026-11)
 * @see https://cloud.google.com/pubsub/docs/push (2026-11)
 */
export const googlePubsub: Provider = defineProvider({
  name: "google-pubsub",
  title: "Google Pub/Sub",
  coversBody: false,
  answerWithinSeconds: 10,
  retryHours: 168,
  identity: "id+body",
  verification: verifyToken,
  sign: signToken,
  sampleSecret: () => {
    const { privateKey, jwk } = newKeyPair("rsa");
    const secret = "https://hooks.example/google-pubsub|push@example.iam.gserviceaccount.com";
    const document = JSON.stringify({ keys: [{ ...jwk, kid: sampleKey, alg: "RS256", use: "sig" }] });
    return { secret, signingSecret: `${secret}|${privateKey}`, documents: { [keySet]: document } };
  },
  events: { id: { json: ["/message/messageId", "/message/message_id"] } },
});

async function verifyToken({ headers }: Delivery, options: VerifyOptions): Promise<Signed | Refusal | Unavailable> {
  const { secrets, now } = options;
  const configured = secrets.map((secret) => secretParts(secret, 2));
  if (configured.every((parts) => parts === undefined)) return { kind: "unavailable", reason: "secret-malformed" };
  const sent = headers.get("authorization") ?? undefined;
  // Only the scheme Bearer has a token.
  const text = sent === undefined || sent.startsWith("Bearer ") ? sent?.slice(7) : "";
  const token = readJwt(text, "RS256", 'header "authorization"');
  if (token.kind === "refused") return token;
  const { claims, kid, content, signature } = token;
  const [audience, email] = [textOf(claims, "aud"), textOf(claims, "email")];
  // Before its key is fetched: a token for someone else is none of our work.
  const secretIndex = configured.findIndex(
    (parts) => parts !== undefined && parts[0] === audience && parts[1] === email,
  );
  if (secretIndex === -1 || claims.email_verified !== true || !issuers.includes(textOf(claims, "iss") ?? "")) {
    return refused("signature-wrong", "the token is not by Google for a configured audience and service account");
  }
  const key = await keyFromSet(keySet, kid, options);
  if (key.kind === "refused") return key;
  if (!isSignedByKey(key, "rsa-sha256", content, signature)) {
    return refused("signature-wrong", "the token's signature is not by its key");
  }
  const rule = { required: ["exp", "iat"], leewaySeconds: 60 } as const;
  return checkJwtTimes(claims, rule, now) ?? { kind: "signed", secretIndex };
}

async function signToken(delivery: Delivery, { secret, now }: SignOptions): Promise<Delivery> {
  const [aud, email, privateKey] = secretParts(secret, 3) ?? [];
  if (privateKey === undefined) {
    throw new TypeError("Cannot sign delivery: the signing secret is <audience>|<email>|<private key>");
  }
  const iat = Math.floor(now.getTime() / 1000);
  const claims = { aud, azp: "1", email, email_verified: true, exp: iat + 3600, iat, iss: issuers[0], sub: "1" };
  const header = { alg: "RS256", kid: sampleKey, typ: "JWT" };
  const token = writeJwt(header, claims, (content) => signWithKey(privateKey, "rsa-sha256", content));
  const headers = new Headers(delivery.headers);
  headers.set("authorization", `Bearer ${token}`);
  return { ...delivery, headers };
}
