import { createHmac } from "node:crypto";
import { silent } from "../../../lambdas/core/log.ts";
import {
  type Attempt,
  type Delivery,
  type ProcessOptions,
  processBatch,
  processor,
  type QueuedEvent,
  receive,
  toEnvelope,
} from "../../../lambdas/core/mod.ts";
import { generic } from "../../../lambdas/providers/generic.ts";
import { secret } from "../deliveries.ts";
import { createClock, createMemoryDedupe, createMemoryProcessing, createMemoryQueue } from "../memory.ts";

export const [minute, hour, day] = [60_000, 3_600_000, 86_400_000];

/** A delivery of a provider that sends no id, signed by literal `node:crypto`. */
export function ping(): Delivery {
  const body = new TextEncoder().encode('{"event":"ping"}');
  const headers = new Headers({ "x-signature": createHmac("sha256", secret).update(body).digest("hex") });
  return { method: "POST", url: "https://hooks.example/generic", headers, body };
}

/** Ingress, a queue for each processor and the processors, their ports in memory: copies go on when a test says so. */
export function createGenericReceiver(queues: readonly string[] = ["generic/_other"], start?: Date) {
  const clock = createClock(start);
  const dedupe = createMemoryDedupe();
  const store = createMemoryProcessing();
  const queue = createMemoryQueue(queues.map((name) => ({ source: "generic", types: [], queue: name })));
  const sources = { generic: { provider: generic, secrets: async () => [secret] } };
  const runs: { readonly queue: string; readonly attempt: Attempt<unknown> }[] = [];
  let copies = 0;

  return {
    ...{ clock, dedupe, store, queue, runs },
    /** What a delivery is told. */
    async deliver(delivery = ping()): Promise<string> {
      return (await receive(delivery, { sources, dedupe, queue, now: clock.now, log: silent })).kind;
    },
    /** The copies that were sent since it was last asked. */
    taken: (): readonly (QueuedEvent & { readonly queue: string })[] =>
      queue.sent.splice(0).map(({ queue, event }) => {
        copies += 1;
        return {
          messageId: `message-${copies}`,
          receives: 1,
          envelope: toEnvelope(event),
          retryIn: async () => {},
          queue,
        };
      }),
    /** Processes a copy, and says whether it is kept. */
    async process(copy: QueuedEvent & { readonly queue: string }, run: () => void = () => {}): Promise<boolean> {
      const options: Omit<ProcessOptions, "processor"> = {
        ...{ name: copy.queue, store, reopen: dedupe.reopen, now: clock.now },
        deadline: new Date(clock.now().getTime() + minute),
        log: silent,
      };
      const work = processor({ impact: "Pings are not counted" }, async (attempt) => {
        run();
        runs.push({ queue: copy.queue, attempt });
      });
      return (await processBatch([copy], { ...options, processor: work })).length > 0;
    },
  };
}
