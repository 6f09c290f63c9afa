import process from "node:process";
import { eventFields } from "../../../lambdas/core/events/fields.ts";
import { itemsAt } from "../../../lambdas/core/events/json-items.ts";
import { readDelivery } from "../../../lambdas/core/events/read-delivery.ts";
import type { Provider } from "../../../lambdas/core/provider.ts";
import { providers } from "../../../lambdas/providers/mod.ts";

/**
 * Reads one item each of so many deliveries, and goes on with none of them yet, as while their events are claimed. Prints how many
 * it holds.
 *
 *     held-items.ts <deliveries> <items of each> [<a provider whose events are at /events>]
 */
const [deliveries = "0", items = "0", name = ""] = process.argv.slice(2);
const provider: Provider | undefined = providers[name];
const read = (body: Uint8Array<ArrayBuffer>) =>
  provider === undefined
    ? itemsAt(body, "/events")
    : eventFields(provider, readDelivery({ method: "POST", url: "", headers: new Headers(), body }));

const held: Iterator<unknown>[] = [];
for (let count = 0; count < Number(deliveries); count++) {
  const events = Array.from({ length: Number(items) }, () => ({}));
  const iterator = read(new TextEncoder().encode(JSON.stringify({ events })))?.[Symbol.iterator]();
  if (iterator?.next().done === false) held.push(iterator);
}
// Each goes on behind the others.
console.log(held.filter((iterator) => iterator.next().done === false).length);
