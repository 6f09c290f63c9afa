import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { eventsAt, type ItemPointers } from "../../../lambdas/core/events/batched-events.ts";

const pointers: ItemPointers = { id: "/id", type: "/kind", tenant: "/of/whom" };

function read(text: string, keeps?: "item" | "delivery") {
  const delivery = { method: "POST", url: "/acme", headers: new Headers(), body: new TextEncoder().encode(text) };
  return Array.from(eventsAt("/events", pointers, keeps)(delivery), ({ body, ...event }) => ({
    ...event,
    ...(body === undefined ? {} : { body: new TextDecoder().decode(body) }),
  }));
}

describe("the events of a batch", () => {
  it("are its items, each with its own bytes and what they say", () => {
    const first = '{"id":"1","kind":"a","of":{"whom":"t"}, "n":1.0}';
    const second = '{"id":2}';
    assert.deepEqual(read(`{"events":[${first} , ${second}]}`), [
      { id: "1", type: "a", tenant: "t", body: first },
      { id: "2", body: second },
    ]);
  });

  it("are the delivery with one item each, where the provider's description asks for it", () => {
    assert.deepEqual(read('{"at":1,"events":[{"id":"1"},{"id":"2"}]}', "delivery"), [
      { id: "1", body: '{"at":1,"events":[{"id":"1"}]}' },
      { id: "2", body: '{"at":1,"events":[{"id":"2"}]}' },
    ]);
  });

  it("are none in an empty array, and one with the whole body where there is no array", () => {
    assert.deepEqual(read('{"events":[]}'), []);
    for (const text of ['{"events":{}}', '{"events":null}', "{}", "[]", "null", "", "x"]) {
      assert.deepEqual(read(text), [{}], text);
    }
  });

  it("have only the fields that a pointer names", () => {
    const body = new TextEncoder().encode('[{"id":"1","kind":"a","of":{"whom":"t"}}]');
    const delivery = { method: "POST", url: "/acme", headers: new Headers(), body };
    const events = (of: ItemPointers) => Array.from(eventsAt("", of)(delivery), ({ body: _, ...event }) => event);
    assert.deepEqual(events({}), [{}]);
    assert.deepEqual(events({ id: "/id" }), [{ id: "1" }]);
    assert.deepEqual(events({ type: "/kind" }), [{ type: "a" }]);
    assert.deepEqual(events({ tenant: "/of/whom" }), [{ tenant: "t" }]);
  });

  it("have no fields where an item is not an object, or has a name only by inheritance", () => {
    const items = ["null", "1", '"x"', "[]", "{}", '{"__proto__":{"id":"1"},"constructor":{}}', '{"id":{},"kind":""}'];
    assert.deepEqual(
      read(`{"events":[${items.join()}]}`),
      items.map((body) => ({ body })),
    );
  });
});
