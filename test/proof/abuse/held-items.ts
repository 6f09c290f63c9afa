import process from "node:process";
import { itemsAt } from "../../../lambdas/core/events/json-items.ts";

/**
 * Reads one item each of so many deliveries, and goes on with none of them yet, as while their events are claimed. Prints how many
 * it holds.
 *
 *     held-items.ts <deliveries> <items of each>
 */
const [deliveries = "0", items = "0"] = process.argv.slice(2);
const held: Iterator<unknown>[] = [];
for (let count = 0; count < Number(deliveries); count++) {
  const body = new TextEncoder().encode(JSON.stringify(Array.from({ length: Number(items) }, () => ({}))));
  const iterator = itemsAt(body, "")?.[Symbol.iterator]();
  if (iterator?.next().done === false) held.push(iterator);
}
// Each goes on behind the others.
console.log(held.filter((iterator) => iterator.next().done === false).length);
