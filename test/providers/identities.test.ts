import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Context } from "aws-lambda";
import type { Delivery, Provider } from "../../lambdas/core/provider.ts";
import { sign } from "../../lambdas/core/verify/sign.ts";
import { providers } from "../../lambdas/providers/mod.ts";
import { verifier } from "../../lambdas/verifier.ts";
import { newSecret } from "../../local/aws/secret-value.ts";
import { functionUrlEvent } from "../contract/provider-ways.ts";
import { createMemoryDedupe, createMemoryQueue } from "../core/memory.ts";
import { identities, type Unsigned } from "./identities.ts";

const context = { functionName: "verifier", getRemainingTimeInMillis: () => 10_000 } as unknown as Context;
const start = new Date("2026-01-05T10:00:00Z").getTime();

/** The deployed Lambda around one source, its stores in memory: says what became of each delivery. */
function receiverOf(provider: Provider) {
  const { secret, signingSecret = secret, documents = {} } = newSecret(provider);
  const url = `https://hooks.example/${provider.name}`;
  const queue = createMemoryQueue([{ source: provider.name, types: [], queue: "all" }]);
  const fetch = async (address: string) =>
    new Response(documents[address] ?? "", { status: address in documents ? 200 : 404 });
  let now = new Date(start);
  const sources = { [provider.name]: { provider, secrets: async () => [secret], url, fetch } };
  const lambda = verifier({ sources, dedupe: createMemoryDedupe(), queue, now: () => now });
  return {
    queue,
    async post({ body, headers = {}, query = "", seconds = 0, signedSeconds = seconds }: Unsigned) {
      now = new Date(start + seconds * 1000);
      const bytes = new TextEncoder().encode(typeof body === "string" ? body : JSON.stringify(body));
      const unsigned: Delivery = {
        ...{ method: "POST", url: `${url}${query}`, body: bytes },
        headers: new Headers({ "content-type": "application/json", ...headers }),
      };
      const signedAt = new Date(start + signedSeconds * 1000);
      const delivery = await sign(unsigned, { provider, secret: signingSecret, now: signedAt, url });
      const before = queue.sent.length;
      const { statusCode, body: answered } = await lambda(functionUrlEvent(delivery, true), context);
      return { statusCode, events: queue.sent.length - before, answered };
    },
  };
}

describe("the identity of events", () => {
  for (const [name, provider] of Object.entries(providers)) {
    const identity = identities[name];

    it(`of ${name}: two nearly equal events are two`, async () => {
      assert.ok(identity, `test/providers/identities/${name}.ts is missing`);
      const [what, one, other] = identity.events;
      const { post } = receiverOf(provider);
      const success = provider.answer?.status ?? 200;
      const first = await post(one);
      assert.equal(first.statusCode, success, first.answered);
      assert.ok(first.events > 0, "the first is an event");
      const second = await post(other);
      assert.equal(second.statusCode, success, second.answered);
      assert.equal(second.events, first.events, what);
    });

    it(`of ${name}: a retry has the identity that its file states`, async () => {
      assert.ok(identity, `test/providers/identities/${name}.ts is missing`);
      const [is, what, first, again] = identity.retry;
      const { post } = receiverOf(provider);
      const success = provider.answer?.status ?? 200;
      const taken = await post(first);
      assert.equal(taken.statusCode, success, taken.answered);
      assert.ok(taken.events > 0, "the first is an event");
      const retried = await post(again);
      assert.equal(retried.statusCode, success, retried.answered);
      assert.equal(retried.events, is === "the same event" ? 0 : taken.events, what);
    });
  }

  it("is written down for every provider, and for no other", () => {
    assert.deepEqual(Object.keys(identities).sort(), Object.keys(providers).sort());
  });
});
