import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { sign } from "../../lambdas/core/verify/sign.ts";
import { providers } from "../../lambdas/providers/mod.ts";
import { verifier } from "../../lambdas/verifier.ts";
import { now } from "../contract/provider-variants.ts";
import { functionUrlEvent } from "../contract/provider-ways.ts";
import { createMemoryDedupe, createMemoryQueue } from "../core/memory.ts";

const secrets = { whop: "ws_of_the_company", "whop-app": "ws_of_the_app" } as const;

/** The answer to a delivery that one webhook signed and that came to a source, and what was queued. */
async function delivered(webhook: keyof typeof secrets, source: keyof typeof secrets, envelope: object) {
  const provider = providers.whop ?? assert.fail();
  const queue = createMemoryQueue(Object.keys(secrets).map((name) => ({ source: name, types: [], queue: name })));
  const sources = Object.fromEntries(
    Object.entries(secrets).map(([name, secret]) => [name, { provider, secrets: async () => [secret] }]),
  );
  const lambda = verifier({ sources, dedupe: createMemoryDedupe(), queue, now: () => now });
  const text = JSON.stringify({ id: "msg_1", type: "membership.activated", ...envelope, data: {} });
  const headers = new Headers({ "webhook-id": "msg_1", "content-type": "application/json" });
  const delivery = {
    method: "POST",
    url: `https://hooks.example/${source}`,
    headers,
    body: new TextEncoder().encode(text),
  };
  const signed = await sign(delivery, { provider, secret: secrets[webhook], now });
  const context = { getRemainingTimeInMillis: () => 10_000 } as Parameters<typeof lambda>[1];
  const { statusCode } = await lambda(functionUrlEvent(signed, true), context);
  return { statusCode, queued: queue.sent.map(({ event }) => [event.source, event.tenant]) };
}

describe("a webhook of a company and one of an app, as two sources of Whop", () => {
  it("are each verified by their own secret alone", async () => {
    const company = { company_id: "biz_own" };
    assert.deepEqual(await delivered("whop", "whop", company), { statusCode: 200, queued: [["whop", "biz_own"]] });
    assert.deepEqual(await delivered("whop-app", "whop", company), { statusCode: 401, queued: [] });
    assert.deepEqual(await delivered("whop", "whop-app", company), { statusCode: 401, queued: [] });
  });

  it("tell by the tenant which company an event is about, and have none where there is no company", async () => {
    for (const [envelope, tenant] of [
      [{ company_id: "biz_tenant" }, "biz_tenant"],
      [{ account_id: "biz_tenant" }, "biz_tenant"],
      [{ company_id: null }, undefined],
    ] as const) {
      const { queued } = await delivered("whop-app", "whop-app", envelope);
      assert.deepEqual(queued, [["whop-app", tenant]]);
    }
  });
});
