import { mapBounded } from "../bytes/bounded.ts";
import { errorText } from "../bytes/error-text.ts";
import { type Deadline, halfOf, isOver, within } from "../deadline.ts";
import { isTest, type WebhookEvent } from "../events/envelope.ts";
import { bodyHashOf, createRepeats, ingressKey, inPeriodOf, windowMilliseconds } from "../events/identity.ts";
import { type Log, millisecondsSince, report } from "../log.ts";
import type { Provider } from "../provider.ts";
import type { ClaimedEvent, EnqueuedEvent } from "./claimed-event.ts";
import type { EventQueue } from "./event-queue.ts";

/** The state of an event at ingress: `received` before its send, `enqueued` only after every queue acknowledged it. */
export type IngressRecord = {
  readonly state: "received" | "enqueued";
  /** The record's owner: a random text for each claim, so that a late mark cannot touch a record of another generation. */
  readonly owner: string;
  readonly bodyHash: string;
  /** The arrival of the delivery that made it; the start of 1970 where none did. */
  readonly at: Date;
  readonly expires: Date;
};

/**
 * The store of ingress records. A rejection means that it fails: ingress then forwards (fail open). The signal means that the
 * call's time is up, and its result no longer awaited.
 */
export type DedupeStore = {
  /** Writes `mine` unless a record that has not expired is there; then returns that record. */
  claim(
    key: string,
    mine: IngressRecord,
    signal?: AbortSignal,
  ): Promise<{ readonly won: true } | { readonly won: false; readonly held: IngressRecord }>;
  /** Reads consistently. */
  read(key: string, signal?: AbortSignal): Promise<IngressRecord | undefined>;
  /** Sets `enqueued` where the record is the owner's or absent; nothing otherwise. */
  mark(key: string, owner: string, expires: Date, signal?: AbortSignal): Promise<void>;
  /**
   * Sets a record to `received` under a new owner, so that the provider's next delivery is sent and no late mark of an earlier
   * one undoes it. `at` stays, since that delivery repeats the one received then. The record lives until `expires` even where
   * there was none or an expired one, so that a late mark does not create its own.
   */
  reopen(key: string, expires: Date): Promise<void>;
};

const step = "dedupe";

/** The options of claiming the events of a delivery. */
export type ClaimOptions = {
  readonly dedupe: DedupeStore;
  readonly queue: Pick<EventQueue, "wants">;
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
  event: WebhookEvent,
  firstOf: ReturnType<typeof createRepeats>,
  until: number | undefined,
  options: ClaimOptions,
): Promise<Held | { readonly claimed: ClaimedEvent }> {
  const queues = options.queue.wants(event.source, event.type, event.coarseType);
  const me = crypto.randomUUID();
  const expires = new Date(event.received.getTime() + windowMilliseconds(options.provider, event));
  const claimed = { event, queues, owner: me, expires };
  if (queues.length === 0 || isTest(event, options.liveOnly)) return { claimed: { ...claimed, decision: "ignored" } };
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
      await within(deadline?.end, (signal) => dedupe.mark(ingressKey(event), owner, expires, signal));
    } catch (error) {
      const { source, id } = event;
      report(log, { level: "error", step, kind: "mark failed", source, id, error: errorText(error) });
    }
  });
  const marked = { source: sent[0]?.event.source, events: sent.length };
  report(log, { level: "debug", step, kind: "marked", ...marked, milliseconds: millisecondsSince(started) });
}
