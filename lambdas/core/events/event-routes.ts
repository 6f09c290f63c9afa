/**
 * A processor's queue and the types that it wants: the routing table, read from the event files when the verifier is bundled.
 */
export type Route = {
  readonly source: string;
  /** Event types; a trailing `*` matches any rest. Empty for `_other`, which takes the events without another route. */
  readonly types: readonly string[];
  readonly queue: string;
};

/**
 * The queues of every matching route; those of `_other` only where none matches. Where a type is finer than the provider's own
 * (`payments.confirmed` than `payments`), a route of the coarse type matches unless another route names a finer one.
 */
export function queuesFor(
  routes: readonly Route[],
  source: string,
  type: string | undefined,
  coarseType: string | undefined = type,
): readonly string[] {
  const ours = routes.filter((route) => route.source === source);
  const named = type === undefined || coarseType === undefined ? [] : namedRoutes(ours, type, coarseType);
  return (named.length > 0 ? named : ours.filter((route) => route.types.length === 0)).map((route) => route.queue);
}

function namedRoutes(routes: readonly Route[], type: string, coarseType: string): readonly Route[] {
  const matching = routes.flatMap((route) =>
    route.types.filter((pattern) => matches(pattern, type, coarseType)).map((pattern) => ({ route, pattern })),
  );
  const finest = Math.max(...matching.map(({ pattern }) => lengthOf(pattern)));
  const isNamed = ({ pattern }: { readonly pattern: string }) =>
    isWildcard(pattern) || finest <= coarseType.length || lengthOf(pattern) === finest;
  return [...new Set(matching.filter(isNamed).map(({ route }) => route))];
}

/** A name matches the type, the coarse one, and every part of the type that ends at a dot between them. */
function matches(pattern: string, type: string, coarseType: string): boolean {
  if (isWildcard(pattern)) return type.startsWith(pattern.slice(0, -1));
  return pattern === type || (pattern.length >= coarseType.length && type.startsWith(`${pattern}.`));
}

function isWildcard(pattern: string): boolean {
  return pattern.endsWith("*");
}

/** How much of a type a pattern names, in characters. */
function lengthOf(pattern: string): number {
  return isWildcard(pattern) ? pattern.length - 1 : pattern.length;
}
