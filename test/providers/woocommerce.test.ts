import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { woocommerce } from "../../lambdas/providers/woocommerce.ts";
import { headersFor } from "./row-bodies.ts";
import { row } from "./rows/woocommerce.ts";
import { receiverOf, type Sent } from "./test-receiver.ts";

const ping: Sent = {
  body: "webhook_id=12",
  headers: { "content-type": "application/x-www-form-urlencoded", "user-agent": "WooCommerce/9.9.0 Hookshot" },
};
const send = (sent: Sent, secrets: readonly string[] = [row.secret]) => receiverOf(woocommerce, secrets)(sent);

describe("the ping of WooCommerce when a webhook is saved", () => {
  it("is answered with just 200, with a secret or before there is one, and touches nothing", async () => {
    for (const secrets of [[row.secret], []]) {
      const { status, body, asked } = await send(ping, secrets);
      assert.deepEqual([status, body, asked], [200, "", []]);
    }
    const charset = { "content-type": "Application/x-www-form-urlencoded; charset=UTF-8" };
    assert.equal((await send({ ...ping, headers: charset })).status, 200);
  });

  it("is recognised exactly: other bodies, other content types and other methods are refused", async () => {
    for (const body of [
      "webhook_id=",
      "webhook_id=1a",
      "webhook_id=12&topic=x",
      " webhook_id=12",
      "webhook_id=12\n",
      "",
    ]) {
      const { status, asked } = await send({ ...ping, body });
      assert.deepEqual([status, asked], [401, []], body);
    }
    for (const type of ["application/json", "", "text/plain; application/x-www-form-urlencoded"]) {
      assert.equal((await send({ ...ping, headers: { "content-type": type } })).status, 401, type);
    }
    assert.equal((await send({ ...ping, headers: {} })).status, 401);
    assert.equal((await send({ ...ping, body: `webhook_id=${"1".repeat(100)}` })).status, 401);
    assert.equal((await send({ ...ping, method: "GET" })).status, 405);
  });

  it("leaves events as they are: one order's two topics are two events, though their bytes are the same", async () => {
    const body = new TextEncoder().encode(row.body);
    const receiver = receiverOf(woocommerce, [row.secret]);
    const headers = headersFor(row, body);
    for (const [id, topic] of [
      ["5f1d7a", "order.updated"],
      ["91c0de", "order.created"],
    ] as const) {
      const given = { ...headers, "x-wc-webhook-delivery-id": id, "x-wc-webhook-topic": topic };
      const { status, body: answered } = await receiver({ body, headers: given });
      assert.deepEqual([status, JSON.parse(answered).outcome], [200, "accepted"]);
    }
    assert.equal(JSON.parse((await receiver({ body, headers })).body).outcome, "duplicate");
  });
});
