import { defined } from "../core/bytes/defined.ts";
import { sha256, toHex } from "../core/bytes/sha256.ts";
import { eventsAt } from "../core/events/batched-events.ts";
import { formFields, oneField } from "../core/events/form.ts";
import { headerTexts } from "../core/events/sent-headers.ts";
import { isObject, textOf } from "../core/events/strict-json.ts";
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
import { checkSignatures } from "../core/verify/match-signatures.ts";
import type { SignatureForm } from "../core/verify/signature.ts";
import { signatureText } from "../core/verify/signature.ts";

const utf8 = new TextEncoder();
const header = "x-twilio-signature";
const token = "i-twilio-idempotency-token";
const settings = "x-twilio-webhooks-signature-settings";
const byToken = { algorithm: "hmac-sha1", key: "utf8", encoding: "base64" } as const;
/** The algorithms of a SharedKey, as `settings` names them. */
const algorithms = new Map<string | undefined, SignatureForm>([
  ["HMAC_SHA1", byToken],
  ["HMAC_SHA256", { ...byToken, algorithm: "hmac-sha256" }],
]);
/**
 * A form whose text could be read as the rest of a URL: nothing stands between the two, and one token signs the webhooks
 * of a whole account. Names begin otherwise, and what Twilio sends as JSON has its hash at the end.
 */
const continuesUrl = /^[/?#&:;=.,%~@+-]|[?&]bodySHA256=[0-9a-f]{64}$/;
/** Where Twilio says what happened, by kind of endpoint. */
const typeNames = ["EventType", "StatusCallbackEvent", "MessageStatus", "SmsStatus", "CallStatus"];
/** The event of a part of a call, mostly beside the call's own status; for a fax and a command the only status. */
const subtypeNames = [
  ...["TranscriptionStatus", "TranscriptionEvent", "RecordingStatus", "StreamEvent", "SiprecEvent"],
  ...["FaxStatus", "CommandStatus", "DialCallStatus"],
];
const cloudEvents = eventsAt("", { id: "/id", type: "/type" });

/**
 * Twilio, messages, calls, status callbacks and Event Streams, sent by POST.
 *
 * - **Secret**: Console → Account → API keys & tokens → Auth token: the primary one, and the secondary as another
 *   secret while you rotate; or of a SharedKey the secret that was shown once when it was created. The whole text is the
 *   key.
 * - **Signed**: HMAC-SHA1 of the registered URL and then each form field as `<name><value>`, sorted by name, in base64
 *   in `X-Twilio-Signature`. By a SharedKey it is HMAC-SHA256 of the same, where the header
 *   `X-Twilio-Webhooks-Signature-Settings: key=…,algorithm=HMAC_SHA256` says so; another algorithm is refused.
 *   Register the URL here as Twilio has it, query and all; it is tried with and without the standard port, as Twilio's
 *   SDK does, and without its fragment (`#rc=2`), which overrides settings of the connection and is not signed. A JSON
 *   body has its SHA-256 in the URL: the delivery's query parameter `bodySHA256` is added to the registered URL, and
 *   the rest of the delivery's query is ignored, since it could take over content that was signed as fields. Nor may a
 *   form's fields go on where the URL ends: they could take over the hash that was signed for a JSON body. Nothing
 *   stands between names and values, so anybody who has seen a delivery can move letters from one to the other. No
 *   time is signed, so a captured delivery can be sent again.
 * - **Id and type**: `I-Twilio-Idempotency-Token`, which is not signed, so that the identity takes the body in; not
 *   `MessageSid` or `CallSid`, which several events share. Twilio names no event: the type is the first of the fields
 *   `EventType`, `StatusCallbackEvent`, `MessageStatus`, `SmsStatus`, `CallStatus` (`delivered`, `ringing`), and,
 *   behind a dot where there is one of these, the first of `TranscriptionStatus`, `TranscriptionEvent`,
 *   `RecordingStatus`, `StreamEvent`, `SiprecEvent`, `FaxStatus`, `CommandStatus`, `DialCallStatus`
 *   (`in-progress.no-answer`, `completed`): a call's and a recording's `completed` are told apart by a source each. An
 *   event of Event Streams has `/id` and `/type` (`com.twilio.messaging.message.delivered`), both signed.
 * - **Retry**: the same event: `I-Twilio-Idempotency-Token` stays the same. Without it, equal bytes within 4 hours are
 *   one event: they name the message or call, and its state.
 * - **Patience**: 15 s. One retry by default, up to 5 by the URL's fragment (`#rc=5`), within the 15 s; Event Streams
 *   retries for up to 4 hours.
 * - **Batches**: Event Streams sends CloudEvents in a JSON array: each is one event with its own bytes. A single one is
 *   taken, too.
 * - **Answer**: an empty TwiML document: no reply, no further instruction. Where a call waits for instructions, TwiML
 *   must come from elsewhere.
 *
 * Unverified: that the idempotency token is on every webhook; without it the body alone is the identity. Verify's
 * webhooks and the result of answering machine detection (`AnsweredBy`) name no status in such a field: no type.
 *
 * @see https://www.twilio.com/docs/usage/security (2026-11)
 * @see https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides (2026-11)
 * @see https://www.twilio.com/docs/usage/webhooks/webhook-shared-keys (2026-11)
 * @see https://github.com/twilio/twilio-node/blob/main/examples/WebhookSignatureValidation.md (2026-11)
 * @see https://www.twilio.com/docs/voice/api/recording (2026-11)
 * @see https://www.twilio.com/docs/events/webhook-quickstart (2026-11)
 * @see https://www.twilio.com/docs/events/event-delivery-and-duplication (2026-11)
 * @see https://www.npmjs.com/package/twilio (2026-11)
 */
export const twilio: Provider = defineProvider({
  name: "twilio",
  title: "Twilio",
  coversBody: true,
  answerWithinSeconds: 15,
  retryHours: 4,
  identity: "id+body",
  answer: { status: 200, headers: { "content-type": "text/xml" }, body: "<Response/>" },
  verification: verifyRequest,
  sign: signRequest,
  events: readEvents,
});

async function verifyRequest(
  delivery: ReadDelivery,
  { secrets, url }: VerifyOptions,
): Promise<Signed | Refusal | Unavailable> {
  if (url === undefined) return { kind: "unavailable", reason: "url-unset" };
  const hash = hashIn(delivery.url);
  const rest = hash === undefined ? formText(delivery.body) : "";
  const sent = delivery.headers.get(header);
  const form = formOf(delivery.headers);
  if (form === undefined) {
    const what = `the algorithm in header "${settings}" is not supported: it is none of ${[...algorithms.keys()].join(", ")}`;
    return refused("signature-malformed", what);
  }
  const checks = withPorts(signedUrl(url, hash)).map((address) =>
    checkSignatures(form, {
      secrets,
      parts: [utf8.encode(`${address}${rest ?? ""}`)],
      signatures: sent === null ? undefined : [sent],
      where: `header "${header}"`,
    }),
  );
  const signed = checks.find(({ kind }) => kind === "signed") ?? checks[0];
  if (signed?.kind !== "signed") return signed ?? refused("signature-wrong", "no URL was signed");
  if (rest === undefined) return refused("signature-wrong", "the body is neither a form nor signed by its hash");
  if (continuesUrl.test(rest)) return refused("signature-wrong", "the form's fields can be read as a part of the URL");
  const isHashed = hash === undefined || hash === toHex(delivery.hash());
  return isHashed ? signed : refused("signature-wrong", "bodySHA256 is not the body's");
}

/** How a delivery is said to be signed: by an auth token, or by a SharedKey. Undefined where it is neither. */
function formOf(headers: Headers): SignatureForm | undefined {
  const [algorithm, ...more] = headerTexts(headers, { header: settings, split: ",", take: "algorithm=" }) ?? [
    "HMAC_SHA1",
  ];
  return more.length === 0 ? algorithms.get(algorithm) : undefined;
}

/** By its name, and there once: REST APIs and load balancers hand a query on in an order of their own. */
function hashIn(url: string): string | undefined {
  const [hash = "", ...more] = new URLSearchParams(url.replace(/^[^?]*/, "")).getAll("bodySHA256");
  return /^[0-9a-f]{64}$/.test(hash) && more.length === 0 ? hash : undefined;
}

/** The signed part of a registered URL. Its fragment holds Twilio's connection overrides (`#rc=2`), and is never sent. */
function signedUrl(registered: string, hash: string | undefined): string {
  const url = registered.replace(/#.*$/s, "");
  return hash === undefined ? url : `${url}${url.includes("?") ? "&" : "?"}bodySHA256=${hash}`;
}

/** The URL as it is, without a port, and with the standard one: Twilio signs now one and now another. */
function withPorts(url: string): readonly string[] {
  const [, scheme = "", host = "", rest = ""] = /^(https?:\/\/)([^/?#:]*)(?::\d+)?(.*)$/s.exec(url) ?? [];
  if (scheme === "") return [url];
  const standard = scheme === "https://" ? ":443" : ":80";
  return [...new Set([url, `${scheme}${host}${rest}`, `${scheme}${host}${standard}${rest}`])];
}

/** The form as it is signed: sorted by name; a name's values once each, sorted too. Undefined where it is none. */
function formText(body: Uint8Array): string | undefined {
  const fields = formFields(body);
  if (fields === undefined) return undefined;
  const values = new Map<string, Set<string>>();
  for (const [name, value] of fields) values.set(name, (values.get(name) ?? new Set()).add(value));
  const sorted = [...values].sort(([one], [other]) => (one < other ? -1 : 1));
  return sorted.flatMap(([name, found]) => [...found].sort().map((value) => `${name}${value}`)).join("");
}

function readEvents(delivery: ReadDelivery): Iterable<EventFields> {
  // By what was signed: a form is none, whatever its first name looks like.
  const json = hashIn(delivery.url) === undefined ? undefined : delivery.read().json;
  if (Array.isArray(json)) return cloudEvents(delivery);
  if (isObject(json) && textOf(json, "specversion") !== undefined) {
    return [defined({ id: textOf(json, "id") || undefined, type: textOf(json, "type") || undefined })];
  }
  const fields = formFields(delivery.body) ?? [];
  const first = (names: readonly string[]) => names.map((name) => oneField(fields, name)).find((value) => value);
  const [type, subtype] = [first(typeNames), first(subtypeNames)];
  const told = type === undefined ? { type: subtype } : { type, subtype };
  const id = delivery.headers.get(token) || undefined;
  return [defined({ id, ...told, unsigned: id === undefined ? undefined : (["id"] as const) })];
}

async function signRequest(delivery: Delivery, { secret, url = delivery.url }: SignOptions): Promise<Delivery> {
  const isForm = (delivery.headers.get("content-type") ?? "").startsWith("application/x-www-form-urlencoded");
  const hash = isForm ? undefined : toHex(sha256(delivery.body));
  const text = `${signedUrl(url, hash)}${isForm ? (formText(delivery.body) ?? "") : ""}`;
  const headers = new Headers(delivery.headers);
  const form = formOf(headers);
  if (form === undefined)
    throw new TypeError(`Cannot sign delivery: header "${settings}" names no supported algorithm`);
  headers.set(header, signatureText(secret, form, [utf8.encode(text)]));
  const { url: sent } = delivery;
  return { ...delivery, url: sent.includes("bodySHA256=") ? sent : signedUrl(sent, hash), headers };
}
