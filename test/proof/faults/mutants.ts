import { fromHttpEvent, type HttpEvent, type HttpResult, toHttpResult } from "../../../lambdas/aws/http/http-event.ts";
import { deadlineFor } from "../../../lambdas/core/deadline.ts";
import type { WebhookEvent } from "../../../lambdas/core/events/envelope.ts";
import { eventsOf } from "../../../lambdas/core/events/identity.ts";
import type { ClaimedEvent, EnqueuedEvent } from "../../../lambdas/core/ingress/claimed-event.ts";
import { claim, mark } from "../../../lambdas/core/ingress/dedupe.ts";
import { enqueue, outcomeOf } from "../../../lambdas/core/ingress/enqueue.ts";
import { admit } from "../../../lambdas/core/ingress/find-source.ts";
import { silent } from "../../../lambdas/core/log.ts";
import {
  answer,
  type DedupeStore,
  type IngressRecord,
  type ProcessingStore,
  type ReceiverOptions,
} from "../../../lambdas/core/mod.ts";
import { verifyAdmitted } from "../../../lambdas/core/verify/verify-delivery.ts";
import { type Composition, ours } from "../simulation/simulated-stack.ts";

/** A stack that is put together wrongly: the promises must be seen to break. */
export type Mutant = {
  readonly name: string;
  readonly composition: Composition /** What catches it. */;
  readonly needs: "single faults" | "the simulation";
};

type Steps = {
  readonly claim: () => Promise<readonly ClaimedEvent[]>;
  readonly enqueue: (claims: readonly ClaimedEvent[]) => Promise<readonly EnqueuedEvent[]>;
  readonly mark: (events: readonly EnqueuedEvent[]) => Promise<void>;
};

/** The steps of core in another order. */
const inOrder = (order: (steps: Steps) => Promise<readonly EnqueuedEvent[]>): Composition => ({
  ...ours,
  verifier: (options) => (event) => verifyInOrder(event, options, order),
});

const inOurOrder = async ({ claim, enqueue, mark }: Steps): Promise<readonly EnqueuedEvent[]> => {
  const enqueued = await enqueue(await claim());
  await mark(enqueued);
  return enqueued;
};

async function verifyInOrder(
  event: HttpEvent,
  { sources, dedupe, queue, log }: ReceiverOptions,
  order: (steps: Steps) => Promise<readonly EnqueuedEvent[]>,
  changed: (event: WebhookEvent) => WebhookEvent = (one) => one,
): Promise<HttpResult> {
  const given = { now: () => new Date(), log: log ?? silent };
  const delivery = fromHttpEvent(event);
  const admitted = admit(delivery, { sources });
  if (admitted.kind === "refused") return toHttpResult(answer(admitted));
  const { name, source } = admitted;
  const { provider } = source;
  const verified = await verifyAdmitted(delivery, admitted, given);
  if (verified.kind !== "verified") return toHttpResult(answer(verified));
  const deadline = deadlineFor(provider, 10_000);
  const events = Array.from(
    eventsOf(verified, { source: name, provider, received: given.now(), log: given.log }),
    changed,
  );
  const enqueued = await order({
    claim: () => claim(events, { dedupe, queue, provider, deadline, ...given }),
    enqueue: (claims) => enqueue(claims, { queue, deadline, log: given.log }),
    mark: (sent) => mark(sent, { dedupe, deadline, log: given.log }),
  });
  return toHttpResult(answer(outcomeOf(enqueued)));
}

const withDedupe = (
  dedupe: (store: DedupeStore, records: Map<string, IngressRecord>) => Partial<DedupeStore>,
): Composition => ({ ...ours, dedupe: (store, records) => ({ ...store, ...dedupe(store, records) }) });

const withProcessing = (processing: (store: ProcessingStore) => Partial<ProcessingStore>): Composition => ({
  ...ours,
  processing: (store) => ({ ...store, ...processing(store) }),
});

const withoutReplay = (key: string) => key.replace(/#replay=[^#]*/, "");
const withoutPeriod = (key: string) => key.replace(/#period=[^#]*/, "");

/** Events whose keys lack a part, from the verifier on. */
const withoutPart = (part: RegExp): Composition => ({
  ...ours,
  verifier: (options) => (event) =>
    verifyInOrder(event, options, inOurOrder, (one) => ({ ...one, key: one.key.replace(part, "") })),
});

const ofReplay = (key: string, messageId: string) => (key.includes("#replay=") ? `${key}#${messageId}` : key);

const beyond = { state: "done", leaseUntil: new Date(0) } as const;

/** Each is a bug that receivers in the field have had. */
export const mutants: readonly Mutant[] = [
  {
    name: "marks before it sends",
    needs: "single faults",
    composition: inOrder(async (steps) => {
      const claims = await steps.claim();
      await steps.mark(claims);
      return await steps.enqueue(claims);
    }),
  },
  {
    name: "answers before it sends",
    needs: "single faults",
    composition: inOrder(async (steps) => {
      const claims = await steps.claim();
      void steps.enqueue(claims).then(steps.mark);
      return claims;
    }),
  },
  {
    name: "answers 503 while the table is unwell",
    needs: "single faults",
    composition: {
      ...ours,
      verifier: (options) => {
        let unwell = false;
        const claim: DedupeStore["claim"] = (key, mine, signal) =>
          options.dedupe.claim(key, mine, signal).catch((error) => {
            unwell = true;
            throw error;
          });
        const verify = ours.verifier({ ...options, dedupe: { ...options.dedupe, claim } });
        return async (event, context) => {
          unwell = false;
          const result = await verify(event, context);
          return unwell ? { ...result, statusCode: 503 } : result;
        };
      },
    },
  },
  {
    name: "answers 401 when it cannot have its secrets",
    needs: "single faults",
    composition: {
      ...ours,
      verifier: (options) => {
        const verify = ours.verifier(options);
        return async (event, context) => {
          const result = await verify(event, context);
          return String(result.body).includes("key-fetch") ? { ...result, statusCode: 401 } : result;
        };
      },
    },
  },
  {
    name: "takes an event whose ingress record exists for a duplicate",
    needs: "single faults",
    composition: withDedupe((store) => ({
      async claim(key, mine, signal) {
        const claimed = await store.claim(key, mine, signal);
        return claimed.won ? claimed : { won: false, held: { ...claimed.held, state: "enqueued" } };
      },
    })),
  },
  {
    name: "deletes the record of what it could not send",
    needs: "single faults",
    composition: {
      ...ours,
      verifier: (options) => {
        let key = "";
        const claim: DedupeStore["claim"] = (mine, record, signal) => {
          key = mine;
          return options.dedupe.claim(mine, record, signal);
        };
        const verify = ours.verifier({ ...options, dedupe: { ...options.dedupe, claim } });
        return async (event, context) => {
          const result = await verify(event, context);
          // The port has no delete, and that is as it should be: this one goes behind its back.
          if (result.statusCode === 503 && key !== "") (options.dedupe as Deleting).delete?.(key);
          return result;
        };
      },
      dedupe: (store, records) => ({ ...store, delete: (key: string) => records.delete(key) }) as Deleting,
    },
  },
  {
    name: "never re-opens ingress",
    needs: "single faults",
    composition: withDedupe(() => ({ reopen: async () => {} })),
  },
  { name: "re-opens ingress after the run", needs: "the simulation", composition: reopeningLate() },
  {
    name: "drops a copy whose processing record exists",
    needs: "single faults",
    composition: withProcessing((store) => ({
      async claim(key, mine) {
        const claimed = await store.claim(key, mine);
        return claimed.won ? claimed : { ...claimed, state: "done" };
      },
    })),
  },
  {
    name: "acknowledges a copy whose claim failed",
    needs: "single faults",
    composition: withProcessing((store) => ({
      claim: (key, mine) => store.claim(key, mine).catch(() => ({ won: false, ...beyond }) as const),
    })),
  },
  {
    name: "runs a copy whose claim failed",
    needs: "the simulation",
    composition: withProcessing((store) => ({
      claim: (key, mine) => store.claim(key, mine).catch(() => ({ won: true, attempt: 1, cut: false }) as const),
    })),
  },
  {
    name: "ends a run that is not its own",
    needs: "the simulation",
    composition: {
      ...ours,
      processing: (store, records) => ({
        ...store,
        async end(key, owner, as) {
          const ended = await store.end(key, owner, as);
          const held = records.get(key);
          if (!ended && held !== undefined) records.set(key, { ...held, state: as.state });
          return ended;
        },
      }),
    },
  },
  {
    name: "takes a later event with equal bytes for the one that is done",
    needs: "the simulation",
    composition: withProcessing((store) => ({
      claim: (key, mine) => store.claim(withoutPeriod(key), mine),
      read: (key) => store.read(withoutPeriod(key)),
      end: (key, owner, as) => store.end(withoutPeriod(key), owner, as),
    })),
  },
  {
    name: "gives equal events of one delivery no place among them",
    needs: "single faults",
    composition: withoutPart(/#place=[^#]*/),
  },
  {
    name: "leaves a type that the signature covers out of the key",
    needs: "single faults",
    composition: withoutPart(/#type=[^#]*/),
  },
  {
    name: "forgets when what it forwards was first received",
    needs: "single faults",
    composition: withDedupe((store) => ({
      async claim(key, mine, signal) {
        const claimed = await store.claim(key, mine, signal);
        return claimed.won ? claimed : { won: false, held: { ...claimed.held, at: new Date(0) } };
      },
    })),
  },
  {
    name: "replays an event beside its run",
    needs: "single faults",
    // Nobody else reads a record of a copy's first receives.
    composition: withProcessing(() => ({ read: async () => undefined })),
  },
  {
    name: "replays an event under its own key",
    needs: "single faults",
    composition: withProcessing((store) => ({
      claim: (key, mine) => store.claim(withoutReplay(key), mine),
      read: (key) => store.read(withoutReplay(key)),
      end: (key, owner, as) => store.end(withoutReplay(key), owner, as),
    })),
  },
  {
    name: "replays an event once per copy and not once per replay",
    needs: "single faults",
    composition: withProcessing((store) => ({
      claim: (key, mine) => store.claim(ofReplay(key, mine.messageId), mine),
      end: (key, owner, as) => store.end(ofReplay(key, as.messageId), owner, as),
    })),
  },
  {
    name: "drops a replay whose event is being run",
    needs: "single faults",
    composition: withProcessing((store) => ({
      read: async () => undefined,
      async claim(key, mine) {
        const held = key.includes("#replay=") ? await store.read(withoutReplay(key)) : undefined;
        return held?.state === "processing" ? { won: false, ...beyond } : await store.claim(key, mine);
      },
    })),
  },
  {
    name: "processes once per copy and not once per event",
    needs: "single faults",
    composition: withProcessing((store) => ({
      claim: (key, mine) => store.claim(`${key}#${mine.messageId}`, mine),
      end: (key, owner, as) => store.end(`${key}#${as.messageId}`, owner, as),
    })),
  },
];

/** Holds each re-opening back until a run ends: one that is killed never has it. */
function reopeningLate(): Composition {
  let held: (() => Promise<void>)[] = [];
  return {
    ...ours,
    dedupe(store) {
      held = [];
      return { ...store, reopen: async (key, expires) => void held.push(() => store.reopen(key, expires)) };
    },
    processing: (store) => ({
      ...store,
      async end(key, owner, as) {
        await Promise.all(held.splice(0).map((reopen) => reopen()));
        return await store.end(key, owner, as);
      },
    }),
  };
}

type Deleting = DedupeStore & { readonly delete?: (key: string) => boolean };
