import { isNear, nearest } from "../checks/nearest.ts";
import type { Sources } from "../source.ts";
import type { NestedHandlers } from "./handlers.ts";
import { isHandler, keyedHandlers } from "./keyed-handlers.ts";
import { isProcessor } from "./processor.ts";

/**
 * @throws {TypeError} When a handler is neither a function nor a processor, its source is none of the sources or likely
 * to be a misspelt one, a type is empty or holds a `*` within, or two handlers are for the same.
 */
export function checkHandlers(options: Readonly<Record<string, unknown>>): void {
  const { handlers = {}, onUnhandledEvent } = options;
  const sources = options.sources as Sources;
  for (const [key, value] of Object.entries(handlers as object)) {
    if (isHandler(value)) {
      checkHandler(key, value);
      checkKey(key, sources);
    } else if (typeof value !== "object" || value === null || Array.isArray(value)) checkHandler(key, value);
    else {
      if (!Object.hasOwn(sources, key)) {
        throw new TypeError(
          `Cannot create receiver: "${key}" has handlers in it, and ${unknown(key, Object.keys(sources))}`,
        );
      }
      for (const [type, handler] of Object.entries(value)) checkHandler(`${key}/${type}`, handler);
    }
  }
  if (onUnhandledEvent !== undefined) checkHandler("onUnhandledEvent", onUnhandledEvent);
  const taken = new Map<string, string>();
  for (const { key, source, type } of keyedHandlers(handlers as NestedHandlers, sources)) {
    if (type === "" || type.slice(0, -1).includes("*")) {
      throw new TypeError(`Cannot create receiver: a type may end in "*" but not hold it elsewhere, received "${key}"`);
    }
    const place = JSON.stringify([source, type]);
    if (taken.has(place))
      throw new TypeError(`Cannot create receiver: "${key}" has two handlers, one flat and one nested`);
    taken.set(place, key);
  }
}

function checkHandler(key: string, handler: unknown): void {
  if (typeof handler === "function" || isProcessor(handler)) return;
  throw new TypeError(
    `Cannot create receiver: the handler of "${key}" must be a function or a processor, received ${handler === null ? "null" : typeof handler}`,
  );
}

/**
 * The source before a slash in a key, which may also be a type (`orders/create`). The text before the slash is taken for a
 * misspelt source where it is nearly one's name, or the name of a provider of a source with another name.
 *
 * @throws {TypeError}
 */
function checkKey(key: string, sources: Sources): void {
  const path = key.replace(/^\/+/, "");
  const [source = "", ...rest] = path.split("/");
  const names = Object.keys(sources);
  if (rest.length === 0 || (path === key && Object.hasOwn(sources, source))) return;
  const named = names.filter((name) => sources[name]?.provider.name === source);
  if (!isNear(source, names) && named.length === 0) return;
  throw new TypeError(
    `Cannot create receiver: the handler "${key}" is for a source, and ${unknown(source, named.length > 0 ? named : names, names)}. Where all of it is a type, write a source before it: "${names[0]}/${key}"`,
  );
}

function unknown(source: string, likely: readonly string[], names: readonly string[] = likely): string {
  const near = nearest(source, likely);
  if (near === undefined) return `"${source}" is no source: there are none`;
  return `"${source}" is none; did you mean ${near.name}? The sources are ${names.join(", ")}`;
}
