import type { Delivery, Provider } from "../../lambdas/core/provider.ts";
import { sign } from "../../lambdas/core/verify/sign.ts";
import type { LocalSource } from "../../local/local-run.ts";
import { contentTypeOf, readSample, splitType, stamp } from "../samples/sample.ts";

/** A receiver: its URL, and the secret that it verifies with. */
export type Receiver = { readonly url: string; readonly secret: string };

/** A source of the local run as a receiver: its sender's key differs from the verifying one for some providers. */
export function receiverOf({ url, secret, signingSecret }: LocalSource): Receiver {
  return { url, secret: signingSecret ?? secret };
}

/** The content of a delivery and its receiver: a provider's sample of an event type, or other bytes of it. */
type Sending = Receiver & {
  readonly provider: Provider;
  readonly type: string;
  /** In place of the sample. */
  readonly body?: Uint8Array<ArrayBuffer>;
  /** Signs with a time of an hour ago. */
  readonly stale: boolean;
  /** Changes one byte after signing. */
  readonly tamper: boolean;
};

/**
 * A rightly signed delivery of an event, unless it shall be stale or tampered with.
 *
 * @throws {TypeError} Where there is no sample, and for what a provider cannot sign.
 */
export async function sampleDelivery(id: string, sending: Sending): Promise<Delivery> {
  const { provider, url, secret, type, body, stale, tamper } = sending;
  const named = [provider.name, type, splitType(provider, type)[0]] as const;
  const sample = body === undefined ? readSample(...named) : { body, contentType: contentTypeOf(...named) };
  const unsigned = stamp(provider, { url, ...sample, id, type }, body !== undefined);
  const now = new Date(Date.now() - (stale ? 3_600_000 : 0));
  const signed = await sign(unsigned, { provider, secret, now, url });
  return tamper ? tampered(signed) : signed;
}

function tampered(delivery: Delivery): Delivery {
  if (delivery.body.length === 0) throw new TypeError("Cannot tamper with an empty body: it has no byte to change");
  const body = delivery.body.slice();
  const middle = Math.floor(body.length / 2);
  body[middle] = (body[middle] ?? 0) ^ 1;
  return { ...delivery, body };
}

/** Why an event under another id would not be another event; undefined where it would be. */
export function samenessOf({ provider, type, body }: Pick<Sending, "provider" | "type" | "body">): string | undefined {
  if (body !== undefined) return "a body of one's own is one event";
  const { events, identity, title } = provider;
  if (identity === "body") return `an event of ${title} is told by its body alone`;
  if (typeof events === "object") return noIdOf(provider);
  const sample = readSample(provider.name, type, splitType(provider, type)[0]);
  const takesId = new TextDecoder().decode(sample.body).includes("__ID__");
  return takesId ? undefined : `the sample of ${provider.name}/${type} takes no id`;
}

/** Why an event cannot be sent under an id of one's own; undefined where it can. */
export function noIdOf({ events, title }: Provider): string | undefined {
  return typeof events === "object" && events.id === undefined ? `an event of ${title} has no id` : undefined;
}

/** Why a delivery cannot be stale; undefined where it can. */
export function noTimestampOf({ verification, title }: Provider): string | undefined {
  const isUnsigned = typeof verification === "object" && verification.timestamp === undefined;
  return isUnsigned ? `${title} signs no timestamp` : undefined;
}
