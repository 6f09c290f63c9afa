import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Context } from "aws-lambda";
import { sign } from "../../lambdas/core/verify/sign.ts";
import { hackmamba } from "../../lambdas/providers/mod.ts";
import { verifier } from "../../lambdas/verifier.ts";
import { functionUrlEvent } from "../contract/provider-ways.ts";
import { createClock, createMemoryDedupe, createMemoryQueue } from "../core/memory.ts";

const secret = "correct horse";
const minute = 60_000;
const body = new TextEncoder().encode('{"id":"evt_1","type":"payment.succeeded","livemode":true}');
const context = { functionName: "verifier", getRemainingTimeInMillis: () => 30_000 } as unknown as Context;

/** When Hackmamba delivers, in minutes after the first delivery: its table may be read in two ways. */
const tables = {
  "counted from the first delivery": [0, 1, 5, 15],
  "each after the one before": [0, 1, 6, 21],
} as const;

/** What a sender with this table gets from the deployed Lambda, whose queues and table are down at first. */
async function deliver(table: readonly number[], downMinutes: number) {
  const clock = createClock();
  const queue = createMemoryQueue([{ source: "hackmamba", types: ["payment.succeeded"], queue: "payment-succeeded" }]);
  const dedupe = createMemoryDedupe();
  const ports = [
    [queue, "send:payment-succeeded"],
    [dedupe, "claim"],
    [dedupe, "mark"],
  ] as const;
  const sources = { hackmamba: { provider: hackmamba, secrets: async () => [secret] } };
  const lambda = verifier({ sources, dedupe, queue, now: clock.now, log: () => {} });
  const start = clock.now().getTime();
  const answers: string[] = [];
  for (const at of table) {
    clock.set(new Date(start + at * minute));
    for (const [port, operation] of ports) {
      port.heal();
      if (at < downMinutes) port.fail(operation);
    }
    const unsigned = { method: "POST", url: "https://hooks.example/hackmamba", headers: new Headers(), body };
    const signed = await sign(unsigned, { provider: hackmamba, secret, now: clock.now() });
    const { statusCode, body: answered = "", headers } = await lambda(functionUrlEvent(signed, true), context);
    answers.push(`${statusCode} ${JSON.parse(answered).outcome ?? `in ${headers?.["retry-after"]} s`}`);
    if (statusCode === 200) break;
  }
  return { answers, queued: queue.sent.map(({ event }) => event.id) };
}

describe("Hackmamba's retries", () => {
  for (const [read, table] of Object.entries(tables)) {
    it(`bring an event to a stage that is down for 4 minutes, by the third delivery: ${read}`, async () => {
      const { answers, queued } = await deliver(table, 4);
      assert.deepEqual(answers, ["503 in 30 s", "503 in 30 s", "200 accepted"]);
      assert.deepEqual(queued, ["evt_1"]);
    });

    it(`bring none to a stage that is down for 25 minutes: ${read}`, async () => {
      const { answers, queued } = await deliver(table, 25);
      assert.deepEqual(answers, Array(4).fill("503 in 30 s"));
      assert.deepEqual(queued, []);
    });
  }

  it("end within the time for which a repeat without an id is known, and wait 30 s for each answer", () => {
    assert.ok(hackmamba.retryHours * 60 > 21);
    assert.equal(hackmamba.answerWithinSeconds, 30);
  });
});
