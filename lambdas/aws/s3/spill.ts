import type { S3Client } from "@aws-sdk/client-s3";
import { toBase64Url } from "../../core/bytes/base64.ts";
import { mapBounded } from "../../core/bytes/bounded.ts";
import { defined } from "../../core/bytes/defined.ts";
import { errorText } from "../../core/bytes/error-text.ts";
import { sha256 } from "../../core/bytes/sha256.ts";
import { halfOf, withinReported } from "../../core/deadline.ts";
import { fromEnvelope, toEnvelope, type WebhookEvent } from "../../core/events/envelope.ts";
import { processingKey } from "../../core/events/identity.ts";
import type { EventQueue, SendResult } from "../../core/ingress/event-queue.ts";
import { type Log, report } from "../../core/log.ts";
import type { CallOptions } from "../calls.ts";
import { createBucket, loadS3 } from "./s3.ts";

/** An event that waits in the bucket, and the queue that did not take it. */
export type SpilledEvent = { readonly reference: string; readonly queue: string };

/**
 * Where events wait that a queue did not take: objects `spill/<queue>/<hash of its processing key>`, each an envelope. See
 * DECISIONS 33.
 */
export type Spill = {
  /** A repeat overwrites itself. */
  put(queue: string, event: WebhookEvent, signal?: AbortSignal): Promise<void>;
  /** All of them, in pages. */
  list(signal?: AbortSignal): AsyncIterable<readonly SpilledEvent[]>;
  /** Rejects where the object is missing, or is not an envelope. */
  read(spilled: SpilledEvent, signal?: AbortSignal): Promise<WebhookEvent>;
  remove(spilled: SpilledEvent, signal?: AbortSignal): Promise<void>;
};

export const spillPrefix = "spill/";

/** The object of an event that a queue did not take. */
export function spillKey(queue: string, event: Parameters<typeof processingKey>[1]): string {
  return `${spillPrefix}${queue}/${toBase64Url(sha256(new TextEncoder().encode(processingKey(queue, event))))}`;
}

/**
 * A spill in S3.
 *
 * @param bucket Its name.
 * @param load Makes the client; for tests.
 */
export function createSpill(bucket: string, load: () => Promise<S3Client> = loadS3, options: CallOptions = {}): Spill {
  const objects = createBucket(bucket, load, options);
  return {
    async put(queue, event, signal) {
      await objects.put(spillKey(queue, event), toEnvelope(event), signal);
    },
    async *list(signal) {
      for await (const keys of objects.list(spillPrefix, signal)) {
        yield keys.flatMap((reference) => {
          const queue = /^spill\/([^/]+)\/[^/]+$/.exec(reference)?.[1];
          return queue === undefined ? [] : [{ reference, queue }];
        });
      }
    },
    async read({ reference }, signal) {
      const event = fromEnvelope(new TextDecoder().decode(await objects.get(reference, signal)));
      if (event === undefined || !("body" in event)) throw new Error(`${reference} holds no envelope with a body`);
      return event;
    },
    remove: ({ reference }, signal) => objects.remove(reference, signal),
  };
}

/**
 * The longest time for the queues before the spill gets the rest: two attempts that hang, or three that fail. It is half of the
 * rest of a delivery's time where that is less.
 */
const sendMilliseconds = 1200;
const putsAtOnce = 4;

/**
 * Queues whose events are not lost while one is down: an event that a queue does not take is put into the spill, and counts as
 * sent once it is stored there. A drain brings it to its queue.
 *
 * @param sources The sources that spill; events of others are sent as before.
 */
export function withSpill(
  queues: EventQueue,
  spill: Pick<Spill, "put">,
  sources: ReadonlySet<string>,
  log: Log,
): EventQueue {
  return {
    ...defined({ archive: queues.archive }),
    wants: queues.wants,
    async send(queue, events, signal) {
      if (!events.some(({ source }) => sources.has(source))) return await queues.send(queue, events, signal);
      const until = performance.now() + sendMilliseconds;
      const sending = withinReported(
        Math.min(halfOf(signal) ?? until, until),
        (own) => queues.send(queue, events, own),
        signal,
      );
      const results = await sending.catch((cause): readonly SendResult[] => events.map(() => ({ sent: false, cause })));
      return await mapBounded(events, putsAtOnce, async (event, index): Promise<SendResult> => {
        const result = results[index] ?? { sent: false, cause: new Error("The queue gave no result for the event") };
        if (result.sent) return result;
        const { source, id, type } = event;
        const at = { level: "error", step: "enqueue", source, id, type, queue } as const;
        try {
          await spill.put(queue, event, signal);
          report(log, { ...at, kind: "spilled", error: errorText(result.cause) });
          return { sent: true };
        } catch (error) {
          report(log, { ...at, kind: "not spilled", error: errorText(error) });
          return result;
        }
      });
    },
  };
}
