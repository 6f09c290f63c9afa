import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { github } from "../../lambdas/providers/github.ts";
import { createEndpoint, edges, type Sent } from "./handshakes.ts";
import { hmac } from "./row-schemes.ts";

const secret = "It's a Secret to Everybody";
const ping = '{"zen":"Keep it logically awesome.","hook_id":1,"hook":{"type":"Repository"}}';

function delivery(type: string, body: string, key = secret): Sent {
  return {
    headers: {
      "content-type": "application/json",
      "x-github-delivery": "72d3162e",
      "x-github-event": type,
      "x-hub-signature-256": `sha256=${hmac(key, "hex", body)}`,
    },
    body,
  };
}

for (const [edge, toEvent] of Object.entries(edges)) {
  describe(`GitHub's ping by ${edge}`, () => {
    it("is answered 200 and put on no queue", async () => {
      const { status, contentType, queued, touched } = await createEndpoint(github, [secret])(
        delivery("ping", ping),
        toEvent,
      );
      assert.deepEqual([status, contentType, queued.length, touched], [200, "application/json", 0, 0]);
    });

    it("is refused under a wrong signature, and 503 without a secret", async () => {
      const wrong = await createEndpoint(github, [secret])(delivery("ping", ping, "another"), toEvent);
      assert.deepEqual([wrong.status, JSON.parse(wrong.body).error, wrong.touched], [401, "signature-wrong", 0]);
      assert.equal((await createEndpoint(github, [""])(delivery("ping", ping), toEvent)).status, 503);
    });

    it("leaves other events as they are", async () => {
      const send = createEndpoint(github, [secret]);
      for (const type of ["push", "Ping", "ping,push"]) {
        const { status, queued } = await send(delivery(type, `{"ref":"${type}"}`), toEvent);
        assert.deepEqual([status, queued.map((event) => event.type)], [200, [type]]);
      }
    });

    it("is none by GET", async () => {
      const { status, touched } = await createEndpoint(github, [secret])({ method: "GET" }, toEvent);
      assert.deepEqual([status, touched], [405, 0]);
    });
  });
}
