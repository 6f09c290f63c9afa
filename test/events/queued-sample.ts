import assert from "node:assert/strict";
import { readEventFiles } from "../../infra/build/event-files.ts";
import { sourcesOf } from "../../infra/build/receiver-code.ts";
import type { WebhookEvent } from "../../lambdas/core/events/envelope.ts";
import { receive } from "../../lambdas/core/receiver.ts";
import { sign } from "../../lambdas/core/verify/sign.ts";
import { providers } from "../../lambdas/providers/mod.ts";
import { readSample, splitType, stamp } from "../../operate/samples/sample.ts";
import { createMemoryDedupe, createMemoryQueue } from "../core/memory.ts";
import { rows } from "../providers/rows.ts";

export const files = await readEventFiles();
const sources = sourcesOf(files);
const now = new Date("2026-01-05T10:00:00Z");

/** What is in the queues once a provider's sample was sent as `send` does, by the routes of the real event files. */
export async function queuedSample(
  source: string,
  type: string,
  change: (body: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer> = (body) => body,
  as = type,
): Promise<readonly { readonly queue: string; readonly event: WebhookEvent }[]> {
  const name = sources[source] ?? "";
  const provider = providers[name];
  const secret = rows[name]?.secret;
  assert.ok(provider !== undefined && secret !== undefined);
  const given = {
    url: `https://hooks.example/${source}`,
    body: change(readSample(name, type, splitType(provider, type)[0]).body),
    id: "sent-1",
    type: as,
  };
  const delivery = await sign(stamp(provider, given, false), { provider, secret, now });
  const queue = createMemoryQueue(files.map((file) => ({ source: file.source, types: file.types, queue: file.queue })));
  const options = {
    sources: { [source]: { provider, secrets: async () => [secret] } },
    dedupe: createMemoryDedupe(),
    queue,
    now: () => now,
  };
  const outcome = await receive(delivery, options);
  assert.equal(outcome.kind, "accepted");
  return queue.sent;
}
