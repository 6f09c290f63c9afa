import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { sign } from "../../lambdas/core/verify/sign.ts";
import { lemonsqueezy, whatalo, whataloTimestamped } from "../../lambdas/providers/mod.ts";
import { now } from "../contract/provider-variants.ts";
import { receiverOf } from "./deliver.ts";

const secret = "a1".repeat(32);

/** The Lambda around one source, its provider's deliveries as they are before they are signed. */
function senderTo(provider: typeof whatalo) {
  const { queue, deliver } = receiverOf(provider, { secrets: [secret] });
  return {
    queue,
    async post(json: object, headers: Readonly<Record<string, string>>) {
      const body = new TextEncoder().encode(JSON.stringify(json));
      const url = `https://hooks.example/${provider.name}`;
      const unsigned = { method: "POST", url, headers: new Headers(headers), body };
      const { statusCode, body: answered = "" } = await deliver(await sign(unsigned, { provider, secret, now }));
      return [statusCode, JSON.parse(answered).outcome];
    },
  };
}

/** As version 1.5.0 of the SDK documents it: the type is in a header alone. */
const order = {
  ...{ delivery_id: "dlv_1", event_id: "ord_1", occurred_at: "2026-01-05T10:00:00Z" },
  order: { id: "ord_1", status: "pending" },
  store: { id: "sto_1", timezone: "America/Santo_Domingo" },
};
const sent = { "x-webhook-id": "dlv_1", "x-webhook-event": "order.created" };

for (const provider of [whatalo, whataloTimestamped]) {
  describe(`a delivery of ${provider.name} whose body does not say its type`, () => {
    it("is an event with the header's type, which is marked, and the signed id and store", async () => {
      const { post, queue } = senderTo(provider);
      assert.deepEqual(await post(order, sent), [200, "accepted"]);
      const [{ event } = assert.fail()] = queue.sent;
      const { id, type, tenant, unsigned } = event;
      assert.deepEqual({ id, type, tenant, unsigned }, { ...read, tenant: "sto_1", unsigned: ["type"] });
    });

    it("is one event however often it comes, under whatever type, and another with another body", async () => {
      const { post, queue } = senderTo(provider);
      assert.deepEqual(await post(order, sent), [200, "accepted"]);
      assert.deepEqual(await post(order, sent), [200, "duplicate"]);
      assert.deepEqual(await post(order, { ...sent, "x-webhook-event": "order.updated" }), [200, "duplicate"]);
      assert.deepEqual(await post({ ...order, order: {} }, sent), [200, "accepted"]);
      const next = { ...order, delivery_id: "dlv_2" };
      assert.deepEqual(await post(next, { ...sent, "x-webhook-id": "dlv_2" }), [200, "accepted"]);
      assert.equal(queue.sent.length, 3);
    });

    it("is refused where its header contradicts the id that the body does say", async () => {
      const { post, queue } = senderTo(provider);
      assert.deepEqual(await post(order, { ...sent, "x-webhook-id": "dlv_2" }), [401, undefined]);
      assert.deepEqual(queue.sent, []);
    });

    it("has the header's id, too, where the body has none", async () => {
      const { post, queue } = senderTo(provider);
      const { delivery_id: _, ...silent } = order;
      assert.deepEqual(await post(silent, sent), [200, "accepted"]);
      assert.deepEqual(await post(silent, sent), [200, "duplicate"]);
      assert.deepEqual(await post({ ...silent, order: {} }, sent), [200, "accepted"]);
      const [{ event } = assert.fail()] = queue.sent;
      const { id, type, unsigned } = event;
      assert.deepEqual({ id, type, unsigned }, { ...read, unsigned: ["id", "type"] });
    });
  });
}

const read = { id: "dlv_1", type: "order.created" };

describe("a delivery of lemonsqueezy whose body does not say its type", () => {
  it("is an event with the header's type, which is marked", async () => {
    const { post, queue } = senderTo(lemonsqueezy);
    assert.deepEqual(await post({ data: { id: "1" } }, { "x-event-name": "order_created" }), [200, "accepted"]);
    const [{ event } = assert.fail()] = queue.sent;
    assert.deepEqual([event.type, event.unsigned], ["order_created", ["type"]]);
  });
});
