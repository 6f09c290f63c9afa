import { defined } from "../bytes/defined.ts";
import { errorText } from "../bytes/error-text.ts";
import { type Deadline, isOver, within } from "../deadline.ts";
import type { ReadDelivery, VerifiedDelivery } from "../delivery.ts";
import { readDelivery } from "../events/read-delivery.ts";
import { InvalidHeaderError, withNeededHeaders } from "../events/sent-headers.ts";
import { type Log, millisecondsSince, report } from "../log.ts";
import { type Outcome, type Refusal, refused, type Unavailable } from "../outcome.ts";
import type { Answer, Delivery, HandshakeOptions, Provider, VerifyOptions } from "../provider.ts";
import type { AdmittedDelivery, Source } from "../source.ts";
import { MalformedSecretError } from "./malformed-secret.ts";
import { refusedHeader, verifyRead } from "./verify.ts";

const taking = "take delivery";

/**
 * Verifies an admitted delivery with its source's secrets and answers handshakes, signed ones only after verification. A
 * delivery that is not verified in time is answered 503, before anything is claimed, since the provider is about to stop
 * waiting.
 */
export async function verifyAdmitted(
  delivery: Delivery,
  admitted: AdmittedDelivery,
  options: { readonly now: () => Date; readonly log: Log | undefined; readonly deadline?: Deadline },
): Promise<VerifiedDelivery | Extract<Outcome, { readonly kind: "answered" | "refused" | "unavailable" }>> {
  const { log, now, deadline } = options;
  const { name, source } = admitted;
  const started = performance.now();
  const result = await inTime(deadline?.verify, () => verifyOrAnswer(readDelivery(delivery), source, now()));
  const secretIndex = result.kind === "verified" ? result.secretIndex : undefined;
  reportDelivery(log, name, delivery, { milliseconds: millisecondsSince(started), ...defined({ secretIndex }) });
  reportResult(log, admitted, delivery.headers, result);
  return result;
}

function reportDelivery(
  log: Log | undefined,
  source: string,
  { method, headers, body }: Delivery,
  measured: { readonly milliseconds: number; readonly secretIndex?: number },
): void {
  report(log, {
    ...{ level: "debug", step: "verify", source, kind: "delivery", method, bytes: body.length },
    // The names alone: a value may be a token.
    ...{ contentType: headers.get("content-type"), headers: [...headers.keys()].join(" ") },
    ...measured,
  });
}

function reportResult(
  log: Log | undefined,
  { name, source }: AdmittedDelivery,
  headers: Headers,
  result: Checked,
): void {
  const at = { step: "verify", source: name } as const;
  if (result.kind === "refused") {
    const { reason } = result;
    const sibling = reason.startsWith("signature-") ? siblingOf(source.provider, headers) : undefined;
    report(log, { level: "info", ...at, kind: "refused", reason, ...defined({ sibling }) });
  } else if (result.kind === "unavailable") {
    const { reason, cause = "" } = result;
    report(log, { level: "error", ...at, kind: "unavailable", reason, error: errorText(cause) });
  } else if (result.kind === "answered") report(log, { level: "info", ...at, kind: "handshake answered" });
}

/** Another provider of the same sender that the delivery's headers fit. */
function siblingOf({ siblings = [] }: Provider, headers: Headers): string | undefined {
  return siblings.find(({ header }) => header !== undefined && headers.has(header))?.provider;
}

type Checked = VerifiedDelivery | Refusal | Unavailable | { readonly kind: "answered"; readonly answer: Answer };

async function inTime(until: number | undefined, check: () => Promise<Checked>): Promise<Checked> {
  try {
    const checked = await within(until, check);
    return checked.kind === "verified" && isOver(until) ? { kind: "unavailable", reason: "time-up" } : checked;
  } catch (cause) {
    if (!isOver(until)) throw cause;
    return { kind: "unavailable", reason: "time-up", cause };
  }
}

async function verifyOrAnswer(delivery: ReadDelivery, source: Source, now: Date): Promise<Checked> {
  const secrets = await secretsOf(source);
  if ("kind" in secrets) return secrets;
  const handshake = source.provider.handshake?.method === delivery.method ? source.provider.handshake : undefined;
  if (delivery.method !== "POST") {
    const answered = handshake && (await shake(handshake, delivery, optionsOf(source, secrets, now)));
    return answered ?? refused("method-not-allowed", `${delivery.method} is no handshake`, taking);
  }
  const { result, options } = await verifyBySecrets(delivery, source, secrets, now);
  // In addition to the signature: ranges change, and an address alone proves nothing.
  if (result.kind === "verified" && source.allows !== undefined && source.allows(delivery.address ?? "") !== true) {
    return refused("address-not-allowed", "deliveries from this address are not taken", taking);
  }
  const isAsked = handshake?.signed ? result.kind === "verified" : isUnsigned(result);
  return (isAsked && handshake && (await shake(handshake, delivery, options))) || result;
}

async function secretsOf(source: Source): Promise<readonly string[] | Unavailable> {
  try {
    return listed(await source.secrets());
  } catch (cause) {
    const reason = cause instanceof MalformedSecretError ? "secret-malformed" : "key-fetch";
    return { kind: "unavailable", reason, cause };
  }
}

/**
 * The same list, or an error that shows nothing of it: a text in its place is a secret.
 *
 * @throws {TypeError}
 */
function listed(secrets: unknown): readonly string[] {
  if (Array.isArray(secrets) && secrets.every((secret) => typeof secret === "string")) return secrets;
  throw new TypeError("Cannot read secrets: secrets() must give a list of texts, and secret() one or a text");
}

function optionsOf(source: Source, secrets: readonly string[], now: Date): VerifyOptions & HandshakeOptions {
  const { provider, url, fetch, keep, toleranceSeconds } = source;
  return { provider, secrets, now, ...defined({ url, fetch, keep, toleranceSeconds }) };
}

/** Verifies with the cached secrets, and where none of them made the signature, with newly stored ones. */
async function verifyBySecrets(delivery: ReadDelivery, source: Source, secrets: readonly string[], now: Date) {
  const options = optionsOf(source, secrets, now);
  const result = await verifyRead(delivery, options);
  const isWrong = result.kind === "refused" && result.reason === "signature-wrong";
  const others = isWrong ? await otherSecrets(source, secrets) : undefined;
  if (others === undefined) return { result, options };
  const renewed = optionsOf(source, others, now);
  return { result: await verifyRead(delivery, renewed), options: renewed };
}

/** Whether it may be an unsigned handshake: asked first, since reading a body costs more. */
function isUnsigned(result: VerifiedDelivery | Refusal | Unavailable): boolean {
  return result.kind === "refused" || (result.kind === "unavailable" && result.reason === "secret-unset");
}

/** The secrets fetched again, where they differ: one may have been stored since. */
async function otherSecrets(source: Source, before: readonly string[]): Promise<readonly string[] | undefined> {
  try {
    const secrets = listed(await source.secrets(true));
    return secrets.some((secret) => !before.includes(secret)) ? secrets : undefined;
  } catch {
    // The cached secrets still count, and refuse the delivery.
    return undefined;
  }
}

async function shake(
  { answer }: NonNullable<Provider["handshake"]>,
  delivery: ReadDelivery,
  options: HandshakeOptions,
): Promise<{ readonly kind: "answered"; readonly answer: Answer } | Refusal | Unavailable | undefined> {
  try {
    const answered = await answer(withNeededHeaders(delivery), options);
    return answered === undefined ? undefined : { kind: "answered", answer: answered };
  } catch (cause) {
    if (cause instanceof InvalidHeaderError) return refusedHeader(cause);
    return { kind: "unavailable", reason: "internal", cause };
  }
}
