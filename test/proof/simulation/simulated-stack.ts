import type { SQSEvent } from "aws-lambda";
import { createEventQueues } from "../../../lambdas/aws/sqs/event-queues.ts";
import { fromSqsEvent } from "../../../lambdas/aws/sqs/queued-events.ts";
import { errorText } from "../../../lambdas/core/bytes/error-text.ts";
import { ingressKey } from "../../../lambdas/core/events/identity.ts";
import {
  type DedupeStore,
  type DepositedEvent,
  fromEnvelope,
  type IngressRecord,
  type ProcessingStore,
  type ReceiverOptions,
  toEnvelope,
  type WebhookEvent,
} from "../../../lambdas/core/mod.ts";
import { processorLambda, type QueueLambda } from "../../../lambdas/processor.ts";
import { type HttpLambda, verifier } from "../../../lambdas/verifier.ts";
import type { MemoryProcessingRecord } from "../../core/memory.ts";
import { createPerform, type Decide, type Perform } from "./aws/calls.ts";
import { createInvocations, type Invocations } from "./aws/invocations.ts";
import { poll } from "./aws/mapping.ts";
import { performedBucket, performedQueues } from "./aws/ports.ts";
import { createQueue, type SimulatedQueue } from "./aws/queue.ts";
import { createSqsClient } from "./aws/sqs-client.ts";
import { createTables, type TableKind } from "./aws/tables.ts";
import { copyName, createJournal, identityIn, type Journal, logInto } from "./promises/journal.ts";
import { identityOf, providers, routes, sameBytes, secret, sentEventOf } from "./sources.ts";
import type { VirtualTime } from "./virtual-time.ts";
import { type Behave, createWork } from "./work.ts";

/** How the parts are put together. Another than ours is a mutant, for the proof of the proof. */
export type Composition = {
  readonly verifier: (options: ReceiverOptions) => HttpLambda;
  readonly dedupe: (store: DedupeStore, records: Map<string, IngressRecord>) => DedupeStore;
  readonly processing: (store: ProcessingStore, records: Map<string, MemoryProcessingRecord>) => ProcessingStore;
};

export const ours: Composition = { verifier, dedupe: (store) => store, processing: (store) => store };

type SimulatedStackOptions = {
  readonly time: VirtualTime;
  readonly decide: Decide;
  readonly behave: Behave;
  /** Receives before a copy goes to the DLQ. */
  readonly attempts: number;
  readonly skew: () => number;
  readonly deliversTwice: () => boolean;
  /** How long after its time the table still holds an expired record. */
  readonly lagMilliseconds: number;
  readonly batchSize: number;
  readonly tables: TableKind;
  readonly composition: Composition;
};

/** Everything that one stack has, simulated up to the ports, and real behind them. */
export type SimulatedStack = {
  readonly time: VirtualTime;
  readonly journal: Journal;
  readonly invocations: Invocations;
  readonly queues: ReadonlyMap<string, SimulatedQueue>;
  readonly verify: HttpLambda;
  readonly process: (queue: string) => QueueLambda;
  /** Processing records by `<queue>#<source>#<key>`. */
  readonly processed: ReadonlyMap<string, MemoryProcessingRecord>;
  readonly perform: Perform;
  /** Has each event processed again that ever came to a queue, as an operator does from the archive. */
  readonly replay: (id: string) => void;
  /** What a copy holds, and whose event it is. */
  readonly read: (envelope: string) => { readonly identity: string; readonly event: WebhookEvent | DepositedEvent };
};

export const timeoutSeconds = 10;
/** Of the processors' function: a run, one suspect more, and 10 s. */
export const functionMilliseconds = (2 * timeoutSeconds + 10) * 1000;
const visibilityMilliseconds = 6 * functionMilliseconds;

export function createSimulatedStack(options: SimulatedStackOptions): SimulatedStack {
  const { time, composition } = options;
  const journal = createJournal();
  const invocations = createInvocations(time, options.skew, (name, error) => {
    journal.broken.push(`the ${name} function threw ${errorText(error)}`);
  });
  const perform = createPerform(time, options.decide, invocations.crash);
  const log = logInto(journal);
  const bucket = new Map<string, Uint8Array<ArrayBuffer>>();

  const reads = new Map<string, ReturnType<typeof readNew>>();
  const readNew = (envelope: string) => {
    const event = fromEnvelope(envelope);
    if (event === undefined) throw new Error(`Not one of our envelopes: ${envelope.slice(0, 80)}`);
    const body = "body" in event ? event.body : bucket.get(event.deposit);
    if (body === undefined) journal.broken.push(`a copy of ${event.id} was sent before its body was deposited`);
    const sent = sentEventOf(body ?? new Uint8Array());
    // Of equal bytes only the delivery that sends them knows whose they are, and it is the first to have them read.
    const sender = time.current();
    const [, place = "1"] = /#place=(\d+)/.exec(event.key) ?? [];
    const delivered =
      sender === undefined
        ? undefined
        : journal.verifications.get(sender)?.events.filter(sameBytes(sent))[Number(place) - 1];
    const name = copyName(event, sent);
    const first = event.replay === undefined ? undefined : journal.identities.get(name);
    const identity = first ?? identityOf(event.source, delivered ?? sent);
    journal.identities.set(name, identity);
    return { identity: identityIn(identity, event.replay), event, sent };
  };
  const read = (envelope: string) => {
    const known = reads.get(envelope) ?? readNew(envelope);
    reads.set(envelope, known);
    return known;
  };
  const queues = new Map<string, SimulatedQueue>();
  const arrived = new Map<string, { readonly wanting: readonly string[]; readonly queues: Set<string> }>();
  const wants = (source: string, type: string) => eventQueues.wants(source, type);
  for (const { queue: name } of routes) {
    const queue = createQueue(name, time, {
      maxReceiveCount: options.attempts,
      visibilityMilliseconds,
      deliversTwice: options.deliversTwice,
      visible: (at) =>
        time.after(at - time.now(), () => void poll(stack, queues.get(name) as SimulatedQueue, options.batchSize)),
    });
    queues.set(name, {
      ...queue,
      send(envelope) {
        const { identity, event, sent } = read(envelope);
        const key = ingressKey(event);
        const place = `${name} ${identity}`;
        const { copies, ...before } = journal.arrivals.get(place) ?? { copies: 0, queue: name, envelope };
        journal.arrivals.set(place, { copies: copies + 1, ...before });
        const known = arrived.get(key) ?? { wanting: wants(event.source, sent.type), queues: new Set<string>() };
        arrived.set(key, known);
        known.queues.add(name);
        queue.send(envelope);
      },
    });
  }
  const sqs = createSqsClient(queues, perform);
  const claimCheck = performedBucket(bucket, perform);
  const eventQueues = createEventQueues(sqs, "https://sqs.example/", routes, claimCheck);

  const missing = (key: string) => {
    const known = arrived.get(key);
    if (known === undefined) return ["any queue"];
    return known.wanting.filter((queue) => !known.queues.has(queue));
  };
  const { ingress, processed, heldSince, ...stores } = createTables(options.tables, {
    ...{ perform, journal, missing, now: time.now, lagMilliseconds: options.lagMilliseconds },
  });
  const dedupe = composition.dedupe(stores.dedupe, ingress);
  const store = composition.processing(stores.store, processed);

  const secrets = () => perform("secrets", () => [secret]);
  const names = Object.keys(providers) as (keyof typeof providers)[];
  const sources = Object.fromEntries(names.map((name) => [name, { provider: providers[name], secrets }]));
  const copies = (event: SQSEvent) => fromSqsEvent(event, sqs);
  const lambdas = new Map<string, QueueLambda>();
  for (const { queue } of routes) {
    const work = createWork(queue, {
      behave: options.behave,
      attempts: options.attempts,
      journal,
      perform,
      current: time.current,
      heldSince,
    });
    lambdas.set(queue, processorLambda(queue, work, { store, dedupe, collect: claimCheck.collect, copies, log }));
  }
  const stack: SimulatedStack = {
    ...{ time, journal, invocations, queues, perform, read, processed },
    verify: composition.verifier({ sources, dedupe, queue: performedQueues(eventQueues, perform), log }),
    process: (queue) => lambdas.get(queue) as QueueLambda,
    replay(id) {
      for (const { queue, envelope } of [...journal.arrivals.values()]) {
        const { event } = read(envelope);
        if (event.replay !== undefined) continue;
        const copy = toEnvelope({ ...event, replay: id });
        queues.get(queue)?.send(copy);
        const { identity, sent } = read(copy);
        const { source } = event;
        journal.promised.set(`${queue} ${identity}`, { queue, source, event: sent, identity, replay: id });
      }
    },
  };
  return stack;
}
