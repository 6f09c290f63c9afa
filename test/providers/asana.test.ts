import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { asana } from "../../lambdas/providers/asana.ts";
import { headersFor } from "./row-bodies.ts";
import { hmac } from "./row-schemes.ts";
import { row } from "./rows/asana.ts";
import { receiverOf } from "./test-receiver.ts";

const handed = "b537207f20cbfa02357cf448134da559e8bd39d61597dcd5631b8012eae53e81";
const handshake = { body: "{}", headers: { "x-hook-secret": handed } };

describe("the handshake of Asana", () => {
  it("is answered with its secret once that is stored, and changes nothing else", async () => {
    const kept: string[] = [];
    const receiver = receiverOf(asana, [], async (secret) => kept.push(secret) > 0);
    const { status, headers, body, asked } = await receiver(handshake);
    assert.deepEqual([status, headers["x-hook-secret"], body, asked], [200, handed, "", []]);
    assert.deepEqual(kept, [handed]);
  });

  it("is refused where no secret can be stored, or none was", async () => {
    for (const secrets of [[], [row.secret]]) {
      for (const keep of [undefined, async () => false]) {
        const { status, headers, body, asked } = await receiverOf(asana, secrets, keep)(handshake);
        assert.deepEqual([status, headers["x-hook-secret"], asked], [secrets.length === 0 ? 503 : 401, undefined, []]);
        assert.ok(!body.includes(handed));
      }
    }
  });

  it("is answered 503 where storing fails", async () => {
    const { status, headers } = await receiverOf(asana, [], async () => {
      throw new Error("the store is away");
    })(handshake);
    assert.deepEqual([status, headers["x-hook-secret"]], [503, undefined]);
  });

  it("stores no secret that is empty, or that is sent with a signature", async () => {
    const kept: string[] = [];
    const receiver = receiverOf(asana, [row.secret], async (secret) => kept.push(secret) > 0);
    assert.equal((await receiver({ ...handshake, headers: { "x-hook-secret": "" } })).status, 401);
    const signature = hmac(handed, "hex", "{}");
    const both = { ...handshake.headers, "x-hook-signature": signature };
    const { status, headers } = await receiver({ ...handshake, headers: both });
    assert.deepEqual([status, headers["x-hook-secret"]], [401, undefined]);
    const body = new TextEncoder().encode(row.body);
    const right = await receiver({ body, headers: { ...headersFor(row, body), "x-hook-secret": handed } });
    assert.deepEqual([right.status, right.headers["x-hook-secret"]], [200, undefined]);
    assert.equal((await receiver({ ...handshake, method: "GET" })).status, 405);
    assert.deepEqual(kept, []);
  });

  it("leaves events unchanged, and does not take the heartbeat for an event", async () => {
    const receiver = receiverOf(asana, [row.secret], async () => true);
    const body = new TextEncoder().encode(row.body);
    const { status, asked } = await receiver({ body, headers: headersFor(row, body) });
    assert.equal(status, 200);
    assert.ok(asked.some((operation) => operation.startsWith("send")));
    const heartbeat = new TextEncoder().encode('{"events":[]}');
    const beaten = await receiverOf(asana, [row.secret])({ body: heartbeat, headers: headersFor(row, heartbeat) });
    assert.deepEqual([beaten.status, beaten.asked], [200, []]);
  });
});
