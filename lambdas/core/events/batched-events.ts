import type { Delivery, EventFields } from "../provider.ts";
import { type ItemList, listAt } from "./json-items.ts";
import { type JsonText, textAt } from "./json-pointer.ts";

const toUtf8 = new TextEncoder();

/** The fields of an item of a batch: RFC 6901 pointers into the item. */
export type ItemPointers = {
  readonly id?: string;
  readonly type?: string;
  readonly subtype?: string;
  readonly tenant?: string;
};

/**
 * Reads a delivery with several events: one for each item of an array. A body without the array is one event, so that nothing
 * is lost; an empty array is no event. Each event is created on iteration.
 *
 * @param pointer An RFC 6901 pointer to the array; empty where the body is the array.
 * @param keeps What an event's body is: the item as it was sent, or the delivery with that one item in it.
 *
 * @example
 * ```ts
 * import { eventsAt } from "@hookline/hookline";
 * import { deepEqual } from "node:assert/strict";
 *
 * const body = new TextEncoder().encode('{"events":[{"id":"1"},{"id":"2"}]}');
 * const read = eventsAt("/events", { id: "/id" });
 * const events = read({ method: "POST", url: "/acme", headers: new Headers(), body });
 * deepEqual(Array.from(events, (event) => event.id), ["1", "2"]);
 * ```
 */
export function eventsAt(
  pointer: string,
  pointers: ItemPointers,
  keeps: "item" | "delivery" = "item",
): (delivery: Delivery) => Iterable<EventFields> {
  return ({ body }) => itemEvents(() => listAt(body, pointer), pointers, keeps);
}

/**
 * The events of a list's items, as {@linkcode eventsAt} makes them; one event without an item's fields where there is no list.
 *
 * @param read Called at the first event.
 * @param shared What the body says of all of them.
 */
export function* itemEvents(
  read: () => ItemList | undefined,
  pointers: ItemPointers,
  keeps: "item" | "delivery" = "item",
  shared: EventFields = {},
): Generator<EventFields> {
  const list = read();
  if (list === undefined) {
    yield shared;
    return;
  }
  for (const item of list) {
    // Alone, so that an event does not keep its item's value.
    const { text } = item;
    yield {
      ...shared,
      ...pointed(item, pointers),
      get body() {
        const body = toUtf8.encode(text);
        return keeps === "item" ? body : list.alone(body);
      },
    };
  }
}

function pointed(json: JsonText, pointers: ItemPointers): EventFields {
  const fields: Record<string, string> = {};
  for (const name of ["id", "type", "subtype", "tenant"] as const) {
    const pointer = pointers[name];
    const text = pointer === undefined ? undefined : textAt(json, pointer);
    if (text !== undefined) fields[name] = text;
  }
  return fields;
}
