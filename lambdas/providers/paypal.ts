import { fromBase64, toBase64 } from "../core/bytes/base64.ts";
import { crc32 } from "../core/bytes/crc32.ts";
import { type Refusal, refused, type Unavailable } from "../core/outcome.ts";
import {
  type Delivery,
  defineProvider,
  type Provider,
  type Signed,
  type SignOptions,
  type VerifyOptions,
} from "../core/provider.ts";
import { isSignedByKey, newKeyPair, randomHex, signWithKey } from "../core/verify/public-keys.ts";
import { keyFromCertificate } from "../core/verify/published-keys.ts";
import { secretParts } from "../core/verify/secret-parts.ts";
import { checkWindow, timeText } from "../core/verify/timestamp.ts";

const utf8 = new TextEncoder();
const hosts = ["api.paypal.com", "api.sandbox.paypal.com"];
const certificate = /^\/v1\/notifications\/certs\/[A-Za-z0-9_-]{1,128}$/;
const sampleCertificate = "https://api.sandbox.paypal.com/v1/notifications/certs/CERT-example";
const webhookId = /^[A-Za-z0-9]{1,64}$/;
const algorithm = "SHA256withRSA";

/**
 * PayPal.
 *
 * - **Secret**: the webhook id, Developer Dashboard → Apps & Credentials → the app → Webhooks. It is no secret:
 *   PayPal's key signs for everyone, and the id says that it was for you.
 * - **Signed**: `<transmission id>|<transmission time>|<webhook id>|<CRC-32 of the body>`, the sum in decimal, signed
 *   by RSA with SHA-256, in base64 in the headers `PAYPAL-TRANSMISSION-*`. The certificate comes from
 *   `PAYPAL-CERT-URL`, taken from PayPal's own hosts and path alone and kept for 24 hours; `PAYPAL-AUTH-ALGO` must be
 *   `SHA256withRSA`. PayPal checks no age; here the window is 73 hours on both sides, all that retries need if they
 *   keep their first time, and shorter than ids are remembered.
 * - **Id and type**: `/id` and `/event_type` of the body. The id is the same on retries, but it is not protected, so the
 *   identity takes the body in: a forged body under a true id does not keep the true one out.
 * - **Retry**: the same event: `/id` stays the same. The documentation does not say whether the bytes do; with others
 *   it runs again.
 * - **Patience**: not documented as a figure; 10 s is assumed. Up to 25 retries in 3 days.
 * - **Not covered**: the body. CRC-32 is no cryptographic hash: anybody who has seen one delivery can write any other
 *   body of the same sum. Ask PayPal's API for the event by its id before you act.
 *
 * Unverified: whether a retry is signed anew, and that it has the same bytes. Events of the webhook simulator are said to
 * be signed for the id `WEBHOOK_ID`: that is not taken as a secret, since anyone can send those.
 *
 * @see https://developer.paypal.com/api/rest/webhooks/rest (2026-11)
 */
export const paypal: Provider = defineProvider({
  name: "paypal",
  title: "PayPal",
  coversBody: false,
  answerWithinSeconds: 10,
  retryHours: 72,
  identity: "id+body",
  verification: verifyTransmission,
  sign: signTransmission,
  sampleSecret: () => {
    const { privateKey, pem } = newKeyPair("rsa");
    const secret = randomHex(9).slice(0, 17).toUpperCase();
    return { secret, signingSecret: `${secret}|${privateKey}`, documents: { [sampleCertificate]: pem } };
  },
  events: { id: { json: "/id" }, type: { json: "/event_type" } },
});

async function verifyTransmission(delivery: Delivery, options: VerifyOptions): Promise<Signed | Refusal | Unavailable> {
  const { headers, body } = delivery;
  const { secrets, now } = options;
  if (!secrets.some((secret) => webhookId.test(secret))) return { kind: "unavailable", reason: "secret-malformed" };
  const names = ["sig", "id", "time"].map((name) => `paypal-transmission-${name}`);
  const [sent, id, time] = names.map((name) => headers.get(name) ?? "");
  if (!sent || !id || !time) return refused("signature-missing", `one of the headers ${names.join(", ")} is missing`);
  const signature = fromBase64(sent);
  if (headers.get("paypal-auth-algo") !== algorithm || signature === undefined || /[|]/.test(id + time)) {
    return refused("signature-malformed", `the headers of PayPal hold no ${algorithm} signature in base64`);
  }
  const pinned = (url: URL) => hosts.includes(url.host) && certificate.test(url.pathname) && url.search === "";
  const where = "paypal-cert-url";
  const key = await keyFromCertificate(
    { url: headers.get(where) ?? "", pinned, share: "paypal", of: "PayPal", where },
    options,
  );
  if (key.kind === "refused") return key;

  const sum = crc32(body);
  const [secretIndex] = secrets.flatMap((secret, index) => {
    const content = contentOf(id, time, secret, sum);
    return webhookId.test(secret) && isSignedByKey(key, "rsa-sha256", content, signature) ? [index] : [];
  });
  if (secretIndex === undefined) return refused("signature-wrong", "the signature is not for what was sent");
  return checkWindow(time, { unit: "iso", toleranceSeconds: 73 * 3600 }, now) ?? { kind: "signed", secretIndex };
}

function contentOf(id: string, time: string, webhook: string, sum: number): Uint8Array {
  return utf8.encode(`${id}|${time}|${webhook}|${sum}`);
}

async function signTransmission(delivery: Delivery, { secret, now }: SignOptions): Promise<Delivery> {
  const [webhook, privateKey] = secretParts(secret, 2) ?? [];
  if (webhook === undefined || privateKey === undefined) {
    throw new TypeError("Cannot sign delivery: PayPal's signing secret is <webhook id>|<private key>");
  }
  const headers = new Headers(delivery.headers);
  const id = headers.get("paypal-transmission-id") ?? crypto.randomUUID();
  const time = timeText("iso", now);
  const signature = signWithKey(privateKey, "rsa-sha256", contentOf(id, time, webhook, crc32(delivery.body)));
  headers.set("paypal-transmission-id", id);
  headers.set("paypal-transmission-time", time);
  headers.set("paypal-transmission-sig", toBase64(signature));
  headers.set("paypal-auth-algo", algorithm);
  if (!headers.has("paypal-cert-url")) headers.set("paypal-cert-url", sampleCertificate);
  return { ...delivery, headers };
}
