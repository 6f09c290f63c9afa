import { type Log, report } from "../log.ts";
import { type Refusal, refused } from "../outcome.ts";
import type { Delivery, Fetch, HandshakeOptions, Provider } from "../provider.ts";
import { sourceName } from "./source-path.ts";

/** A named endpoint of a provider, with its own secret. */
export type Source = {
  readonly provider: Provider;
  /**
   * Every secret that is valid now. Rejects where they cannot be had, and by a `MalformedSecretError` where what is stored
   * is none: both are answered 503. `refresh`: a signature was by none of them; what is cached may be fetched again, within
   * bounds, since anybody can send such a signature.
   */
  readonly secrets: (refresh?: boolean) => Promise<readonly string[]>;
  /** The URL as registered with the provider, where its scheme signs it. */
  readonly url?: string;
  /** In place of the scheme's window on both sides of now. */
  readonly toleranceSeconds?: number;
  /** Default: that of the receiver, or of the provider where it has a smaller one. */
  readonly bodyLimitBytes?: number;
  /** Whether deliveries from an IP address are taken, asked once they are verified. Default: from all. */
  readonly allows?: (address: string) => boolean;
  /** Events that say they are a test's are ignored. Default: false. */
  readonly liveOnly?: boolean;
  /** Fetches what the provider publishes of its keys. Default: the global `fetch`. */
  readonly fetch?: Fetch;
  /** Keeps a secret that the provider hands over in a handshake: see {@linkcode HandshakeOptions}. */
  readonly keep?: HandshakeOptions["keep"];
};

/** Sources by name; the name is the path, behind the base path if there is one: `/github`. */
export type Sources = Readonly<Record<string, Source>>;

/** What deliveries are admitted by. */
export type AdmitOptions = {
  readonly sources: Sources;
  /** What stands in the path before a source's name: `"/api/webhooks"`. Default: nothing. */
  readonly basePath?: string;
  /** For sources that say no limit of their own. Default: 6 MiB, what a Lambda function is given at most. */
  readonly bodyLimitBytes?: number;
};

/** A delivery whose source is known, before anything in it is believed. */
export type AdmittedDelivery = { readonly kind: "admitted"; readonly name: string; readonly source: Source };

const taking = "take delivery";

/** A Lambda function is given 6 MiB at most, so that behind a function URL nothing larger arrives. */
export const bodyLimitBytes: number = 6 * 1_048_576;

/**
 * Finds the source of a delivery by its path, then checks method and size. Touches no state.
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
export function admit(delivery: Delivery, options: AdmitOptions & { readonly log?: Log }): AdmittedDelivery | Refusal {
  const result = find(delivery, options);
  if (result.kind === "refused") {
    report(options.log, { level: "info", step: "verify", kind: "refused", reason: result.reason });
  }
  return result;
}

function find(delivery: Delivery, options: AdmitOptions): AdmittedDelivery | Refusal {
  const name = sourceName(delivery.url, options.basePath);
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

/** The most bytes that a body of a source may have: its own limit, or the smaller of receiver's and provider's. */
export function limitOf(source: Source, options: Pick<AdmitOptions, "bodyLimitBytes">): number {
  const { bodyLimitBytes: ofProvider = bodyLimitBytes } = source.provider;
  return source.bodyLimitBytes ?? Math.min(options.bodyLimitBytes ?? bodyLimitBytes, ofProvider);
}
