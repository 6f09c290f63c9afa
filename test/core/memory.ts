import type { WebhookEvent } from "../../lambdas/core/events/envelope.ts";
import { queuesFor, type Route } from "../../lambdas/core/events/event-routes.ts";
import type { DedupeStore, IngressRecord } from "../../lambdas/core/ingress/dedupe.ts";
import type { EventQueue } from "../../lambdas/core/ingress/event-queue.ts";
import type { ProcessingStore } from "../../lambdas/core/processing/processing-store.ts";

/** A clock that stands still until it is told otherwise. */
type Clock = { now(): Date; advance(milliseconds: number): void; set(time: Date): void };

export function createClock(start = new Date("2026-03-04T05:06:07.000Z")): Clock {
  let time = start.getTime();
  return {
    now: () => new Date(time),
    advance(milliseconds) {
      time += milliseconds;
    },
    set(to) {
      time = to.getTime();
    },
  };
}

/** What every port here can do beside its work: say what was asked of it, and fail when told to. */
type Controlled = {
  /** What was asked, in order: `claim github#…`. */
  readonly operations: string[];
  /** The next so many calls reject: before they have had their effect, or after (the answer is lost). */
  fail(operation: string, moment?: "before" | "after", times?: number): void;
  /** No call fails any more. */
  heal(): void;
};

type Perform = <T>(operation: string, detail: string, effect: () => T) => Promise<T>;

function createControls(): Controlled & { readonly perform: Perform } {
  const operations: string[] = [];
  let faults: { readonly operation: string; readonly moment: "before" | "after"; left: number }[] = [];
  const check = (operation: string, moment: "before" | "after") => {
    const fault = faults.find((one) => one.operation === operation && one.moment === moment && one.left > 0);
    if (fault === undefined) return;
    fault.left -= 1;
    throw new Error(`${operation} failed ${moment} its effect`);
  };
  return {
    operations,
    fail: (operation, moment = "before", times = Number.POSITIVE_INFINITY) => {
      faults.push({ operation, moment, left: times });
    },
    heal: () => {
      faults = [];
    },
    async perform(operation, detail, effect) {
      operations.push(`${operation} ${detail}`);
      check(operation, "before");
      const result = effect();
      check(operation, "after");
      return result;
    },
  };
}

type MemoryDedupe = DedupeStore & Controlled & { readonly records: Map<string, IngressRecord> };

/** Ingress records in a map, each call atomic. */
export function createMemoryDedupe(): MemoryDedupe {
  const { perform, ...controls } = createControls();
  const records = new Map<string, IngressRecord>();
  return {
    ...controls,
    records,
    claim: (key, mine) =>
      perform("claim", key, () => {
        const held = records.get(key);
        if (held !== undefined && held.expires >= mine.at) return { won: false, held };
        records.set(key, mine);
        return { won: true };
      }),
    read: (key) => perform("read", key, () => records.get(key)),
    mark: (key, owner, expires) =>
      perform("mark", key, () => {
        const held = records.get(key);
        if (held !== undefined && held.owner !== owner) return;
        const at = held?.at ?? new Date(0);
        records.set(key, { state: "enqueued", owner, bodyHash: held?.bodyHash ?? "", at, expires });
      }),
    reopen: (key, expires) =>
      perform("reopen", key, () => {
        const { bodyHash, at } = records.get(key) ?? { bodyHash: "", at: new Date(0) };
        records.set(key, { bodyHash, at, expires, state: "received", owner: crypto.randomUUID() });
      }),
  };
}

export type MemoryProcessingRecord = {
  readonly state: "processing" | "failed" | "dead" | "done";
  readonly owner: string;
  readonly leaseUntil: Date;
  readonly attempts: number;
  /** Ids of the copies being burned. */
  readonly burning: ReadonlySet<string>;
  readonly reason?: string;
  readonly expires: Date;
};

export type MemoryProcessing = ProcessingStore & Controlled & { readonly records: Map<string, MemoryProcessingRecord> };

/** Processing records in a map, each call atomic. */
export function createMemoryProcessing(): MemoryProcessing {
  const { perform, ...controls } = createControls();
  const records = new Map<string, MemoryProcessingRecord>();
  const isFree = (held: MemoryProcessingRecord, owner: string, messageId: string, now: Date) => {
    if (held.expires < now || held.state === "failed") return true;
    if (held.state === "processing") return held.leaseUntil < now || held.owner === owner;
    return held.state === "dead" && !held.burning.has(messageId);
  };
  return {
    ...controls,
    records,
    claim: (key, { owner, messageId, now, leaseUntil, expires }) =>
      perform("claim", key, () => {
        const held = records.get(key);
        if (held !== undefined && !isFree(held, owner, messageId, now)) {
          const state = held.state === "failed" ? "processing" : held.state;
          return { won: false, state, leaseUntil: held.leaseUntil };
        }
        const attempt = (held?.attempts ?? 0) + 1;
        const burning = held?.burning ?? new Set();
        records.set(key, { state: "processing", owner, leaseUntil, attempts: attempt, burning, expires });
        return { won: true, attempt, cut: held?.state === "processing" && held.owner !== owner };
      }),
    read: (key) => perform("read", key, () => records.get(key)),
    end: (key, owner, { state, messageId, reason, expires }) =>
      perform("end", `${state} ${key}`, () => {
        const held = records.get(key);
        if (held?.owner !== owner || held.state !== "processing") return false;
        const burning = state === "dead" ? new Set([...held.burning, messageId]) : held.burning;
        records.set(key, { ...held, state, burning, expires, ...(reason === undefined ? {} : { reason }) });
        return true;
      }),
  };
}

type MemoryQueue = EventQueue &
  Controlled & { readonly sent: { readonly queue: string; readonly event: WebhookEvent }[] };

/** Queues in a list. */
export function createMemoryQueue(routes: readonly Route[]): MemoryQueue {
  const { perform, ...controls } = createControls();
  const sent: { readonly queue: string; readonly event: WebhookEvent }[] = [];
  return {
    ...controls,
    sent,
    wants: (source, type, coarseType) => queuesFor(routes, source, type, coarseType),
    send: (queue, events) =>
      perform(`send:${queue}`, events.map((event) => event.id).join(","), () => {
        sent.push(...events.map((event) => ({ queue, event })));
        return events.map(() => ({ sent: true }) as const);
      }),
  };
}
