import { isDeepStrictEqual } from "node:util";
import type { VerifierFacts } from "../../lambdas/aws/facts.ts";
import { queuesFor, type Route } from "../../lambdas/core/events/event-routes.ts";

/** More names would hide the other sentences. */
const mostNames = 10;

/**
 * The reasons, a sentence each, for which an older version of a verifier must not answer on a stage; none where it may.
 *
 * @param own The facts of the stack's own version: queues, processors, table and bucket are as it knows them.
 * @param gone Queues of the older version that are gone or have no processor any more, by their names behind the stage's prefix.
 */
export function obstacles(own: VerifierFacts, older: VerifierFacts, gone: readonly string[]): readonly string[] {
  const unknown = Object.keys(own.sources).filter((source) => !Object.hasOwn(older.sources, source));
  const others = Object.entries(own.sources).filter(
    ([source, provider]) => Object.hasOwn(older.sources, source) && older.sources[source] !== provider,
  );
  const missing = wantedBy(own.routes).filter((one) => !unknown.includes(one.source) && !hasRoute(older.routes, one));
  const lost = [...missing, ...takenAway(own.routes, older.routes)];
  const isIgnored = ({ source, pattern }: Wanted) => queuesFor(older.routes, source, sampleOf(pattern)).length === 0;
  const formats = [...new Set([...Object.keys(own.formats), ...Object.keys(older.formats)])];
  return [
    ...about(
      unknown.map((source) => `/${source}`),
      (names) => `it does not know ${names}, and would answer 404`,
    ),
    ...others.map(([source, provider]) => `it takes /${source} for ${older.sources[source]}, and not for ${provider}`),
    ...about(namesOf(lost.filter(isIgnored)), (names) => `it would ignore ${names}`),
    ...about(
      namesOf(lost.filter((one) => !isIgnored(one))),
      (names) => `it would hand ${names} to another processor alone`,
    ),
    ...about(gone, (names) => `it sends to queues that are gone or have no processor: ${names}`),
    ...(own.archive === undefined || own.archive === older.archive
      ? []
      : ["it does not feed the archive: its events could be neither found nor replayed"]),
    ...about(
      Object.keys(own.sources).filter((source) => !isDeepStrictEqual(own.settings[source], older.settings[source])),
      (names) => `its settings of ${names} are others, and may refuse what the stage's take`,
    ),
    ...(["table", "bucket"] as const)
      .filter((name) => own[name] !== older[name])
      .map((name) => `its ${name} is ${older[name]}, and the stage's is ${own[name]}`),
    ...formats
      .filter((name) => own.formats[name] !== older.formats[name])
      .map(
        (name) =>
          `its format of ${name} is ${older.formats[name] ?? "none"}, and the stage's is ${own.formats[name] ?? "none"}`,
      ),
  ];
}

/** The queues that a version sends to and the stack's own version does not: those that may be gone. */
export function queuesToFind(own: VerifierFacts, older: VerifierFacts): readonly string[] {
  const known = new Set(queuesOf(own));
  return queuesOf(older).filter((queue) => !known.has(queue));
}

function queuesOf({ routes, archive }: VerifierFacts): readonly string[] {
  return [...new Set([...routes.map(({ queue }) => queue), ...(archive === undefined ? [] : [archive])])];
}

/** A pattern of event types that a queue wants; undefined where it takes the events without another route. */
type Wanted = Pick<Route, "source" | "queue"> & { readonly pattern: string | undefined };

function wantedBy(routes: readonly Route[]): readonly Wanted[] {
  return routes.flatMap(({ source, queue, types }) =>
    (types.length === 0 ? [undefined] : types).map((pattern) => ({ source, queue, pattern })),
  );
}

/** Whether the events of a pattern come to its queue by other routes, too. */
function hasRoute(routes: readonly Route[], { source, queue, pattern }: Wanted): boolean {
  const same = routes.filter((route) => route.source === source && route.queue === queue);
  if (pattern === undefined) return same.some(({ types }) => types.length === 0);
  if (!pattern.endsWith("*")) return queuesFor(routes, source, pattern).includes(queue);
  return same.some(({ types }) => types.some((one) => one.endsWith("*") && pattern.startsWith(one.slice(0, -1))));
}

/** The patterns that the older routes name alone, with the queues that get these types by the own routes and not by the older ones. */
function takenAway(own: readonly Route[], older: readonly Route[]): readonly Wanted[] {
  return wantedBy(older).flatMap(({ source, pattern }) => {
    if (pattern === undefined || wantedBy(own).some((one) => one.source === source && one.pattern === pattern))
      return [];
    const queues = (routes: readonly Route[]) => queuesFor(routes, source, sampleOf(pattern));
    const kept = queues(older);
    return queues(own).flatMap((queue) => (kept.includes(queue) ? [] : [{ source, queue, pattern }]));
  });
}

/** A type that a pattern fits. */
function sampleOf(pattern: string | undefined): string | undefined {
  return pattern?.replace(/\*$/, "");
}

function namesOf(wanted: readonly Wanted[]): readonly string[] {
  return [...new Set(wanted.map(({ source, pattern = "_other" }) => `${source}/${pattern}`))];
}

function about(names: readonly string[], sentence: (names: string) => string): readonly string[] {
  if (names.length === 0) return [];
  const more = names.length - mostNames;
  return [sentence(`${names.slice(0, mostNames).join(", ")}${more > 0 ? ` and ${more} more` : ""}`)];
}
