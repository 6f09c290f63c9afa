import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { shopify } from "../../lambdas/providers/shopify.ts";
import { createEndpoint } from "./handshakes.ts";
import { hmac } from "./row-schemes.ts";

const secret = "shpss_0123456789abcdef";
const body = '{"id":820982911946154508,"total_price":"398.00"}';

function delivery(topic: string, webhookId: string) {
  return {
    headers: {
      "x-shopify-event-id": "98880550-7158-44d4-b7cd-2c97c8a091b5",
      "x-shopify-hmac-sha256": hmac(secret, "base64", body),
      "x-shopify-topic": topic,
      "x-shopify-webhook-id": webhookId,
    },
    body,
  };
}

describe("an event of Shopify", () => {
  it("under several topics, with the same bytes, is an event of each", async () => {
    const send = createEndpoint(shopify, [secret]);
    for (const [topic, id] of [["orders/create", "w-1"] as const, ["orders/paid", "w-2"] as const]) {
      const { status, queued } = await send(delivery(topic, id));
      assert.deepEqual([status, queued.map((event) => [event.type, event.id])], [200, [[topic, id]]]);
    }
    assert.equal((await send(delivery("orders/create", "w-1"))).queued.length, 0);
  });
});
