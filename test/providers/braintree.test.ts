import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createHash, createHmac } from "node:crypto";
import { describe, it } from "node:test";
import { readDelivery } from "../../lambdas/core/events/read-delivery.ts";
import { braintree } from "../../lambdas/providers/mod.ts";
import { receiverOf } from "./deliver.ts";
import { utf8 } from "./row-keys.ts";

const key = createHash("sha1").update("private1").digest();
const hmac = (text: string) => createHmac("sha1", key).update(text).digest("hex");
const challenge = "20f9f8ed05f77439fe955c977e4c8a53";
const get = (query: string) => ({ method: "GET", url: `https://hooks.example/braintree${query}` });
const post = (payload: string) => ({
  body: utf8.encode(new URLSearchParams({ bt_payload: payload, bt_signature: `public1|${hmac(payload)}` }).toString()),
});

describe("the challenge of Braintree", () => {
  it("is answered with the first secret that is one, and not enqueued", async () => {
    const { deliver, queue } = receiverOf(braintree, { secrets: ["", "none", "public1|private1", "public2|private2"] });
    const { statusCode, body, headers } = await deliver(get(`?bt_challenge=${challenge}`));
    assert.deepEqual([statusCode, body], [200, `public1|${hmac(challenge)}`]);
    assert.equal(headers?.["content-type"], "text/plain");
    assert.equal(queue.sent.length, 0);
  });

  it("is answered only in its exact format, since otherwise any text could be signed on request", async () => {
    const { deliver } = receiverOf(braintree, { secrets: ["public1|private1"] });
    const odd = ["", "?bt_challenge=", `?bt_challenge=${challenge}0`, `?bt_challenge=${challenge.toUpperCase()}`];
    const odder = ["?bt_challenge=0123456789abcdef012", "?bt_challenge=PG5vdGlmaWNhdGlvbj4", `?challenge=${challenge}`];
    for (const query of [...odd, ...odder]) assert.equal((await deliver(get(query))).statusCode, 405, query);
    const { deliver: unset } = receiverOf(braintree, { secrets: [""] });
    assert.equal((await unset(get(`?bt_challenge=${challenge}`))).statusCode, 405);
  });

  it("is no payload, though it is signed by the same key", async () => {
    const { deliver, queue } = receiverOf(braintree, { secrets: ["public1|private1"] });
    for (const payload of [challenge, `${challenge}\n`, ` ${challenge}`]) {
      assert.equal((await deliver(post(payload))).statusCode, 401);
    }
    assert.equal(queue.sent.length, 0);
    const xml = Buffer.from("<notification>\n<kind>check</kind></notification>").toString("base64");
    assert.equal((await deliver(post(xml))).statusCode, 200);
    assert.equal(queue.sent[0]?.event.type, "check");
  });
});

describe("the kind in the XML of Braintree", () => {
  const typeOf = (xml: string) => {
    assert.ok(typeof braintree.events === "function");
    const payload = Buffer.from(xml).toString("base64");
    const delivery = { method: "POST", url: "", headers: new Headers(), ...post(payload) };
    const [event] = braintree.events(readDelivery(delivery));
    return event?.type;
  };

  it("is the notification's own", () => {
    const kind = "<kind>refund_failed</kind>";
    const time = '<timestamp type="datetime">2026-01-05T10:00:00Z</timestamp>';
    assert.equal(typeOf(`<notification>${kind}</notification>`), "refund_failed");
    assert.equal(typeOf(`<?xml version="1.0"?>\n<notification>\n ${time}\n ${kind}\n<subject/>`), "refund_failed");
    assert.equal(typeOf(`<notification>${time}${kind}${"x".repeat(100_000)}`), "refund_failed");
    const others = [
      "",
      "kind",
      kind,
      `<notification><subject>${kind}</subject></notification>`,
      `<notification><!-- -->${kind}</notification>`,
      "<notification><kind><![CDATA[a]]></kind>",
      `<notification>${"<timestamp>".repeat(1000)}`,
      `<notification>${" ".repeat(100_000)}`,
      `<notification>${`${time} `.repeat(1000)}`,
    ];
    for (const xml of others) assert.equal(typeOf(xml), undefined, xml.slice(0, 80));
  });
});
