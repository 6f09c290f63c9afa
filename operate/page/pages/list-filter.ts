import { defined } from "../../../lambdas/core/bytes/defined.ts";
import { byIdOrTrace } from "../../events/archived-event.ts";
import { type EventState, states } from "../../events/event-state.ts";
import type { Search } from "../../events/find-events.ts";
import { givenTime, timeForms } from "../../given-time.ts";

const names = ["source", "type", "tenant", "id", "state", "since", "until"] as const;

/** The filter of the list, as it stands in the address; absent ones select everything. */
export type ListFilter = Readonly<Partial<Record<(typeof names)[number], string>>>;

/** The filter in the query of an address. An empty field of the form is an absent one. */
export function filterIn(query: Readonly<Record<string, string>>): ListFilter {
  return Object.fromEntries(names.flatMap((name) => (query[name] ? [[name, query[name]]] : [])));
}

/** The search of a filter, of the last 24 hours unless it says otherwise. @throws {TypeError} Names the field that cannot be. */
export function searchOf(filter: ListFilter, now: number): Search & { readonly state?: EventState } {
  const { source, type, tenant, id, state } = filter;
  const since = timeIn("since", filter.since ?? "24h", now);
  const until = filter.until === undefined ? now : timeIn("until", filter.until, now);
  if (since >= until) throw new TypeError("since is a time before until");
  const wanted = states.find((one) => one === state);
  if (state !== undefined && wanted === undefined) {
    throw new TypeError(`state is one of ${states.join(", ")}, received "${state}"`);
  }
  return { since, until, ...defined({ source, type, tenant, ...byIdOrTrace(id), state: wanted }) };
}

/** A time in a field. @throws {TypeError} Names the field whose text is none. */
export function timeIn(name: string, given: string, now: number): number {
  const time = givenTime(given, now);
  if (time !== undefined) return time;
  throw new TypeError(`${name} takes ${timeForms}, received "${given}"`);
}
