import { routesOf } from "../../infra/build/bundle.ts";
import type { DeployedEvent } from "../../infra/receiver-facts.ts";

/** The event types of a source that have a file. */
export type RoutedTypes = {
  readonly named: readonly string[];
  /** With `*` at the end. */
  readonly patterns: readonly string[];
  /** Whether an `_other.ts` takes the rest. */
  readonly others: boolean;
};

export function routedTypes(events: readonly DeployedEvent[], source: string): RoutedTypes {
  const routes = routesOf(events).filter((route) => route.source === source);
  const types = [...new Set(routes.flatMap((route) => route.types))].sort();
  return {
    named: types.filter((type) => !type.endsWith("*")),
    patterns: types.filter((type) => type.endsWith("*")),
    others: routes.some((route) => route.types.length === 0),
  };
}
