/** A route of an HTTP API: `$default`, or method and path, `ANY /{source}`, `POST /x/{proxy+}`. */
export type RouteKey = string;

/** The match of a request; `parameters` are decoded, and omitted where the route has none. */
export type RouteMatch = { readonly routeKey: RouteKey; readonly parameters?: Readonly<Record<string, string>> };

type Route = { readonly routeKey: RouteKey; readonly method: string; readonly segments: readonly string[] };

/**
 * Picks a route as an HTTP API does: the most specific full match of method and path, then a greedy `{proxy+}`, then
 * `$default`; undefined is a 404. Within that, a segment written out beats a variable, a longer greedy route beats a
 * shorter one, and a method beats ANY. A trailing slash counts; a variable matches no empty segment.
 *
 * @throws TypeError for a route key that is none
 */
export function createRouter(routeKeys: readonly RouteKey[]): (method: string, path: string) => RouteMatch | undefined {
  const routes = routeKeys
    .filter((routeKey) => routeKey !== "$default")
    .map(toRoute)
    .sort(bySpecificity);
  const fallback = routeKeys.includes("$default") ? { routeKey: "$default" } : undefined;
  return (method, path) => {
    // Split before decoding, so that an encoded slash stays inside its segment.
    const segments = path.slice(1).split("/");
    for (const route of routes) {
      if (route.method !== "ANY" && route.method !== method) continue;
      const parameters = matchSegments(route.segments, segments);
      if (parameters === undefined) continue;
      return Object.keys(parameters).length > 0
        ? { routeKey: route.routeKey, parameters }
        : { routeKey: route.routeKey };
    }
    return fallback;
  };
}

/** Percent-decoding that leaves an invalid encoding unchanged. */
export function decodePath(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function toRoute(routeKey: RouteKey): Route {
  const [, method, path] = routeKey.match(/^([A-Z]+) \/(.*)$/) ?? [];
  if (method === undefined || path === undefined) {
    throw new TypeError(`Cannot read route key "${routeKey}": neither "$default" nor "METHOD /path"`);
  }
  return { routeKey, method, segments: path.split("/") };
}

/** 0 written out, 1 variable, 2 greedy */
function breadth(segment: string): number {
  return segment.endsWith("+}") ? 2 : segment.startsWith("{") ? 1 : 0;
}

function bySpecificity(a: Route, b: Route): number {
  const greedy = (route: Route) => (breadth(route.segments.at(-1) ?? "") === 2 ? 1 : 0);
  if (greedy(a) !== greedy(b)) return greedy(a) - greedy(b);
  if (a.segments.length !== b.segments.length) return b.segments.length - a.segments.length;
  for (const [index, segment] of a.segments.entries()) {
    const difference = breadth(segment) - breadth(b.segments[index] ?? "");
    if (difference !== 0) return difference;
  }
  return (a.method === "ANY" ? 1 : 0) - (b.method === "ANY" ? 1 : 0);
}

function matchSegments(pattern: readonly string[], actual: readonly string[]): Record<string, string> | undefined {
  const parameters: Record<string, string> = {};
  for (const [index, segment] of pattern.entries()) {
    const rest = actual[index];
    if (breadth(segment) === 2) {
      const greedy = actual.slice(index).join("/");
      if (greedy === "") return undefined;
      parameters[segment.slice(1, -2)] = decodePath(greedy);
      return parameters;
    }
    if (rest === undefined) return undefined;
    if (breadth(segment) === 0 && segment !== rest) return undefined;
    if (breadth(segment) === 1) {
      if (rest === "") return undefined;
      parameters[segment.slice(1, -1)] = decodePath(rest);
    }
  }
  return actual.length === pattern.length ? parameters : undefined;
}
