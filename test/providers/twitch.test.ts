import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { twitch } from "../../lambdas/providers/twitch.ts";
import { now } from "../contract/provider-variants.ts";
import { createEndpoint, edges, type Sent } from "./handshakes.ts";
import { hmac } from "./row-schemes.ts";

const secret = "s3cre77890ab";
const challenge = "pogchamp-kappa-360noscope-vohiyo";
const subscription = '{"id":"f1c2a387","type":"channel.follow","status":"enabled"}';
const time = now.toISOString();

function delivery(kind: string, body: string, key = secret, id = "e76c6bd4"): Sent {
  return {
    headers: {
      "content-type": "application/json",
      "twitch-eventsub-message-id": id,
      "twitch-eventsub-message-timestamp": time,
      "twitch-eventsub-message-type": kind,
      "twitch-eventsub-message-signature": `sha256=${hmac(key, "hex", id, time, body)}`,
      "twitch-eventsub-subscription-type": "channel.follow",
    },
    body,
  };
}

const asked = `{"challenge":"${challenge}","subscription":${subscription.replace("enabled", "webhook_callback_verification_pending")}}`;

for (const [edge, toEvent] of Object.entries(edges)) {
  describe(`Twitch's challenge by ${edge}`, () => {
    it("is answered as text, and put on no queue", async () => {
      const received = await createEndpoint(twitch, [secret])(
        delivery("webhook_callback_verification", asked),
        toEvent,
      );
      const { status, contentType, body, touched } = received;
      assert.deepEqual([status, contentType, body, touched], [200, "text/plain", challenge, 0]);
    });

    it("is refused under a wrong signature, another id or none", async () => {
      const send = createEndpoint(twitch, [secret]);
      const right = delivery("webhook_callback_verification", asked);
      const moved = { ...right, headers: { ...right.headers, "twitch-eventsub-message-id": "e76c6bd5" } };
      for (const sent of [delivery("webhook_callback_verification", asked, "another"), moved, { body: asked }]) {
        const { status, body, touched } = await send(sent, toEvent);
        assert.deepEqual([status, touched], [401, 0]);
        assert.ok(!body.includes(challenge));
      }
    });

    it("is not made of an event by the header with its kind, which is not signed", async () => {
      const send = createEndpoint(twitch, [secret]);
      const event = `{"subscription":${subscription},"event":{"user_id":"1","challenge":"x"},"challenge":"x"}`;
      const { status, queued } = await send(delivery("webhook_callback_verification", event), toEvent);
      assert.deepEqual([status, queued.map(({ id, type }) => [id, type])], [200, [["e76c6bd4", "channel.follow"]]]);
    });

    it("is not a revocation, which is an event with its status in the payload", async () => {
      const body = `{"subscription":${subscription.replace("enabled", "authorization_revoked")}}`;
      const { status, queued } = await createEndpoint(twitch, [secret])(delivery("revocation", body), toEvent);
      assert.equal(status, 200);
      assert.deepEqual(
        queued.map(({ id, type }) => [id, type]),
        [["e76c6bd4", "channel.follow"]],
      );
    });
  });
}
