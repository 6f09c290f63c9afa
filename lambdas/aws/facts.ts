import type { Context } from "aws-lambda";
import { defined } from "../core/bytes/defined.ts";
import type { Route } from "../core/events/event-routes.ts";
import { keyVersion } from "../core/events/identity.ts";
import type { Provider } from "../core/provider.ts";
import { env, optionalEnv } from "./env.ts";
import { type SourceSettings, sourceSettings } from "./source-settings.ts";

/**
 * The formats that a verifier writes and knows. A change of one by which an older verifier would do harm on a stage of the newer gets
 * another number here: `hookline rollback` then refuses the older one.
 */
const formats: VerifierFacts["formats"] = {
  /** The grammar of keys: under another one, what is done runs again. */
  keys: keyVersion,
  /** The envelope of queues, spill and archive. */
  envelope: "v1",
  /** A copy with a replay's id runs under a key of its own. */
  replays: "v1",
};

/**
 * The facts that a version of the verifier says about itself: those of its code, and those of its environment. The canary's source is none
 * of them: no provider's event is lost without it.
 */
export type VerifierFacts = {
  /** The provider of each source, by name. */
  readonly sources: Readonly<Record<string, string>>;
  readonly routes: readonly Route[];
  readonly table: string;
  readonly bucket: string;
  /** The queue of the archive behind the stage's prefix; absent where it feeds none. */
  readonly archive?: string;
  /** The stage's settings of sources, by source, as the version has them. */
  readonly settings: Readonly<Record<string, SourceSettings>>;
  /** The version of each format, by the format's name. */
  readonly formats: Readonly<Record<string, string>>;
};

/** The event by which a version of the verifier is asked for its facts. */
export const factsQuestion: { readonly hookline: "facts" } = { hookline: "facts" };

type Lambda<Event, Result> = (event: Event, context: Context) => Promise<Result>;

/**
 * The same function, which also answers {@linkcode factsQuestion}. Only who has `lambda:InvokeFunction` can ask: the events of function
 * URLs, APIs and load balancers all have a `requestContext`, and whatever a sender posts is below `body`, `headers` or the query, and
 * never a field of the event itself.
 */
export function withFacts<Event, Result>(
  lambda: Lambda<Event, Result>,
  { providers, routes }: Given,
): Lambda<Event, Result | VerifierFacts> {
  return (event, context) =>
    isQuestion(event) ? Promise.resolve(factsOf({ providers, routes })) : lambda(event, context);
}

type Given = { readonly providers: Readonly<Record<string, Provider>>; readonly routes: readonly Route[] };

function isQuestion(event: unknown): boolean {
  const given = event as Readonly<Partial<Record<"hookline" | "requestContext", unknown>>> | null;
  return given?.hookline === factsQuestion.hookline && given.requestContext === undefined;
}

function factsOf({ providers, routes }: Given): VerifierFacts {
  const sources = Object.entries(providers).map(([source, { name }]) => [source, name] as const);
  return {
    sources: Object.fromEntries(sources),
    routes,
    table: env("table"),
    bucket: env("bucket"),
    ...defined({ archive: optionalEnv("archive") }),
    settings: sourceSettings(),
    formats,
  };
}
