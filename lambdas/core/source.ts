import type { Fetch, HandshakeOptions, Provider } from "./provider.ts";

/** A named endpoint of a provider, with its own secret. */
export type Source = {
  /** The provider that posts to it. */
  readonly provider: Provider;
  /**
   * Every secret that is valid now. Rejects where they cannot be had, and by a `MalformedSecretError` where what is stored
   * is none: both are answered 503. `refresh`: a signature was by none of them; what is cached may be fetched again, within
   * bounds, since anybody can send such a signature.
   */
  readonly secrets: (refresh?: boolean) => Promise<readonly string[]>;
  /** The URL as registered with the provider, where its scheme signs it. */
  readonly url?: string;
  /** The window around now for the signed time. Defaults to that of the provider's scheme. */
  readonly toleranceSeconds?: number;
  /** The most bytes of a body. Defaults to that of the receiver, or of the provider where it has a smaller one. */
  readonly bodyLimitBytes?: number;
  /** Whether deliveries from an IP address are accepted; asked after the signature. Defaults to all. */
  readonly allows?: (address: string) => boolean;
  /** Ignores events that the provider marks as tests. Defaults to false. */
  readonly liveOnly?: boolean;
  /** Fetches the keys that the provider publishes. Defaults to the global `fetch`. */
  readonly fetch?: Fetch;
  /** Keeps a secret that the provider hands over in a handshake: see {@linkcode HandshakeOptions}. */
  readonly keep?: HandshakeOptions["keep"];
};

/** Sources by name; the name is the path, behind the base path if there is one: `/github`. */
export type Sources = Readonly<Record<string, Source>>;

/** A delivery whose source is known, before anything in it is believed. */
export type AdmittedDelivery = { readonly kind: "admitted"; readonly name: string; readonly source: Source };

/** What deliveries are admitted by. */
export type AdmitOptions = {
  /** The sources, by name. */
  readonly sources: Sources;
  /** The part of the path before a source's name: `"/api/webhooks"`. Defaults to none. */
  readonly basePath?: string;
  /** The limit of sources without one of their own. Defaults to 6 MiB, the most that a Lambda function gets. */
  readonly bodyLimitBytes?: number;
};
