import type { Sources } from "../source.ts";
import type { AnyHandler, NestedHandlers } from "./handlers.ts";

/** A handler with its type, and its source where it has one. `key` is as written. */
type KeyedHandler = {
  readonly key: string;
  readonly source?: string;
  readonly type: string;
  readonly handler: AnyHandler;
};

/** Every handler with its type: `"push"`, `"github/push"` and `github: { push }`. */
export function keyedHandlers(handlers: NestedHandlers, sources: Sources): readonly KeyedHandler[] {
  return Object.entries(handlers).flatMap(([key, value]): readonly KeyedHandler[] => {
    if (isHandler(value)) return [{ key, ...splitKey(key, sources), handler: value }];
    return Object.entries(value).map(([type, handler]) => ({ key: `${key}/${type}`, source: key, type, handler }));
  });
}

/** The type of a key, and the source where one has the name before the slash: a type can hold a slash, too. */
function splitKey(key: string, sources: Sources): { readonly source?: string; readonly type: string } {
  const [source = "", ...rest] = key.split("/");
  return rest.length > 0 && Object.hasOwn(sources, source) ? { source, type: rest.join("/") } : { type: key };
}

export function isHandler(value: unknown): value is AnyHandler {
  return typeof value === "function" || (typeof value === "object" && value !== null && "run" in value);
}
