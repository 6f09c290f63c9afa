import { fromBase64, toBase64 } from "./base64.ts";
import type { ClaimedEvent } from "./dedupe.ts";
import { at, defined } from "./fields.ts";
import { errorText, type Log } from "./log.ts";
import type { Outcome } from "./outcome.ts";

/** What happened, the same over all its deliveries. */
export type WebhookEvent = {
  /** The provider's id; where none could be read, the hash of the body. */
  readonly id: string;
  readonly type: string | undefined;
  /** The name of the source that it came in by. */
  readonly source: string;
  /** What dedupe goes by, computed from the delivery alone. */
  readonly key: string;
  readonly received: Date;
  readonly tenant?: string;
  readonly livemode?: boolean;
  /** False where no signature covers the payload: fetch by id before acting on it. */
  readonly bodyCovered: boolean;
  /** Which of `id` and `type` stand in an unsigned header only: a replayer could have changed them. */
  readonly unsigned?: readonly ("id" | "type")[];
  readonly contentType?: string;
  readonly body: Uint8Array<ArrayBuffer>;
};

/** Whether a queue acknowledged a copy of an event. `sent: false` may still have had its effect. */
export type SendResult = { readonly sent: true } | { readonly sent: false; readonly cause: unknown };

/** Where events go. */
export type EventQueue = {
  /** The names of the queues that want the event: those of its processors. Empty where it has none. */
  wants(source: string, type: string | undefined): readonly string[];
  /** Sends to one queue; a result for each event, in order. */
  send(queue: string, events: readonly WebhookEvent[]): Promise<readonly SendResult[]>;
};

/** A claimed event after enqueue: `failure` is set where a queue that wants it did not acknowledge it. */
export type EnqueuedEvent = ClaimedEvent & { readonly failure?: { readonly cause: unknown } };

/** Sends every event that is to be sent to every queue that wants it. Rejects for nothing. */
export async function enqueue(
  claims: readonly ClaimedEvent[],
  options: { readonly queue: EventQueue; readonly log: Log },
): Promise<readonly EnqueuedEvent[]> {
  const { queue, log } = options;
  const sending = claims.filter((claim) => claim.decision === "send");
  const names = new Set(sending.flatMap((claim) => claim.queues));
  const failures = new Map<ClaimedEvent, { readonly cause: unknown }>();
  await Promise.all(
    Array.from(names, async (name) => {
      const wanted = sending.filter((claim) => claim.queues.includes(name));
      const results = await sendAll(
        queue,
        name,
        wanted.map((claim) => claim.event),
      );
      for (const [index, claim] of wanted.entries()) {
        const result = results[index] ?? { sent: false, cause: new Error("The queue gave no result for the event") };
        const { source, id, type } = claim.event;
        const fields = { step: "enqueue", source, id, type, queue: name };
        if (result.sent) {
          log.info("enqueued", fields);
        } else {
          failures.set(claim, { cause: result.cause });
          log.error("not enqueued", { ...fields, error: errorText(result.cause) });
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
): Promise<readonly SendResult[]> {
  try {
    return await queue.send(name, events);
  } catch (cause) {
    return events.map(() => ({ sent: false, cause }));
  }
}

/** What to answer after enqueue: 2xx only when every event of the delivery is through. */
export function outcomeOf(events: readonly EnqueuedEvent[]): Outcome {
  const failed = events.find((claim) => claim.failure !== undefined);
  if (failed !== undefined) return { kind: "unavailable", reason: "queue", cause: failed.failure?.cause };
  const outcomes = events.map(({ event, decision }) => {
    return { id: event.id, type: event.type, kind: decision === "send" ? "accepted" : decision } as const;
  });
  const kinds = outcomes.map((outcome) => outcome.kind);
  const kind = kinds.includes("accepted") ? "accepted" : kinds.includes("duplicate") ? "duplicate" : "ignored";
  return { kind, events: outcomes };
}

/**
 * An event as a CloudEvents 1.0 JSON envelope. The body is base64 always: SQS refuses some characters.
 *
 * @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md
 */
export function toEnvelope(event: WebhookEvent): string {
  const { id, type, source, key, received, tenant, livemode, bodyCovered, unsigned, contentType, body } = event;
  return JSON.stringify({
    specversion: "1.0",
    id,
    source,
    // CloudEvents demands a type; `untyped` tells an event without one from an event of this name.
    type: type ?? "untyped",
    time: received.toISOString(),
    datacontenttype: contentType ?? "application/json",
    data_base64: toBase64(body),
    hooklinekey: key,
    bodycovered: bodyCovered,
    ...defined({ untyped: type === undefined ? true : undefined, tenant, livemode, unsigned: unsigned?.join(",") }),
  });
}

/** The event of an envelope, or undefined where the text is not one of ours. */
export function fromEnvelope(text: string): WebhookEvent | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const string = (name: string) => {
    const value = at(json, `/${name}`);
    return typeof value === "string" ? value : undefined;
  };
  const flag = (name: string) => {
    const value = at(json, `/${name}`);
    return typeof value === "boolean" ? value : undefined;
  };
  const body = fromBase64(string("data_base64") ?? "?");
  const [id, type, source, key] = [string("id"), string("type"), string("source"), string("hooklinekey")];
  const received = new Date(string("time") ?? Number.NaN);
  if (string("specversion") !== "1.0" || body === undefined || Number.isNaN(received.getTime())) return undefined;
  if (id === undefined || type === undefined || source === undefined || key === undefined) return undefined;
  const unsigned = string("unsigned")
    ?.split(",")
    .filter((name) => name === "id" || name === "type");
  return {
    id,
    type: flag("untyped") === true ? undefined : type,
    source,
    key,
    received,
    bodyCovered: flag("bodycovered") ?? false,
    body,
    ...defined({
      tenant: string("tenant"),
      livemode: flag("livemode"),
      unsigned,
      contentType: string("datacontenttype"),
    }),
  };
}
