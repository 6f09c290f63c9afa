import { mapBounded } from "../bytes/bounded.ts";
import { withFields } from "../bytes/defined.ts";
import { errorText } from "../bytes/error-text.ts";
import { type Deadline, halfOf, isOver, within } from "../deadline.ts";
import { isTest, type WebhookEvent } from "../events/envelope.ts";
import { bodyHashOf, createRepeats, ingressKey, inPeriodOf, windowMilliseconds } from "../events/identity.ts";
import { type Log, millisecondsSince, report } from "../log.ts";
import type { Provider } from "../provider.ts";
import type { ClaimedEvent, EnqueuedEvent } from "./claimed-event.ts";
import type { DedupeStore, IngressRecord } from "./dedupe-store.ts";
import type { EventQueue } from "./event-queue.ts";

const step = "dedupe";

/** The options of claiming the events of a delivery. */
export type ClaimOptions = {
  readonly dedupe: DedupeStore;
  readonly queue: Pick<EventQueue, "wants" | "archive">;
  readonly provider: Provider;
  /** Ignores events that the provider marks as tests. Defaults to false. */
  readonly liveOnly?: boolean;
  readonly now: () => Date;
  readonly log: Log | undefined;
  /** Absent: no signal but the store's own. */
  readonly deadline?: Deadline;
  /** Waits so many milliseconds; for tests. */
  readonly wait?: (milliseconds: number) => Promise<void>;
};

/** A holder older than this has answered or is dead: waiting for its mark has no effect. */
const holderPatienceMilliseconds = 3000;
const polls = [40, 80, 160, 320] as const;
/** Fewer than an SDK client's sockets (50): waiting for a socket would count as the table's time. */
const mostAtOnce = 32;

/**
 * Claims each event of a delivery: `send` for a new event, its own record, a record that its holder left, and a store that
 * fails; `duplicate` for one already enqueued; `ignored` for one that no queue wants. A holder's record delays a delivery and
 * never refuses it. Claims have half of the time until the last send, so that a table that hangs does not stop an event. See
 * DECISIONS 53.
 */
export async function claim(events: Iterable<WebhookEvent>, options: ClaimOptions): Promise<readonly ClaimedEvent[]> {
  const { log } = options;
  const [now, started] = [options.now(), performance.now()];
  const until = halfOf(options.deadline?.send);
  const held = new Map<number, Held>();
  const firstOf = createRepeats();
  const claimed = await mapBounded(events, mostAtOnce, async (event, index) => {
    const result = await claimOne(event, firstOf, until, options);
    if ("holder" in result) held.set(index, result);
    return result.claimed;
  });
  await waitForMarks([...held.values()], now, until, options);
  const claiming = { source: claimed[0]?.event.source, events: claimed.length, waited: held.size };
  report(log, { level: "debug", step, kind: "claimed", ...claiming, milliseconds: millisecondsSince(started) });
  return claimed.map((first, index) => {
    const waited = held.get(index);
    const { event, decision, ...others } = waited === undefined ? first : decided(waited, options);
    const at = { level: "info", step, source: event.source, id: event.id, type: event.type } as const;
    const reason = others.queues.length === 0 ? "no-processor" : "test-event";
    if (decision === "ignored") report(log, { ...at, kind: decision, reason });
    else report(log, { ...at, kind: decision === "send" ? "new" : decision });
    return { event, decision, ...others };
  });
}

/** A claim that found another's record, and that record's last state. */
type Held = { readonly claimed: ClaimedEvent; holder: IngressRecord };

async function claimOne(
  received: WebhookEvent,
  firstOf: ReturnType<typeof createRepeats>,
  until: number | undefined,
  options: ClaimOptions,
): Promise<Held | { readonly claimed: ClaimedEvent }> {
  const queues = options.queue.wants(received.source, received.type, received.coarseType);
  const isIgnored = queues.length === 0 || isTest(received, options.liveOnly);
  const event =
    options.queue.archive === undefined ? received : withFields(received, { queues: isIgnored ? [] : queues });
  const me = crypto.randomUUID();
  const expires = new Date(event.received.getTime() + windowMilliseconds(options.provider, event));
  const claimed = { event, queues, owner: me, expires };
  if (isIgnored) return { claimed: { ...claimed, decision: "ignored" } };
  const [key, bodyHash] = [ingressKey(event), shortHash(event)];
  const at = { step, source: event.source, id: event.id } as const;
  const level = options.provider.retryChangesBody ? "info" : "error";
  const tellChanged = () => report(options.log, { level, ...at, kind: "body changed" });
  const first = firstOf(event);
  if (first !== undefined) {
    if (shortHash(first) !== bodyHash) tellChanged();
    return { claimed: { ...claimed, decision: "duplicate" } };
  }
  try {
    const mine: IngressRecord = { state: "received", owner: me, bodyHash, at: event.received, expires };
    const result = await within(until, (signal) => options.dedupe.claim(key, mine, signal));
    if (result.won || result.held.owner === me) return { claimed: { ...claimed, decision: "send" } };
    if (result.held.bodyHash !== "" && result.held.bodyHash !== bodyHash) tellChanged();
    return { claimed: { ...claimed, decision: "send" }, holder: result.held };
  } catch (error) {
    // Fail open: a provider that never retries must not lose the event; the consumer's claim removes the second copy,
    // unless the event has no id and its period has ended between the two.
    report(options.log, { level: "error", ...at, kind: "dedupe unavailable", error: errorText(error) });
    return { claimed: { ...claimed, decision: "send" } };
  }
}

/** Reports other bytes under one key. */
function shortHash(event: WebhookEvent): string {
  return bodyHashOf(event).slice(0, 22);
}

function decided({ claimed, holder }: Held, { log, provider }: ClaimOptions): ClaimedEvent {
  if (holder.state === "enqueued") return { ...claimed, decision: "duplicate" };
  const event = inPeriodOf(holder.at, claimed.event, provider);
  report(log, { level: "info", step, kind: "forwarded", source: event.source, id: event.id });
  return { ...claimed, event, decision: "send", owner: holder.owner };
}

/**
 * Polls the holders' records until they are `enqueued`, for 0.6 s at most: all of a delivery at once, since a repeated batch
 * would otherwise use up its time. It reads a clock only to skip the wait.
 */
async function waitForMarks(
  held: readonly Held[],
  now: Date,
  until: number | undefined,
  options: ClaimOptions,
): Promise<void> {
  const wait = options.wait ?? ((milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)));
  const isYoung = ({ holder }: Held) => now.getTime() - holder.at.getTime() <= holderPatienceMilliseconds;
  let waiting = held.filter(isYoung);
  for (const pause of polls) {
    waiting = waiting.filter(({ holder }) => holder.state !== "enqueued");
    if (waiting.length === 0 || isOver(until)) return;
    await wait(pause);
    const read = await mapBounded(waiting, mostAtOnce, async (one) => {
      try {
        const key = ingressKey(one.claimed.event);
        one.holder = (await within(until, (signal) => options.dedupe.read(key, signal))) ?? one.holder;
        return true;
      } catch (error) {
        report(options.log, { level: "error", step, kind: "dedupe unavailable", error: errorText(error) });
        return false;
      }
    });
    waiting = waiting.filter((_, index) => read[index]);
  }
}

/** Marks the events that every queue acknowledged. A mark that fails costs one more copy at the next retry, never an event. */
export async function mark(
  events: readonly EnqueuedEvent[],
  { dedupe, log, deadline }: Pick<ClaimOptions, "dedupe" | "log" | "deadline">,
): Promise<void> {
  const sent = events.filter((claimed) => claimed.decision === "send" && claimed.failure === undefined);
  const started = performance.now();
  await mapBounded(sent, mostAtOnce, async ({ event, owner, expires }) => {
    try {
      const mine = { owner, expires, sent: event.received };
      await within(deadline?.end, (signal) => dedupe.mark(ingressKey(event), mine, signal));
    } catch (error) {
      const { source, id } = event;
      report(log, { level: "error", step, kind: "mark failed", source, id, error: errorText(error) });
    }
  });
  const marked = { source: sent[0]?.event.source, events: sent.length };
  report(log, { level: "debug", step, kind: "marked", ...marked, milliseconds: millisecondsSince(started) });
}
