import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Attempt, createReceiver, type InlineReceiverOptions, processor } from "../../lambdas/core/mod.ts";
import { createHouse, githubDelivery } from "./deliveries.ts";
import { createInlineHouse } from "./inline-house.ts";
import { createMemoryProcessing } from "./memory.ts";

const { options } = createHouse();
const { sources, dedupe, queue } = options;
const processing = createMemoryProcessing();
const push = () => {};

describe("createReceiver", () => {
  const way = "Cannot create receiver: it takes either dedupe and queue, or handlers and processing, received";

  it("refuses what is neither the one way nor the other, or something of both", () => {
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

  it("takes each of the ways that are whole", () => {
    assert.equal(typeof createReceiver({ sources, dedupe, queue }), "function");
    assert.equal(typeof createReceiver({ sources, handlers: {}, onUnhandledEvent: push, processing }), "function");
    assert.equal(typeof createReceiver({ sources, handlers: { push }, processing }), "function");
  });

  it("refuses a handler that is none, and a type that holds a star within", () => {
    for (const handler of [undefined, null, "push", 1, {}, []]) {
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

type Push = { readonly ref: string };
type Payloads = { readonly push: Push; readonly "issues.opened": { readonly number: number } };

describe("a payload's type", () => {
  it("comes from a map of types, which no other types may be asked of", async () => {
    const seen: string[] = [];
    const { deliver } = createInlineHouse<Payloads>({
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
  });

  it("comes from what a handler says of itself, or from a processor", () => {
    const work = processor<Push>({ impact: "Deployments do not start" }, async ({ payload }) => void payload.ref);
    const said = async ({ payload }: Attempt<Push>) => payload.ref;
    const receiver = createReceiver({ sources, handlers: { push: work, "push.forced": said }, processing });
    assert.equal(typeof receiver, "function");
  });

  it("is unknown where nothing says it", () => {
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

  it("is of no receiver with queues: the compiler refuses a bit of both", () => {
    // @ts-expect-error: handlers beside queues
    assert.throws(() => createReceiver({ sources, dedupe, queue, handlers: { push } }), TypeError);
    // @ts-expect-error: handlers without a place for their records
    assert.throws(() => createReceiver({ sources, handlers: { push } }), TypeError);
    // @ts-expect-error: nothing to do
    assert.throws(() => createReceiver({ sources }), TypeError);
  });
});
