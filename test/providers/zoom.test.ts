import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { zoom } from "../../lambdas/providers/zoom.ts";
import { seconds } from "../contract/provider-variants.ts";
import { createEndpoint, edges, type Sent } from "./handshakes.ts";
import { hmac } from "./row-schemes.ts";

const secret = "zoom-secret-token";
const plainToken = "qgg8vlvZRS6UYooatFL8Aw";
const validation = `{"payload":{"plainToken":"${plainToken}"},"event_ts":1767607200000,"event":"endpoint.url_validation"}`;

function delivery(body: string, key = secret, time = `${seconds}`): Sent {
  return {
    headers: {
      "content-type": "application/json",
      "x-zm-request-timestamp": time,
      "x-zm-signature": `v0=${hmac(key, "hex", `v0:${time}:${body}`)}`,
    },
    body,
  };
}

for (const [edge, toEvent] of Object.entries(edges)) {
  describe(`Zoom's endpoint.url_validation by ${edge}`, () => {
    it("is answered with the token and its HMAC in hex, and put on no queue", async () => {
      const received = await createEndpoint(zoom, [secret])(delivery(validation), toEvent);
      const { status, contentType, body, touched } = received;
      assert.deepEqual([status, contentType, touched], [200, "application/json", 0]);
      assert.deepEqual(JSON.parse(body), { plainToken, encryptedToken: hmac(secret, "hex", plainToken) });
    });

    it("is answered by the secret that signed it, of all that are set", async () => {
      for (const secrets of [
        ["", secret, "another"],
        ["another", secret],
        ["changeme", "", secret],
      ]) {
        const { body } = await createEndpoint(zoom, secrets)(delivery(validation), toEvent);
        assert.equal(JSON.parse(body).encryptedToken, hmac(secret, "hex", plainToken));
      }
    });

    it("is refused under a wrong signature or none, and tells no HMAC", async () => {
      const send = createEndpoint(zoom, [secret]);
      for (const sent of [delivery(validation, "another"), { body: validation }]) {
        const { status, body, touched } = await send(sent, toEvent);
        assert.deepEqual([status, touched], [401, 0]);
        assert.ok(!body.includes("encryptedToken"));
      }
      assert.equal((await createEndpoint(zoom, [""])(delivery(validation), toEvent)).status, 503);
    });

    it("is not recognised without a token or under another name, which is an event", async () => {
      const send = createEndpoint(zoom, [secret]);
      const bodies = [
        '{"event":"meeting.started","payload":{"account_id":"A1","plainToken":"x"}}',
        '{"event":"endpoint.url_validation","payload":{"plainToken":7}}',
        '{"event":"endpoint.url_validation","payload":null}',
        '{"event":["endpoint.url_validation"],"payload":{"plainToken":"x"}}',
        "not JSON",
      ];
      for (const body of bodies) {
        const { status, queued } = await send(delivery(body), toEvent);
        assert.deepEqual([status, queued.length], [200, 1], body);
      }
    });
  });
}

describe("an event of Zoom", () => {
  it("is taken as late as its last retry, under its first signature, and counts once", async () => {
    const send = createEndpoint(zoom, [secret]);
    const late = delivery('{"event":"meeting.ended","event_ts":1}', secret, `${seconds - 85 * 60}`);
    assert.equal((await send(late)).queued.length, 1);
    assert.equal((await send(late)).queued.length, 0);
  });
});
