import { defined } from "../../lambdas/core/bytes/defined.ts";
import type { EndpointApi, RegisteredEndpoint } from "./endpoint-api.ts";
import type { RoutedTypes } from "./routed-types.ts";

/** How our endpoint at a provider differs from what the event files want. */
export type EndpointPlan = {
  /** Ours, where it is registered. */
  readonly endpoint?: RegisteredEndpoint;
  /** Every type that it is to tick. */
  readonly types: readonly string[];
  /** Types that have a file and are not ticked. */
  readonly added: readonly string[];
  /** Types that are ticked and have no file. */
  readonly removed: readonly string[];
  /** Patterns of event files that no ticked type begins with: the provider takes names alone. */
  readonly open: readonly string[];
  /** Whether there is anything that apply can do. */
  readonly changes: boolean;
};

/**
 * The one endpoint at a URL.
 *
 * @throws {TypeError} Where several are registered there: which of them is ours cannot be told.
 */
export function endpointAt(endpoints: readonly RegisteredEndpoint[], url: string): RegisteredEndpoint | undefined {
  const [found, ...more] = endpoints.filter((one) => isAt(one, url));
  if (more.length === 0) return found;
  const ids = [found, ...more].map((one) => one?.id).join(", ");
  throw new TypeError(`Cannot tell which endpoint is ours: ${ids} have the URL ${url}; keep one, at the provider`);
}

/**
 * Compares the endpoint with the event files. A type that a pattern takes stays ticked; so does each, where `_other.ts`
 * takes the rest and the provider has no name for every type.
 *
 * @throws {TypeError} Where no type is left to tick.
 */
export function planEndpoint(
  { everyType, typeOf = (type) => type, switchesOn }: Pick<EndpointApi, "everyType" | "typeOf" | "switchesOn">,
  endpoint: RegisteredEndpoint | undefined,
  routed: RoutedTypes,
): EndpointPlan {
  const given = [...routed.named, ...routed.patterns].map(typeOf);
  const named = given.filter((type) => !type.endsWith("*"));
  const patterns = given.filter((type) => type.endsWith("*")).map((type) => type.slice(0, -1));
  const ticked = endpoint?.types ?? [];
  const isTaken = (type: string) =>
    type !== everyType && (routed.others || patterns.some((start) => type.startsWith(start)));
  const takesAll = everyType !== undefined && routed.others;
  const types = takesAll ? [everyType] : [...new Set([...named, ...ticked.filter(isTaken)])].sort();
  if (types.length === 0) throw new TypeError(noType(routed));
  const added = types.filter((type) => !ticked.includes(type));
  const removed = ticked.filter((type) => !types.includes(type));
  return {
    ...defined({ endpoint }),
    types,
    added,
    removed,
    open: takesAll ? [] : patterns.filter((start) => !types.some((type) => type.startsWith(start))).map((s) => `${s}*`),
    changes: endpoint === undefined || added.length + removed.length > 0 || (switchesOn && endpoint.off !== undefined),
  };
}

/** Whether an endpoint has this URL, however it is spelt: a slash at its end leads to the same source. */
export function isAt(endpoint: RegisteredEndpoint, url: string): boolean {
  return URL.canParse(endpoint.url) && spelling(endpoint.url) === spelling(url);
}

/** The endpoints at another address whose path ends with the source's name, as at a domain of the stage, or at another stage. */
export function alikeElsewhere(endpoints: readonly RegisteredEndpoint[], url: string): readonly RegisteredEndpoint[] {
  const source = url.slice(url.lastIndexOf("/"));
  return endpoints.filter(
    (one) => URL.canParse(one.url) && !isAt(one, url) && new URL(one.url).pathname.replace(/\/$/, "").endsWith(source),
  );
}

function spelling(url: string): string {
  return new URL(url).href.replace(/\/$/, "");
}

function noType({ others }: RoutedTypes): string {
  return others
    ? "Cannot plan the endpoint: its provider has no name for every type; write an event file named after one type, or more"
    : "Cannot plan the endpoint: no event file of the source is routed; write lambdas/events/<source>/<event type>.ts";
}
