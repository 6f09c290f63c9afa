import { errorText } from "../bytes/error-text.ts";
import { type Deadline, withinReported } from "../deadline.ts";
import type { WebhookEvent } from "../events/envelope.ts";
import { type Log, millisecondsSince, report } from "../log.ts";
import { summary, type Through, type Unavailable } from "../outcome.ts";
import type { ClaimedEvent, EnqueuedEvent } from "./claimed-event.ts";
import type { EventQueue, SendResult } from "./event-queue.ts";

/** The options of sending claimed events. */
export type EnqueueOptions = {
  readonly queue: EventQueue;
  readonly log: Log | undefined;
  readonly deadline?: Deadline;
};

/**
 * Sends every event to every queue that wants it, and to the archive's, which gets the ignored ones, too. It never rejects.
 */
export async function enqueue(
  claims: readonly ClaimedEvent[],
  options: EnqueueOptions,
): Promise<readonly EnqueuedEvent[]> {
  const { queue, log } = options;
  const queuesOf = ({ decision, queues }: ClaimedEvent) => {
    if (decision === "duplicate") return [];
    return [...(decision === "send" ? queues : []), ...(queue.archive === undefined ? [] : [queue.archive])];
  };
  const names = new Set(claims.flatMap(queuesOf));
  const failures = new Map<ClaimedEvent, { readonly cause: unknown }>();
  await Promise.all(
    Array.from(names, async (name) => {
      const wanted = claims.filter((claim) => queuesOf(claim).includes(name));
      const started = performance.now();
      const results = await sendAll(
        queue,
        name,
        wanted.map((claim) => claim.event),
        options.deadline?.send,
      );
      const sent = { source: wanted[0]?.event.source, queue: name, events: wanted.length };
      const milliseconds = millisecondsSince(started);
      report(log, { level: "debug", step: "enqueue", kind: "sent", ...sent, milliseconds });
      for (const [index, claim] of wanted.entries()) {
        const result = results[index] ?? { sent: false, cause: new Error("The queue gave no result for the event") };
        const { source, id, type } = claim.event;
        const at = { step: "enqueue", source, id, type, queue: name } as const;
        // A detail: the entry `new` without one that the event was not enqueued says as much, and a line costs.
        if (result.sent) report(log, { level: "debug", ...at, kind: "enqueued" });
        else {
          failures.set(claim, { cause: result.cause });
          report(log, { level: "error", ...at, kind: "not enqueued", error: errorText(result.cause) });
        }
      }
    }),
  );
  return claims.map((claim) => {
    const failure = failures.get(claim);
    return failure === undefined ? claim : { ...claim, failure };
  });
}

async function sendAll(
  queue: EventQueue,
  name: string,
  events: readonly WebhookEvent[],
  until: number | undefined,
): Promise<readonly SendResult[]> {
  try {
    return await withinReported(until, (signal) => queue.send(name, events, signal));
  } catch (cause) {
    return events.map(() => ({ sent: false, cause }));
  }
}

/** The outcome after enqueue: 2xx only when every event of the delivery is done. */
export function outcomeOf(events: readonly EnqueuedEvent[]): Through | Unavailable {
  const failed = events.find((claim) => claim.failure !== undefined);
  if (failed !== undefined) return { kind: "unavailable", reason: "queue", cause: failed.failure?.cause };
  const outcomes = events.map(({ event, decision }) => {
    return { id: event.id, type: event.type, kind: decision === "send" ? "accepted" : decision } as const;
  });
  return summary(outcomes);
}
