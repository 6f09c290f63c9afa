import type { Fetch, HandshakeOptions, Provider } from "./provider.ts";

/** A named endpoint of a provider, with its own secret. */
export type Source = {
  /** The provider that posts to the source. */
  readonly provider: Provider;
  /**
   * Every secret that is valid now. Rejects where they cannot be fetched, and with a `MalformedSecretError` where the stored
   * value is not a secret: both are answered 503. `refresh`: none of them made the signature; the cache may be renewed, within
   * bounds, since anybody can send such a signature.
   */
  readonly secrets: (refresh?: boolean) => Promise<readonly string[]>;
  /** The registered URL, where the provider's scheme signs it. */
  readonly url?: string;
  /** The window around now for the signed time. Defaults to that of the provider's scheme. */
  readonly toleranceSeconds?: number;
  /** The largest body in bytes. Defaults to the receiver's limit, or the provider's where that is smaller. */
  readonly bodyLimitBytes?: number;
  /** Whether deliveries from an IP address are accepted; asked after the signature. Defaults to all. */
  readonly allows?: (address: string) => boolean;
  /** Ignores events that the provider marks as tests. Defaults to false. */
  readonly liveOnly?: boolean;
  /** Fetches the keys that the provider publishes. Defaults to the global `fetch`. */
  readonly fetch?: Fetch;
  /** Stores a secret that the provider hands over in a handshake: see {@linkcode HandshakeOptions}. */
  readonly keep?: HandshakeOptions["keep"];
};

/** Sources by name; the name is the path, behind the base path if there is one: `/github`. */
export type Sources = Readonly<Record<string, Source>>;

/** A delivery whose source is known, before it is verified. */
export type AdmittedDelivery = { readonly kind: "admitted"; readonly name: string; readonly source: Source };

/** The options for admitting deliveries. */
export type AdmitOptions = {
  /** The sources, by name. */
  readonly sources: Sources;
  /** The part of the path before a source's name: `"/api/webhooks"`. Defaults to none. */
  readonly basePath?: string;
  /** The limit for sources without one of their own. Defaults to 6 MiB, the largest input of a Lambda function. */
  readonly bodyLimitBytes?: number;
};
