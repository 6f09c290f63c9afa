import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Context } from "aws-lambda";
import { defined } from "../../lambdas/core/bytes/defined.ts";
import type { WebhookEvent } from "../../lambdas/core/events/envelope.ts";
import type { EventQueue } from "../../lambdas/core/ingress/event-queue.ts";
import { sign } from "../../lambdas/core/verify/sign.ts";
import { providers } from "../../lambdas/providers/mod.ts";
import { verifier } from "../../lambdas/verifier.ts";
import type { CodedRow, ProviderRow } from "../contract/provider-row.ts";
import { now } from "../contract/provider-variants.ts";
import { functionUrlEvent } from "../contract/provider-ways.ts";
import { createMemoryDedupe } from "../core/memory.ts";
import { randomOf, seed } from "../seed.ts";
import { codedRows, rows } from "./rows.ts";

const batches = [
  ...["adyen-payments", "asana", "gocardless", "hubspot", "line", "meta", "okta", "pusher", "sendgrid", "xero"],
] as const;
const context = { functionName: "verifier", getRemainingTimeInMillis: () => 10_000 } as unknown as Context;
/** Adyen sends one item; more than 64 are refused. */
const most: Readonly<Record<string, number>> = { "adyen-payments": 64 };

/** The provider's own batch, its first item so many times, each another event. */
function batchOf(row: ProviderRow | CodedRow, count: number): Uint8Array<ArrayBuffer> {
  const json: unknown = JSON.parse("right" in row ? new TextDecoder().decode(row.right.body) : row.body);
  const items = firstArray(json);
  const [first] = items;
  items.splice(0, items.length, ...Array.from({ length: count }, (_, index) => another(first, index)));
  return new TextEncoder().encode(JSON.stringify(json));
}

function firstArray(json: unknown): unknown[] {
  if (Array.isArray(json)) return json;
  for (const value of Object.values(json as object)) {
    if (Array.isArray(value) && typeof value[0] === "object") return value;
    if (typeof value === "object" && value !== null) {
      const found = firstArray(value);
      if (found.length > 0) return found;
    }
  }
  return [];
}

/** The item with every id of its own, and a field more where it has none. */
function another(item: unknown, index: number): unknown {
  const isId = (name: string) => /id$|reference$|^time/i.test(name);
  const copy = JSON.parse(JSON.stringify(item), (name, value) => {
    if (!isId(name)) return value;
    return typeof value === "number" ? value + index : typeof value === "string" ? `${value}-${index}` : value;
  });
  return { ...copy, n: index };
}

describe("a delivery of many events", () => {
  for (const name of batches) {
    const count = most[name] ?? 1000;
    it(`of ${count} of ${name} is through in 3 deliveries at most though the queue refuses a third, each event once (seed ${seed})`, async () => {
      const row = rows[name] ?? codedRows[name];
      const provider = providers[name];
      assert.ok(row !== undefined && provider !== undefined);
      const { secret, signingSecret = secret, url } = row;
      const headers = new Headers({ "content-type": "application/json", ...("others" in row ? row.others([]) : {}) });
      const unsigned = { method: "POST", url: `https://hooks.example/${name}`, headers, body: batchOf(row, count) };
      const delivery = await sign(unsigned, { provider, secret: signingSecret, now, ...defined({ url }) });

      const random = randomOf(seed);
      const acknowledged: WebhookEvent[] = [];
      let refusing = true;
      const queue: EventQueue = {
        wants: () => ["all"],
        send: async (_, events) =>
          events.map((event) => {
            if (refusing && random() < 1 / 3) return { sent: false, cause: new Error("refused") };
            acknowledged.push(event);
            return { sent: true };
          }),
      };
      const source = { provider, secrets: async () => [secret], ...defined({ url }) };
      let clock = now;
      const lambda = verifier({ sources: { [name]: source }, dedupe: createMemoryDedupe(), queue, now: () => clock });
      const statuses: number[] = [];
      while (statuses.length < 3 && (statuses.at(-1) ?? 503) >= 300) {
        const { statusCode = 0 } = await lambda(functionUrlEvent(delivery, true), context);
        statuses.push(statusCode);
        refusing = false;
        // One comes again at once and waits for the marks of the first; the others after what their senders wait.
        if (name !== "sendgrid") clock = new Date(clock.getTime() + 10_000);
      }
      assert.deepEqual(statuses, [503, provider.answer?.status ?? 200]);
      // Meta's first array is of entries, each with several events.
      const keys = new Set(acknowledged.map((event) => event.key));
      assert.ok(keys.size >= count);
      assert.equal(acknowledged.length, keys.size);
    });
  }

  it("is of every provider whose deliveries hold several events", () => {
    const read = Object.entries({ ...rows, ...codedRows }).filter(([, row]) => (row.events?.length ?? 0) > 1);
    assert.deepEqual(read.map(([name]) => name).sort(), [...batches].sort());
  });
});
