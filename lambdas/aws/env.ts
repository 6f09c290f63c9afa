import process from "node:process";

/** The environment that the stack gives its functions: names here, so that both sides spell them alike. */
export const names = {
  /** The stage that figures are kept under. */
  stage: "HOOKLINE_STAGE",
  table: "HOOKLINE_TABLE",
  /** A queue's URL is this prefix and the queue of its route. */
  queueUrlPrefix: "HOOKLINE_QUEUE_URL_PREFIX",
  /** The queue of the archive behind the prefix; absent where there is none. */
  archive: "HOOKLINE_ARCHIVE",
  /** The queue of the canary's source behind the prefix; absent where the stage has no canary. */
  canary: "HOOKLINE_CANARY",
  /** The addresses of the entrances that the canary posts to, with a space between them. */
  entrances: "HOOKLINE_ENTRANCES",
  /** A source's secret is this prefix and the source's name. */
  secretPrefix: "HOOKLINE_SECRET_PREFIX",
  bucket: "HOOKLINE_BUCKET",
  /** JSON: `SourceSettings` by source. */
  sources: "HOOKLINE_SOURCES",
  /** The share of traces whose details are logged, from 0 to 1. */
  debugShare: "HOOKLINE_DEBUG_SHARE",
  /** {@linkcode CallOptions.timeScale}: for a local run. */
  timeScale: "HOOKLINE_TIME_SCALE",
  /** Answers in the place of the providers that publish keys: for a local run. */
  keysEndpoint: "HOOKLINE_KEYS_ENDPOINT",
} as const;

/**
 * The value of a variable.
 *
 * @throws {TypeError} When it is not set.
 */
export function env(name: keyof typeof names): string {
  const value = optionalEnv(name);
  if (value === undefined) throw new TypeError(`Cannot start: the environment has no ${names[name]}`);
  return value;
}

/** The value of a variable, or undefined where it is not set. */
export function optionalEnv(name: keyof typeof names): string | undefined {
  const value = process.env[names[name]];
  return value === "" ? undefined : value;
}
