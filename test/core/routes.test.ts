import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { queuesFor, type Route } from "../../lambdas/core/routes.ts";

const routes: readonly Route[] = [
  { source: "acme", types: ["order.created"], queue: "created" },
  { source: "acme", types: ["order.*"], queue: "orders" },
  { source: "acme", types: ["refund", "charge:failed"], queue: "money" },
  { source: "acme", types: [], queue: "other" },
  { source: "shop", types: ["*"], queue: "shop" },
];

describe("the queues of an event", () => {
  const cases: readonly (readonly [
    what: string,
    source: string,
    type: string | undefined,
    queues: readonly string[],
  ])[] = [
    ["are all that match its type or its prefix", "acme", "order.created", ["created", "orders"]],
    ["are those of a prefix alone", "acme", "order.paid", ["orders"]],
    ["may be named by any of several types", "acme", "charge:failed", ["money"]],
    ["are those of _other when no route matches", "acme", "customer.created", ["other"]],
    ["are those of _other when it has no type", "acme", undefined, ["other"]],
    ["are told apart by case", "acme", "Refund", ["other"]],
    ["are not matched by the part of a name", "acme", "refund.created", ["other"]],
    ["are none of another source", "shop", "refund", ["shop"]],
    ["are none where a lone star is given an event without a type", "shop", undefined, []],
    ["are none for a source without routes", "github", "push", []],
    ["are not found by the names of a prototype", "constructor", "toString", []],
  ];
  for (const [what, source, type, queues] of cases) {
    it(what, () => assert.deepEqual(queuesFor(routes, source, type), queues));
  }
});
