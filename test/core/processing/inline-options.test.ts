import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  type Attempt,
  createReceiver,
  type Handlers,
  type InlineReceiverOptions,
  processor,
} from "../../../lambdas/core/mod.ts";
import { createTestReceiver, githubDelivery } from "../deliveries.ts";
import { createMemoryProcessing } from "../memory.ts";
import { acme, acmeDelivery, createInlineReceiver } from "./inline-receiver.ts";

const { options } = createTestReceiver();
const { sources, dedupe, queue } = options;
const processing = createMemoryProcessing();
const push = () => {};

describe("createReceiver", () => {
  const way = "Cannot create receiver: it takes either dedupe and queue, or handlers and processing, received";

  it("refuses options of neither way, and options of both ways", () => {
    for (const [given, received] of [
      [{}, "neither"],
      [{ dedupe }, "dedupe"],
      [{ queue }, "queue"],
      [{ handlers: { push } }, "handlers"],
      [{ processing }, "processing"],
      [{ onUnhandledEvent: push, processing }, "onUnhandledEvent, processing"],
      [{ handlers: { push }, onUnhandledEvent: push }, "handlers, onUnhandledEvent"],
      [{ dedupe, queue, processing }, "dedupe, queue, processing"],
      [{ dedupe, queue, handlers: { push } }, "dedupe, queue, handlers"],
      [{ dedupe, handlers: { push }, processing }, "dedupe, handlers, processing"],
    ] as const) {
      const create = () => createReceiver({ sources, ...given } as unknown as InlineReceiverOptions);
      assert.throws(create, { name: "TypeError", message: `${way} ${received}` });
    }
  });

  it("takes the complete options of each way", () => {
    assert.equal(typeof createReceiver({ sources, dedupe, queue }), "function");
    assert.equal(typeof createReceiver({ sources, handlers: {}, onUnhandledEvent: push, processing }), "function");
    assert.equal(typeof createReceiver({ sources, handlers: { push }, processing }), "function");
  });

  it("refuses a handler that is not a function, and a type with a star inside", () => {
    for (const handler of [undefined, null, "push", 1, [], { options: { impact: "x" }, run() {} }]) {
      const handlers = { push: handler } as unknown as InlineReceiverOptions["handlers"];
      const message = `Cannot create receiver: the handler of "push" must be a function or a processor, received ${handler === null ? "null" : typeof handler}`;
      assert.throws(() => createReceiver({ sources, handlers, processing }), { name: "TypeError", message });
    }
    for (const type of ["", "a*b", "**"]) {
      assert.throws(() => createReceiver({ sources, handlers: { [type]: push }, processing }), {
        name: "TypeError",
        message: `Cannot create receiver: a type may end in "*" but not hold it elsewhere, received "${type}"`,
      });
    }
    const onUnhandledEvent = "push" as unknown as () => void;
    assert.throws(() => createReceiver({ sources, handlers: { push }, onUnhandledEvent, processing }), TypeError);
  });
});

describe("a source that a handler names", () => {
  const named = (name: string) => ({ [name]: { provider: sources.github.provider, secrets: async () => [] } });
  const create = (handlers: object, of: object = { ...named("github"), ...named("stripe-eu"), ...named("shop") }) =>
    createReceiver({ sources: of, processing, handlers } as InlineReceiverOptions);
  const told = (received: string, near: string) =>
    new RegExp(
      `^Cannot create receiver: .*"${received}".* is none; did you mean ${near}\\? The sources are github, stripe-eu, shop`,
    );

  it("is refused where it is misspelt, naming the received, the nearest and all existing names", () => {
    for (const [key, near] of [
      ["gihtub/push", "github"],
      ["githb/push", "github"],
      ["gitthub/push", "github"],
      ["gtihbu/push", "github"],
      ["GitHub/push", "github"],
      ["git-hub/*", "github"],
      ["stripe_eu/invoice.paid", "stripe-eu"],
      ["stripe-ue/invoice.paid", "stripe-eu"],
      ["shp/orders/create", "shop"],
      ["/github/push", "github"],
      ["//github/push", "github"],
    ] as const) {
      const received = key.split("/").find((part) => part !== "") ?? "";
      const error = { name: "TypeError", message: told(received, near) };
      assert.throws(() => create({ [key]: push }), error, key);
      assert.throws(() => create({ push, [key]: push }), error, key);
    }
  });

  it("is refused where it is the provider of sources under other names", () => {
    const other = { provider: acme, secrets: async () => [] };
    const of = { ...named("code-eu"), ...named("code-us"), other };
    const message = /"github" is none; did you mean code-[eu][us]\? The sources are code-eu, code-us, other/;
    assert.throws(() => create({ "github/push": push }, of), { name: "TypeError", message });
  });

  it("is not looked for in a type that holds a slash", () => {
    for (const type of ["orders/create", "customers/update", "app/uninstalled", "a/b/c", "refunds/*", "sh/x", "s/x"]) {
      assert.equal(typeof create({ [type]: push }), "function", type);
    }
  });

  it("takes a type of such a spelling behind its own name, flat or nested", () => {
    assert.equal(typeof create({ "shop/gihtub/push": push }), "function");
    assert.equal(typeof create({ shop: { "gihtub/push": push } }), "function");
  });

  it("is refused where it holds handlers and is not a source", () => {
    assert.throws(() => create({ gihtub: { push } }), { name: "TypeError", message: told("gihtub", "github") });
    assert.throws(() => create({ push: {} }), {
      name: "TypeError",
      message: /"push" has handlers in it, and "push" is none/,
    });
    assert.throws(() => create({ constructor: { push } }), TypeError);
    assert.throws(() => create({ a: { push } }, {}), { name: "TypeError", message: /there are none$/ });
  });

  it("holds handlers that are functions, each for another type", () => {
    for (const handler of [undefined, null, "push", {}, { push }, [], { options: { impact: "x" }, run() {} }]) {
      const message = /^Cannot create receiver: the handler of "github\/push" must be a function or a processor/;
      assert.throws(() => create({ github: { push: handler } }), { name: "TypeError", message });
    }
    for (const type of ["", "a*b"]) assert.throws(() => create({ github: { [type]: push } }), TypeError, type);
    assert.throws(() => create({ "github/": push }), { name: "TypeError", message: /received "github\/"$/ });
    const twice = { name: "TypeError", message: /"github\/push" has two handlers/ };
    assert.throws(() => create({ github: { push }, "github/push": push }), twice);
    assert.throws(() => create({ "github/push": push, github: { push } }), twice);
  });
});

describe("nested handlers", () => {
  it("run for their source alone, instead of a handler for all", async () => {
    const seen: string[] = [];
    const { deliver } = createInlineReceiver({
      handlers: {
        push: () => seen.push("any"),
        github: { push: () => seen.push("github"), "pull*": () => seen.push("pulls") },
        acme: { other: () => seen.push("other") },
      },
    });
    await deliver(githubDelivery());
    await deliver(githubDelivery({ type: "pull_request", id: "2" }));
    await deliver(acmeDelivery({ id: "3", type: "push" }));
    assert.deepEqual(seen, ["github", "pulls", "any"]);
  });

  it("are told from a handler of the same name by their kind", async () => {
    const seen: string[] = [];
    const work = processor({ impact: "Nothing happens" }, async () => void seen.push("processor"));
    const { deliver } = createInlineReceiver({
      handlers: { github: work, acme: { github: () => seen.push("nested") } },
    });
    await deliver(acmeDelivery({ id: "1", type: "github" }));
    await deliver(githubDelivery({ type: "github" }));
    assert.deepEqual(seen, ["nested", "processor"]);
  });

  it("have the same records as flat ones: one may be written as the other between two deliveries", async () => {
    const seen: string[] = [];
    const first = createInlineReceiver({ handlers: { "github/push": () => seen.push("flat") } });
    await first.deliver(githubDelivery());
    const { deliver } = createInlineReceiver({
      handlers: { github: { push: () => seen.push("nested") } },
      processing: first.store,
    });
    assert.match(JSON.stringify((await deliver(githubDelivery())).body), /duplicate/);
    assert.deepEqual(seen, ["flat"]);
  });

  it("have payload types of a map that is nested the same way, or of their own annotations", () => {
    type Nested = { readonly github: { readonly push: Push }; readonly "issues.opened": { readonly number: number } };
    const nested: Handlers<Nested> = {
      github: {
        push: ({ payload }) => {
          // @ts-expect-error: a push has no number
          payload.number;
          return payload.ref;
        },
      },
      "issues.opened": ({ payload }) => payload.number,
    };
    assert.equal(typeof createReceiver<Nested>({ sources, processing, handlers: nested }), "function");
    // @ts-expect-error: there is no such type in the map
    createReceiver<Nested>({ sources, processing, handlers: { github: { pull: () => {} } } });
    const work = processor<Push>({ impact: "Deployments do not start" }, async ({ payload }) => void payload.ref);
    const said = async ({ payload }: Attempt<Push>) => payload.ref;
    createReceiver({ sources, processing, handlers: { github: { push: work, "push.forced": said } } });
    // @ts-expect-error: a number is no handler, and holds none
    assert.throws(() => createReceiver({ sources, processing, handlers: { github: 1 } }), TypeError);
    // @ts-expect-error: nor does a text, where a map says what there is
    const wrong: Handlers<Nested> = { github: { push: "x" } };
    assert.throws(() => createReceiver<Nested>({ sources, processing, handlers: wrong }), TypeError);
    createReceiver({
      sources,
      processing,
      handlers: {
        github: {
          push: ({ payload, event }) => {
            // @ts-expect-error: it could be anything
            payload.ref;
            return event.id;
          },
        },
      },
    });
  });
});

type Push = { readonly ref: string };
type Payloads = { readonly push: Push; readonly "issues.opened": { readonly number: number } };

describe("a payload's type", () => {
  it("comes from a map of types, which no other types may be asked of", async () => {
    const seen: string[] = [];
    const { deliver } = createInlineReceiver<Payloads>({
      handlers: {
        push: ({ payload }) => {
          // @ts-expect-error: a push has no number
          payload.number;
          seen.push(payload.ref);
        },
      },
    });
    await deliver(githubDelivery());
    assert.deepEqual(seen, ["refs/heads/main"]);
    // @ts-expect-error: there is no such type in the map
    createReceiver<Payloads>({ sources, handlers: { pull: () => {} }, processing });
    // @ts-expect-error: the handler wants another payload
    createReceiver<Payloads>({ sources, handlers: { push: (_: Attempt<{ readonly a: 1 }>) => {} }, processing });
    const other = processor<{ readonly a: 1 }>({ impact: "None" }, async () => {});
    // @ts-expect-error: so does the processor
    createReceiver<Payloads>({ sources, handlers: { push: other }, processing });
  });

  it("comes from a handler's annotation, or from a processor", () => {
    const work = processor<Push>({ impact: "Deployments do not start" }, async ({ payload }) => void payload.ref);
    const said = async ({ payload }: Attempt<Push>) => payload.ref;
    const receiver = createReceiver({ sources, handlers: { push: work, "push.forced": said }, processing });
    assert.equal(typeof receiver, "function");
  });

  it("is unknown where nothing declares it", () => {
    createReceiver({
      sources,
      processing,
      handlers: {
        push: ({ payload, event, attempt }) => {
          // @ts-expect-error: it could be anything
          payload.ref;
          return [event.id, attempt.toFixed()];
        },
      },
      // @ts-expect-error: it could be anything
      onUnhandledEvent: ({ payload }) => payload.ref,
    });
  });

  it("cannot be given to a receiver with queues: the compiler refuses a mixture", () => {
    // @ts-expect-error: handlers beside queues
    assert.throws(() => createReceiver({ sources, dedupe, queue, handlers: { push } }), TypeError);
    // @ts-expect-error: handlers without a place for their records
    assert.throws(() => createReceiver({ sources, handlers: { push } }), TypeError);
    // @ts-expect-error: nothing to do
    assert.throws(() => createReceiver({ sources }), TypeError);
  });
});
