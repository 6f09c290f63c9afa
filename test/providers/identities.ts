import { readdirSync } from "node:fs";

/** One delivery, as it is before it is signed. */
export type Unsigned = {
  /** A text as it is sent, or a value that is sent as JSON. */
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** With its `?`. */
  readonly query?: string;
  /** When it is sent, in seconds after the first one. Default: 0. */
  readonly seconds?: number;
  /** When it was signed. Default: when it is sent. */
  readonly signedSeconds?: number;
};

/** What makes two deliveries of a provider one event, in two pairs that are nearly alike. */
export type Identity = {
  /** Two events. */
  readonly events: readonly [what: string, one: Unsigned, other: Unsigned];
  /** A delivery and its retry, as the provider documents it, and what that is here. */
  readonly retry: readonly [is: "the same event" | "another event", what: string, first: Unsigned, again: Unsigned];
};

const folder = new URL("identities/", import.meta.url);

/** By provider; each is the file of its name in `identities`. */
export const identities: Readonly<Record<string, Identity>> = Object.fromEntries(
  await Promise.all(
    readdirSync(folder)
      .sort()
      .map(async (file) => {
        const { identity }: { readonly identity: Identity } = await import(new URL(file, folder).href);
        return [file.replace(/\.ts$/, ""), identity] as const;
      }),
  ),
);
