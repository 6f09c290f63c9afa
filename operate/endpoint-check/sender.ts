import { parseJson } from "../../lambdas/core/events/fields.ts";
import type { Delivery, Provider } from "../../lambdas/core/provider.ts";
import { sign } from "../../lambdas/core/verify/sign.ts";
import { newSecret } from "../../local/aws/secret-value.ts";
import { readSample, splitType, stamp } from "../samples/sample.ts";

/** Makes deliveries as a provider does. */
export type Sender = {
  readonly provider: Provider;
  /**
   * An unsigned sample of a fresh event, whose JSON is as compact as `JSON.stringify` writes it.
   *
   * @param write Writes the JSON in another way.
   */
  readonly compose: (write?: (json: unknown) => string) => Delivery;
  readonly sign: (delivery: Delivery, at: Date) => Promise<Delivery>;
  /** Signs with another secret in the same format, which is not configured anywhere. */
  readonly signByOther: (delivery: Delivery, at: Date) => Promise<Delivery>;
};

export type SenderOptions = {
  readonly provider: Provider;
  readonly url: string;
  /** The event type of the sample. */
  readonly type: string;
  /** The event type whose sample is sent under `type`, where that has none of its own. */
  readonly sampleType?: string;
  /** The secret that signs. */
  readonly secret: string;
};

/** @throws {TypeError} Where there is no sample of the type. */
export function createSender(options: SenderOptions): Sender {
  const { provider, url, type, secret } = options;
  const sample = sampleFor(options);
  const other = newSecret(provider);
  const otherSecret = other.signingSecret ?? other.secret;
  const signBy = (by: string) => (delivery: Delivery, now: Date) => sign(delivery, { provider, secret: by, now, url });
  return {
    provider,
    compose: (write = (json) => JSON.stringify(json)) => {
      const stamped = stamp(provider, { url, ...sample, id: crypto.randomUUID(), type }, false);
      stamped.headers.set("user-agent", "hookline-check-endpoint");
      const json = isJson(stamped) ? parseJson(stamped.body) : undefined;
      return json === undefined ? stamped : { ...stamped, body: new TextEncoder().encode(write(json)) };
    },
    sign: signBy(secret),
    signByOther: signBy(otherSecret),
  };
}

function sampleFor({ provider, type, sampleType }: SenderOptions): ReturnType<typeof readSample> {
  // Where a function reads the type, another type cannot be written into a sample.
  const others = typeof provider.events === "object" && sampleType !== undefined ? [sampleType] : [];
  for (const name of [type, ...others]) {
    try {
      return readSample(provider.name, name, splitType(provider, name)[0]);
    } catch {
      // The next one, or none.
    }
  }
  const place = `lambdas/providers/samples/${provider.name}`;
  throw new TypeError(`Cannot find a sample of ${provider.name}/${type}: ${place} has those that there are`);
}

export function isJson({ headers }: Delivery): boolean {
  return headers.get("content-type") === "application/json";
}
