import { remembering } from "../bytes/remembering.ts";
import type { ReadDelivery, VerifiedDelivery } from "../delivery.ts";
import { contradicted, eventFields } from "../events/fields.ts";
import { readDelivery } from "../events/read-delivery.ts";
import { InvalidHeaderError, withNeededHeaders } from "../events/sent-headers.ts";
import { type Refusal, refused, type Unavailable } from "../outcome.ts";
import type { Delivery, Provider, Scheme, Signed, VerifyOptions } from "../provider.ts";
import { mostSignatures } from "./match-signatures.ts";
import { verifyScheme } from "./scheme.ts";
import { isUnset } from "./unset-secret.ts";

/** The same secrets come with every delivery. */
const withoutUnset = remembering((secret) => (isUnset(secret) ? "" : secret));

/**
 * Verifies a delivery over its exact bytes: any sent signature against any configured secret, in constant time, then the time
 * window on both sides of now. It never throws, whatever the delivery or a secret contains: a fault of the delivery is a
 * `Refusal`, a fault of ours `Unavailable`.
 *
 * @example
 * ```ts
 * import { sign, verify } from "@hookline/hookline";
 * import { github } from "@hookline/hookline/providers";
 * import { equal } from "node:assert/strict";
 *
 * const unsigned = { method: "POST", url: "/github", headers: new Headers(), body: new TextEncoder().encode("{}") };
 * const now = new Date();
 * const delivery = await sign(unsigned, { provider: github, secret: "It's a Secret to Everybody", now });
 * const result = await verify(delivery, { provider: github, secrets: ["It's a Secret to Everybody"], now });
 * equal(result.kind, "verified");
 * ```
 */
export function verify(delivery: Delivery, options: VerifyOptions): Promise<VerifiedDelivery | Refusal | Unavailable> {
  return verified(() => readDelivery(delivery), options);
}

/** {@linkcode verify} for a caller that continues with the same delivery. */
export function verifyRead(
  delivery: ReadDelivery,
  options: VerifyOptions,
): Promise<VerifiedDelivery | Refusal | Unavailable> {
  return verified(() => delivery, options);
}

/** One promise, which also rejects for what is no delivery: a promise of a promise takes a sixth of all the time. */
async function verified(
  read: () => ReadDelivery,
  options: VerifyOptions,
): Promise<VerifiedDelivery | Refusal | Unavailable> {
  const delivery = read();
  const { provider } = options;
  const secrets = options.secrets.map(withoutUnset);
  const set = secrets.filter((secret) => secret !== "").length;
  if (set === 0) return { kind: "unavailable", reason: "secret-unset" };
  if (set > mostSignatures) {
    const cause = new RangeError(`A source takes at most ${mostSignatures} secrets, received ${set}`);
    return { kind: "unavailable", reason: "secret-malformed", cause };
  }
  const given = { ...options, secrets };
  const needed = withNeededHeaders(delivery);
  const { verification } = provider;
  try {
    const result =
      typeof verification === "object"
        ? verifyScheme(needed, verification, given)
        : await byFunction(verification, needed, given);
    return result.kind === "signed" ? passed(provider, needed, delivery, result.secretIndex) : result;
  } catch (error) {
    return refusedHeader(error);
  }
}

/** Refuses a delivery with an invalid header that its provider needs; rethrows any other error. */
export function refusedHeader(error: unknown): Refusal {
  if (error instanceof InvalidHeaderError) return refused("request-malformed", error.message, "take delivery");
  throw error;
}

async function byFunction(
  verification: Exclude<Provider["verification"], Scheme>,
  delivery: ReadDelivery,
  options: VerifyOptions,
): Promise<Signed | Refusal | Unavailable> {
  try {
    return await verification(delivery, options);
  } catch (cause) {
    if (cause instanceof InvalidHeaderError) throw cause;
    return { kind: "unavailable", reason: "key-fetch", cause };
  }
}

/** The fields are read from the delivery with its needed headers; the caller goes on with the delivery as it came. */
function passed(
  provider: Provider,
  needed: ReadDelivery,
  delivery: ReadDelivery,
  secretIndex: number,
): VerifiedDelivery | Refusal {
  const events = eventFields(provider, needed);
  const header = contradicted(provider, needed.headers, events);
  if (header !== undefined) return refused("header-contradicts", `header "${header}" contradicts the signed body`);
  return { kind: "verified", delivery, events, secretIndex } as unknown as VerifiedDelivery;
}
