import { fromBase64, toBase64 } from "../core/bytes/base64.ts";
import { defined } from "../core/bytes/defined.ts";
import { type JsonObject, jsonObject, objectIn, textOf } from "../core/events/strict-json.ts";
import { type Refusal, refused, type Unavailable } from "../core/outcome.ts";
import { partitionNamed, partitions } from "../core/partitions.ts";
import {
  type Answer,
  type Delivery,
  defineProvider,
  type HandshakeOptions,
  type Provider,
  type ReadDelivery,
  type Signed,
  type SignOptions,
  type VerifyOptions,
} from "../core/provider.ts";
import { isSignedByKey, newKeyPair, signWithKey } from "../core/verify/public-keys.ts";
import { fetchDocument, keyFromCertificate } from "../core/verify/published-keys.ts";
import { secretParts } from "../core/verify/secret-parts.ts";
import { checkWindow, timeText } from "../core/verify/timestamp.ts";

const utf8 = new TextEncoder();
const arn = new RegExp(
  `^arn:(?:${partitions.map(({ name }) => name).join("|")}):sns:[a-z0-9-]+:\\d{12}:[A-Za-z0-9_-]{1,256}(?:\\.fifo)?$`,
);
const certificate = /^\/SimpleNotificationService-[0-9a-f]{8,64}\.pem$/;
const sampleCertificate =
  "https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-00000000000000000000000000000000.pem";

const confirmation = ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"];
/** The signed fields of each type, in their order. */
const signedFields: ReadonlyMap<string | undefined, readonly string[]> = new Map([
  ["Notification", ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"]],
  ["SubscriptionConfirmation", confirmation],
  ["UnsubscribeConfirmation", confirmation],
]);

/**
 * The forms of what is signed, each as `<name>` and `<value>` on lines of their own. The message alone may hold line
 * breaks: with them in any other field, one signed text could be read as another message.
 */
const forms: Readonly<Record<string, RegExp>> = {
  MessageId: /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
  Subject: /^\P{Cc}*$/u,
  SubscribeURL: /^\S*$/,
  Timestamp: /^\S+$/,
  Token: /^\S+$/,
  TopicArn: arn,
};

/**
 * AWS SNS, HTTPS subscriptions.
 *
 * - **Secret**: the topic's ARN, SNS → Topics → the topic; one for each topic that may send here. It is no secret, and
 *   yet it decides: anyone can subscribe a topic of theirs to your URL, and AWS signs that as well. A message of a
 *   topic that is not configured is refused.
 * - **Signed**: RSA over named fields of the JSON body, in base64 in its field `Signature`, with SHA-1
 *   (`SignatureVersion` 1) or SHA-256 (2; set it on the topic). The certificate comes from `SigningCertURL`, taken
 *   from the SNS hosts of the topic's partition of AWS alone and kept for 24 hours. Nothing but line breaks stands
 *   between the signed fields, so that only the message may hold any, and `MessageId` must be a UUID.
 *   `MessageAttributes`, `UnsubscribeURL` and the headers are not signed: do not act on them. The window is 24 hours
 *   on both sides of `Timestamp`, the time of publishing; AWS's validator checks no time. Raw message delivery is not
 *   signed at all, and is refused.
 * - **Id and type**: `/MessageId` and `/Type` of the signed body: `Notification`. Your message's subject stays in the
 *   text `/Message`; the body is the envelope as it came. The id is signed and the same on retries, hence the
 *   identity.
 * - **Retry**: the same event: `MessageId` stays the same.
 * - **Patience**: 15 s; 3 retries 20 s apart by default, by policy for 1 hour at most, on 5xx and 429 only. Any other
 *   4xx ends delivery. Give the subscription a dead-letter queue.
 * - **Handshake**: a signed `SubscriptionConfirmation` of a configured topic is confirmed by one GET of its
 *   `SubscribeURL`, on AWS's SNS hosts alone, and answered 200.
 * - **Size**: the signature is in the body, which is therefore read before it is believed: 1.6 MB at most, or the
 *   limit that the source sets. SNS sends at most 256 KiB by HTTP, and JSON may write one byte as six.
 *
 * Unverified: the 15 s. A window of 24 hours refuses messages that a throttled subscription held back for longer.
 *
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html (2026-11)
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html (2026-11)
 * @see https://docs.aws.amazon.com/sns/latest/dg/large-message-payloads.html (2026-11)
 * @see https://www.npmjs.com/package/sns-validator (2026-11)
 */
export const awsSns: Provider = defineProvider({
  name: "aws-sns",
  title: "AWS SNS",
  coversBody: true,
  answerWithinSeconds: 15,
  retryHours: 1,
  identity: "id",
  // A message for HTTP has at most 256 KiB; JSON may write one of its bytes as six.
  bodyLimitBytes: 6 * 262_144 + 65_536,
  verification: verifyMessage,
  sign: signMessage,
  sampleSecret: () => {
    const { privateKey, pem } = newKeyPair("rsa");
    const secret = "arn:aws:sns:eu-central-1:123456789012:example";
    return { secret, signingSecret: `${secret}|${privateKey}`, documents: { [sampleCertificate]: pem } };
  },
  events: { id: { json: "/MessageId" }, type: { json: "/Type" } },
  handshake: { method: "POST", signed: true, answer: confirm },
});

async function verifyMessage(delivery: ReadDelivery, options: VerifyOptions): Promise<Signed | Refusal | Unavailable> {
  const { secrets, now } = options;
  if (!secrets.some((secret) => arn.test(secret))) return { kind: "unavailable", reason: "secret-malformed" };
  const message = objectIn(delivery);
  const sent = message === undefined ? undefined : textOf(message, "Signature");
  if (message === undefined || sent === undefined) return refused("signature-missing", 'the body has no "Signature"');
  const signature = fromBase64(sent);
  const content = contentOf(message);
  const version = textOf(message, "SignatureVersion");
  if (signature === undefined || content === undefined || (version !== "1" && version !== "2")) {
    return refused("signature-malformed", "the body is no message of SNS with a signature of version 1 or 2");
  }
  const secretIndex = secrets.findIndex((secret) => arn.test(secret) && secret === textOf(message, "TopicArn"));
  if (secretIndex === -1) return refused("signature-wrong", "the topic is not configured");

  const pinned = ({ host, pathname, search }: URL) =>
    isSns(host, secrets[secretIndex]) && certificate.test(pathname) && search === "";
  const url = textOf(message, "SigningCertURL") ?? "";
  const named = { url, pinned, share: "aws-sns", of: "SNS", where: "SigningCertURL" };
  const key = await keyFromCertificate(named, options);
  if (key.kind === "refused") return key;
  if (!isSignedByKey(key, version === "1" ? "rsa-sha1" : "rsa-sha256", content, signature)) {
    return refused("signature-wrong", "the signature does not match the message and its certificate");
  }
  const window = { unit: "iso", toleranceSeconds: 86_400 } as const;
  return checkWindow(textOf(message, "Timestamp") ?? "", window, now) ?? { kind: "signed", secretIndex };
}

/** Whether a host is SNS's, in any region of the topic's partition. */
function isSns(host: string, topic = ""): boolean {
  const suffix = partitionNamed(topic.split(":")[1])?.urlSuffix;
  const [service, region = "", ...rest] = host.split(".");
  return service === "sns" && /^[a-z0-9-]{3,30}$/.test(region) && rest.join(".") === suffix;
}

/** The bytes that are signed; undefined where a field is missing, no text, or not of its form. */
function contentOf(message: JsonObject): Uint8Array | undefined {
  const names = signedFields.get(textOf(message, "Type"));
  const present = names?.filter((name) => name !== "Subject" || Object.hasOwn(message, name));
  const lines = present?.map((name) => [name, textOf(message, name)] as const);
  const fits = ([name, value]: readonly [string, string | undefined]) =>
    value !== undefined && (forms[name]?.test(value) ?? true);
  if (lines === undefined || !lines.every(fits)) return undefined;
  return utf8.encode(lines.map(([name, value]) => `${name}\n${value}\n`).join(""));
}

async function signMessage(delivery: Delivery, { secret, now }: SignOptions): Promise<Delivery> {
  const [topic, privateKey = secret] = secretParts(secret, 2) ?? [];
  const message = {
    SignatureVersion: "1",
    SigningCertURL: sampleCertificate,
    ...jsonObject(delivery.body),
    ...defined({ TopicArn: topic }),
    Timestamp: timeText("iso", now),
  };
  const content = contentOf(message);
  if (content === undefined)
    throw new TypeError("Cannot sign delivery: the body is no message of SNS, whose MessageId is a UUID");
  const algorithm = message.SignatureVersion === "1" ? "rsa-sha1" : "rsa-sha256";
  const signed = { ...message, Signature: toBase64(signWithKey(privateKey, algorithm, content)) };
  return { ...delivery, body: utf8.encode(JSON.stringify(signed)) };
}

async function confirm(delivery: ReadDelivery, options: HandshakeOptions): Promise<Answer | undefined> {
  const message = objectIn(delivery);
  if (message === undefined || textOf(message, "Type") !== "SubscriptionConfirmation") return undefined;
  const topic = textOf(message, "TopicArn");
  const pinned = ({ host, pathname, searchParams }: URL) =>
    isSns(host, topic) &&
    pathname === "/" &&
    searchParams.get("Action") === "ConfirmSubscription" &&
    searchParams.get("TopicArn") === topic;
  const url = textOf(message, "SubscribeURL") ?? "";
  const share = "aws-sns, confirmed";
  const document = await fetchDocument({ url, pinned, share, keepSeconds: 0 }, options);
  // It is signed by AWS: whatever this address is, retrying may not help, but a fault of ours is repaired in time.
  if (document.kind === "refused") throw new Error("Cannot confirm the subscription: SubscribeURL is not of SNS");
  return { status: 200 };
}
