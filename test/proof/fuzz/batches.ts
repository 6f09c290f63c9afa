import { type DepositedEvent, fromEnvelope, type WebhookEvent } from "../../../lambdas/core/events/envelope.ts";
import { silent } from "../../../lambdas/core/log.ts";
import { processBatch } from "../../../lambdas/core/processing/process.ts";
import { PermanentError, processor } from "../../../lambdas/core/processing/processor.ts";
import { createClock, createMemoryDedupe, createMemoryProcessing } from "../../core/memory.ts";
import { type Chance, chanceOf } from "./chance.ts";
import { changedEnvelope } from "./envelopes.ts";

/** What is wrong with how a batch of changed envelopes is processed: by runs that return or throw anything. */
export async function checkBatch(seed: number, step: number): Promise<readonly string[]> {
  const chance = chanceOf(seed, step);
  const clock = createClock();
  const store = createMemoryProcessing();
  const ran = new Set<string>();
  const told: string[] = [];
  const thrown = chance.once(2) ? undefined : { error: anyError(chance) };
  const ours = processor({ impact: "None" }, async ({ event }) => {
    if (thrown !== undefined) throw thrown.error;
    const key = keyOf(event);
    if (ran.has(key)) told.push(`ran twice: ${key.slice(0, 100)}`);
    ran.add(key);
  });
  const batch = Array.from({ length: 1 + chance.below(4) }, (_, index) => ({
    messageId: `message-${index}`,
    receives: 1 + chance.below(20),
    envelope: changedEnvelope(seed, step * 4 + index),
    retryIn: async (seconds: number) => {
      if (!Number.isInteger(seconds) || seconds < 0 || seconds > 43_200) told.push(`tried again in ${seconds} s`);
      if (chance.once(4)) throw new Error("The queue is unwell");
    },
  }));
  try {
    const kept = await processBatch(batch, {
      ...{ processor: ours, name: "acme/order.created", store, now: clock.now, log: silent },
      reopen: createMemoryDedupe().reopen,
      deadline: new Date(clock.now().getTime() + 60_000),
    });
    if (new Set(kept).size !== kept.length) told.push(`kept twice: ${kept}`);
    for (const { messageId, envelope } of batch) {
      const event = fromEnvelope(envelope);
      const done = event !== undefined && ran.has(keyOf(event));
      if (!kept.includes(messageId) && !done) told.push(`acknowledged and not done: ${envelope.slice(0, 300)}`);
    }
    if (thrown === undefined && kept.length === batch.length && ran.size > 0)
      told.push("done, and nothing acknowledged");
  } catch (error) {
    told.push(`processBatch rejects: ${error instanceof Error ? error.stack : error}`);
  }
  return told;
}

function keyOf({ source, key, period, replay }: WebhookEvent | DepositedEvent): string {
  return JSON.stringify([source, key, period, replay]);
}

function anyError(chance: Chance): unknown {
  const hostile = Object.defineProperty(new Error("x"), "message", { value: "\ud800".repeat(5000) });
  const circular = new Error("round");
  circular.cause = circular;
  return chance.pick([
    new Error("x"),
    new PermanentError("y"),
    undefined,
    null,
    "text",
    0,
    Symbol("s"),
    hostile,
    circular,
  ]);
}
