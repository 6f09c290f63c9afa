import { type Log, report } from "../log.ts";
import { type Refusal, refused } from "../outcome.ts";
import type { Delivery } from "../provider.ts";
import type { AdmitOptions, AdmittedDelivery, Source } from "../source.ts";
import { sourceName } from "./source-path.ts";

const taking = "take delivery";

/** A Lambda function takes 6 MiB at most, so that nothing larger arrives behind a function URL. */
const bodyLimitBytes: number = 6 * 1_048_576;

/** `anyPath`: the one source takes every delivery, at any path. */
export type Admission = AdmitOptions & { readonly anyPath?: true };

/**
 * Finds the source of a delivery by its path, then checks method and size. It changes no state.
 *
 * @example
 * ```ts
 * import { admit } from "@hookline/hookline";
 * import { github } from "@hookline/hookline/providers";
 * import { equal } from "node:assert/strict";
 *
 * const sources = { github: { provider: github, secrets: async () => ["secret"] } };
 * const delivery = { method: "POST", url: "/github", headers: new Headers(), body: new Uint8Array() };
 * equal(admit(delivery, { sources }).kind, "admitted");
 * equal(admit({ ...delivery, url: "/stripe" }, { sources }).kind, "refused");
 * ```
 */
export function admit(delivery: Delivery, options: Admission & { readonly log?: Log }): AdmittedDelivery | Refusal {
  const result = find(delivery, options);
  if (result.kind === "refused") {
    report(options.log, { level: "info", step: "verify", kind: "refused", reason: result.reason });
  }
  return result;
}

function find(delivery: Delivery, options: Admission): AdmittedDelivery | Refusal {
  const name = options.anyPath ? Object.keys(options.sources)[0] : sourceName(delivery.url, options.basePath);
  const source = name !== undefined && Object.hasOwn(options.sources, name) ? options.sources[name] : undefined;
  if (name === undefined || source === undefined) return refused("source-unknown", "no source has this path", taking);
  if (delivery.method !== "POST" && delivery.method !== source.provider.handshake?.method) {
    return refused("method-not-allowed", `${delivery.method.slice(0, 16)} is not POST`, taking);
  }
  const limit = limitOf(source, options);
  if (delivery.body.length > limit) {
    return refused("body-too-large", `the body has ${delivery.body.length} bytes, allowed are ${limit}`, taking);
  }
  return { kind: "admitted", name, source };
}

/** The largest body of a source in bytes: its own limit, or the smaller of the receiver's and the provider's. */
export function limitOf(source: Source, options: Pick<AdmitOptions, "bodyLimitBytes">): number {
  const { bodyLimitBytes: ofProvider = bodyLimitBytes } = source.provider;
  return source.bodyLimitBytes ?? Math.min(options.bodyLimitBytes ?? bodyLimitBytes, ofProvider);
}
