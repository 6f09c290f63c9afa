import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { queuesFor, type Route } from "../../../lambdas/core/events/event-routes.ts";
import { randomOf, seed } from "../../seed.ts";

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

describe("the queues of a type that is finer than what the provider calls one", () => {
  const route = (queue: string, ...types: readonly string[]): Route => ({ source: "pay", types, queue });
  const queues = (given: readonly Route[], type: string, coarse?: string) => queuesFor(given, "pay", type, coarse);

  it("are those of its own name, and those of the coarse type where no file names the finer one", () => {
    const given = [route("all", "payments"), route("ok", "payments.confirmed"), route("other")];
    assert.deepEqual(queues(given, "payments.confirmed", "payments"), ["ok"]);
    assert.deepEqual(queues(given, "payments.failed", "payments"), ["all"]);
    assert.deepEqual(queues(given, "payments", "payments"), ["all"]);
    assert.deepEqual(queues(given, "paymentsx.failed", "paymentsx"), ["other"]);
  });

  it("are those of a name between the two, at a dot", () => {
    const given = [
      route("all", "messages"),
      route("statuses", "messages.status"),
      route("read", "messages.status.read"),
    ];
    assert.deepEqual(queues(given, "messages.status.read", "messages"), ["read"]);
    assert.deepEqual(queues(given, "messages.status.sent", "messages"), ["statuses"]);
    assert.deepEqual(queues(given, "messages.statusx", "messages"), ["all"]);
    assert.deepEqual(queues(given, "messages.message.text", "messages"), ["all"]);
  });

  it("are those of every pattern that fits, beside the finest name", () => {
    const given = [route("all", "payments"), route("audit", "*"), route("p", "pay*"), route("c", "payments.c*")];
    assert.deepEqual(queues(given, "payments.failed", "payments"), ["all", "audit", "p"]);
    assert.deepEqual(queues(given, "payments.confirmed", "payments"), ["audit", "p", "c"]);
  });

  it("are not found by cutting a type that has no coarse one", () => {
    assert.deepEqual(queues([route("invoice", "invoice"), route("other")], "invoice.paid"), ["other"]);
  });

  it(`are, once a type has become finer, all that there were before (seed ${seed})`, () => {
    const random = randomOf(seed);
    const patterns = ["payments", "payment", "pay*", "payments*", "*", "mandates", "payments.x"];
    for (let trial = 0; trial < 2000; trial += 1) {
      const given = patterns.filter(() => random() < 0.4).map((pattern, index) => route(`q${index}`, pattern));
      if (random() < 0.5) given.push(route("other"));
      const before = queues(given, "payments");
      const after = queues(given, "payments.confirmed", "payments");
      assert.deepEqual(after, before, JSON.stringify(given));
    }
  });
});
