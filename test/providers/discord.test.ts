import assert from "node:assert/strict";
import { generateKeyPairSync, sign } from "node:crypto";
import { describe, it } from "node:test";
import { discord } from "../../lambdas/providers/discord.ts";
import { seconds } from "../contract/provider-variants.ts";
import { createEndpoint, edges, type Sent } from "./handshakes.ts";

const { publicKey, privateKey } = generateKeyPairSync("ed25519");
const stranger = generateKeyPairSync("ed25519");
const secret = publicKey.export({ format: "der", type: "spki" }).subarray(-32).toString("hex");

function delivery(body: string, key = privateKey, time = `${seconds}`): Sent {
  const signature = sign(null, new TextEncoder().encode(time + body), key).toString("hex");
  return {
    headers: {
      "content-type": "application/json",
      "x-signature-ed25519": signature,
      "x-signature-timestamp": time,
    },
    body,
  };
}

const eventsPing = '{"version":1,"application_id":"1234560123453231555","type":0}';
const interactionsPing = '{"app_permissions":"0","application_id":"1234560123453231555","id":"1","token":"t","type":1}';

for (const [edge, toEvent] of Object.entries(edges)) {
  describe(`Discord's PING by ${edge}`, () => {
    it("of webhook events is answered 204 without a body, and put on no queue", async () => {
      const { status, body, touched } = await createEndpoint(discord, [secret])(delivery(eventsPing), toEvent);
      assert.deepEqual([status, body, touched], [204, "", 0]);
    });

    it("of interactions is answered with type 1, and put on no queue", async () => {
      const received = await createEndpoint(discord, [secret])(delivery(interactionsPing), toEvent);
      const { status, contentType, body, touched } = received;
      assert.deepEqual([status, contentType, body, touched], [200, "application/json", '{"type":1}', 0]);
    });

    it("is refused with 401 under the wrong signature that Discord sends on purpose, and under none", async () => {
      const send = createEndpoint(discord, [secret]);
      for (const ping of [eventsPing, interactionsPing]) {
        const right = delivery(ping);
        const moved = { ...right.headers, "x-signature-timestamp": `${seconds + 1}` };
        for (const sent of [delivery(ping, stranger.privateKey), { ...right, headers: moved }, { body: ping }]) {
          const { status, touched } = await send(sent, toEvent);
          assert.deepEqual([status, touched], [401, 0]);
        }
      }
    });

    it("is not an event, which also has type 1 and is answered 204", async () => {
      const send = createEndpoint(discord, [secret]);
      const event =
        '{"version":1,"type":1,"event":{"type":"APPLICATION_AUTHORIZED","timestamp":"2026-01-05T10:00:00"}}';
      const { status, body, queued } = await send(delivery(event), toEvent);
      assert.deepEqual([status, body, queued.map(({ type }) => type)], [204, "", ["APPLICATION_AUTHORIZED"]]);
    });

    it("is not recognised in another type or without JSON, which is taken as an event", async () => {
      const send = createEndpoint(discord, [secret]);
      for (const body of ['{"type":2,"id":"1"}', '{"type":"0"}', "0", "null", "[0]", "not JSON"]) {
        const { status, queued } = await send(delivery(body), toEvent);
        assert.deepEqual([status, queued.length], [204, 1], body);
      }
    });
  });
}

describe("an event of Discord", () => {
  it("that is retried for 10 minutes, under its first signature, is a duplicate", async () => {
    const send = createEndpoint(discord, [secret]);
    const event = '{"version":1,"type":1,"event":{"type":"ENTITLEMENT_CREATE","timestamp":"2026-01-05T09:50:00"}}';
    const first = delivery(event, privateKey, `${seconds - 600}`);
    assert.equal((await send(first)).queued.length, 1);
    const again = await send(first);
    assert.deepEqual([again.status, again.queued.length], [204, 0]);
  });
});
