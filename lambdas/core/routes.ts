/** A processor's queue and what it wants: the routing table, read off the event files when the verifier is bundled. */
export type Route = {
  readonly source: string;
  /** Event types; a trailing `*` stands for anything. Empty for `_other`, which takes what nobody else wants. */
  readonly types: readonly string[];
  readonly queue: string;
};

/** The queues of every route that matches; those of `_other` only when none does. */
export function queuesFor(routes: readonly Route[], source: string, type: string | undefined): readonly string[] {
  const ours = routes.filter((route) => route.source === source);
  const named = ours.filter((route) => type !== undefined && route.types.some((pattern) => matches(pattern, type)));
  return (named.length > 0 ? named : ours.filter((route) => route.types.length === 0)).map((route) => route.queue);
}

function matches(pattern: string, type: string): boolean {
  return pattern.endsWith("*") ? type.startsWith(pattern.slice(0, -1)) : type === pattern;
}
