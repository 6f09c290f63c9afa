import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { slack } from "../../lambdas/providers/slack.ts";
import { seconds } from "../contract/provider-variants.ts";
import { createEndpoint, edges, type Sent } from "./handshakes.ts";
import { hmac } from "./row-schemes.ts";

const secret = "8f742231b10e8888abcd99yyyzzz85a5";
const challenge = "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P";

function delivery(body: string, key = secret, time = `${seconds}`): Sent {
  return {
    headers: {
      "content-type": "application/json",
      "x-slack-request-timestamp": time,
      "x-slack-signature": `v0=${hmac(key, "hex", `v0:${time}:${body}`)}`,
    },
    body,
  };
}

const verification = JSON.stringify({ token: "Jhj5dZrVaK7ZwHHjRyZWjbDl", challenge, type: "url_verification" });

for (const [edge, toEvent] of Object.entries(edges)) {
  describe(`Slack's url_verification by ${edge}`, () => {
    it("is answered with its challenge as text, and put on no queue", async () => {
      const received = await createEndpoint(slack, [secret])(delivery(verification), toEvent);
      const { status, contentType, body, touched } = received;
      assert.deepEqual([status, contentType, body, touched], [200, "text/plain", challenge, 0]);
    });

    it("is refused under a wrong signature, an old time or none, and 503 without a secret", async () => {
      const send = createEndpoint(slack, [secret]);
      const old = delivery(verification, secret, `${seconds - 301}`);
      for (const sent of [delivery(verification, "another"), old, { body: verification }]) {
        const { status, body, touched } = await send(sent, toEvent);
        assert.deepEqual([status, touched], [401, 0]);
        assert.ok(!body.includes(challenge));
      }
      assert.equal((await createEndpoint(slack, [])(delivery(verification), toEvent)).status, 503);
    });

    it("is not recognised without a challenge or in another type, which is an event", async () => {
      const send = createEndpoint(slack, [secret]);
      const bodies = [
        '{"type":"event_callback","event_id":"Ev1","event":{"type":"message"},"challenge":"c"}',
        '{"type":"url_verification","challenge":7}',
        '{"type":"url_verification"}',
        '{"type":{"type":"url_verification"},"challenge":"c"}',
        "[]",
        "null",
        "not JSON",
      ];
      for (const body of bodies) {
        const { status, queued } = await send(delivery(body), toEvent);
        assert.deepEqual([status, queued.length], [200, 1], body);
      }
    });
  });
}

describe("an event of Slack", () => {
  it("of a kind without an inner event has its outer type", async () => {
    const { queued } = await createEndpoint(slack, [secret])(
      delivery('{"type":"app_rate_limited","team_id":"T1","minute_rate_limited":1518467820}'),
    );
    assert.deepEqual(
      queued.map(({ type, tenant }) => ({ type, tenant })),
      [{ type: "app_rate_limited", tenant: "T1" }],
    );
  });

  it("that is retried is a duplicate, whatever its time and its bytes", async () => {
    const send = createEndpoint(slack, [secret]);
    const body = (attempt: number) =>
      `{"type":"event_callback","event_id":"Ev1","event":{"type":"message"},"n":${attempt}}`;
    assert.equal((await send(delivery(body(1)))).queued.length, 1);
    const again = await send(delivery(body(2), secret, `${seconds + 60}`));
    assert.deepEqual([again.status, JSON.parse(again.body).outcome, again.queued.length], [200, "duplicate", 0]);
  });
});
