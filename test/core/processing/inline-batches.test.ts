import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { describe, it } from "node:test";
import { PermanentError, receive } from "../../../lambdas/core/mod.ts";
import { line } from "../../../lambdas/providers/line.ts";
import { secret } from "../deliveries.ts";
import { createMemoryProcessing } from "../memory.ts";
import { acmeDelivery, createInlineReceiver } from "./inline-receiver.ts";

const numbered = (count: number) => Array.from({ length: count }, (_, index) => ({ id: `${index}`, type: "paid" }));

describe("a delivery of several events", () => {
  it("is answered 200 only when all are done; a retry runs only the unfinished ones", async () => {
    const runs: string[] = [];
    let closed = true;
    const { deliver } = createInlineReceiver({
      handlers: {
        paid: ({ event }) => {
          runs.push(event.id);
          if (closed && event.id === "1") throw new Error("no");
        },
      },
    });
    const delivery = acmeDelivery(...numbered(3), { id: "other", type: "refunded" });
    const failed = await deliver(delivery);
    assert.equal(failed.status, 500);
    assert.deepEqual(runs.splice(0), ["0", "1", "2"]);
    closed = false;
    const { status, body } = await deliver(delivery);
    assert.deepEqual(runs, ["1"]);
    assert.equal(status, 200);
    assert.deepEqual(body, { received: true, outcome: "accepted", ids: ["0", "1", "2", "other"] });
    assert.deepEqual((await deliver(delivery)).body, { ...(body as object), outcome: "duplicate" });
    assert.deepEqual(runs, ["1"]);
  });

  it("runs an event once that stands in it twice", async () => {
    const runs: string[] = [];
    const { deliver } = createInlineReceiver({ handlers: { paid: ({ event }) => void runs.push(event.id) } });
    assert.equal((await deliver(acmeDelivery(...numbered(2), ...numbered(2)))).status, 200);
    assert.deepEqual(runs, ["0", "1"]);
  });

  it("runs an event whose equal before it in the delivery is unwanted", async () => {
    const runs: (string | undefined)[] = [];
    const item = (kind: string) => `{"webhookEventId":"1","type":"message","message":{"type":"${kind}"}}`;
    const body = new TextEncoder().encode(`{"events":[${item("text")},${item("image")},${item("image")}]}`);
    const headers = new Headers({ "x-line-signature": createHmac("sha256", secret).update(body).digest("base64") });
    const delivery = { method: "POST", url: "https://hooks.example/line", headers, body };
    const outcome = await receive(delivery, {
      sources: { line: { provider: line, secrets: async () => [secret] } },
      handlers: { "message.image": ({ event }) => void runs.push(event.type) },
      processing: createMemoryProcessing(),
    });
    assert.equal(outcome.kind, "accepted");
    assert.deepEqual(runs, ["message.image"]);
  });

  it("runs ten of them at a time", async () => {
    let [running, most] = [0, 0];
    const { deliver } = createInlineReceiver({
      handlers: {
        async paid() {
          running += 1;
          most = Math.max(most, running);
          await new Promise((resolve) => setImmediate(resolve));
          running -= 1;
        },
      },
    });
    assert.equal((await deliver(acmeDelivery(...numbered(25)))).status, 200);
    assert.equal(most, 10);
  });

  it("answers by the worst: a failed event, then one that could not be claimed, then one still running", async () => {
    const [begun, held] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const receiver = createInlineReceiver({
      handlers: {
        failing: () => Promise.reject(new Error("no")),
        slow: () => {
          begun.resolve();
          return held.promise;
        },
        dead: () => Promise.reject(new PermanentError("never")),
        paid: () => {},
      },
    });
    const { deliver, store } = receiver;
    const slow = { id: "slow", type: "slow" };
    const first = deliver(acmeDelivery(slow));
    await begun.promise;
    const [paid, failing, dead] = ["paid", "failing", "dead"].map((type) => ({ id: type, type }));
    assert.ok(paid && failing && dead);
    assert.equal((await deliver(acmeDelivery(paid, slow))).status, 503);
    store.fail("claim", "before", 1);
    const unclaimed = await deliver(acmeDelivery({ id: "new", type: "paid" }, slow));
    assert.equal((unclaimed.body as { readonly error: string }).error, "internal");
    assert.equal((await deliver(acmeDelivery(slow, failing, dead))).status, 500);
    held.resolve();
    await first;
    const through = await deliver(acmeDelivery(slow, paid, { id: "last", type: "paid" }, dead));
    assert.equal((through.body as { readonly outcome: string }).outcome, "dead");
  });
});
