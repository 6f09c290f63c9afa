import type { WebhookEvent } from "../../lambdas/core/events/envelope.ts";
import { queuesFor, type Route } from "../../lambdas/core/events/event-routes.ts";
import type { DedupeStore, IngressRecord } from "../../lambdas/core/ingress/dedupe-store.ts";
import type { EventQueue } from "../../lambdas/core/ingress/event-queue.ts";
import {
  createMemoryProcessing as createProcessing,
  type MemoryRecords,
} from "../../lambdas/core/memory-processing.ts";
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

type Perform = <T>(operation: string, detail: string, effect: () => T | Promise<T>) => Promise<T>;

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
      const result = await effect();
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
    mark: (key, { owner, expires }) =>
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

export type MemoryProcessingRecord = MemoryRecords extends Map<string, infer One> ? One : never;

export type MemoryProcessing = ProcessingStore & Controlled & { readonly records: MemoryRecords };

/** Core's processing records in a map, which say what was asked of them and fail when told to. */
export function createMemoryProcessing(): MemoryProcessing {
  const { perform, ...controls } = createControls();
  const records: MemoryRecords = new Map();
  const store = createProcessing(records);
  return {
    ...controls,
    records,
    claim: (key, mine) => perform("claim", key, () => store.claim(key, mine)),
    read: (key) => perform("read", key, () => store.read(key)),
    end: (key, owner, as) => perform("end", `${as.state} ${key}`, () => store.end(key, owner, as)),
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
