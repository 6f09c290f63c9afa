import { PermanentError, processor } from "../../../lambdas/core/mod.ts";
import { copyOf, createTestProcessing, event, key } from "../../core/copies.ts";
import { type Action, type ConsumerSize, consumer, fencedClaim, own } from "./consumer.ts";
import type { State } from "./explore.ts";

/** The worlds whose walks are replayed. */
export const replayedConsumers: readonly ConsumerSize[] = [
  { copies: 2, receives: 2, redrives: 1, faults: 3, failures: 2, permanent: 2 },
  { copies: 3, receives: 2, redrives: 2, faults: 1, failures: 3, permanent: 1 },
  { copies: 1, replays: 2, receives: 2, redrives: 1, faults: 3, failures: 2, permanent: 1 },
];

type Waiting = { readonly call: string; settle(outcome: string): void };

const settled = () => new Promise((resolve) => setImmediate(resolve));
const acknowledged = 4;
const replay = "r1";
/** The keys that the records of the event and of its replay have in the store. */
const recordKeys = [key, `${key}#replay=${replay}`] as const;
const states = ["none", "processing", "failed", "dead", "done"] as const;

/**
 * Walks through the model of processing at random, and has the real `processBatch` take the same steps: each of its
 * calls must be the one that the model makes next, and the real record must say what the model's does.
 *
 * @returns How many steps were compared. @throws {Error} At the first difference, with the walk until there.
 */
export async function replayConsumer(size: ConsumerSize, random: () => number): Promise<number> {
  const machine = consumer(fencedClaim, size);
  const { at } = machine;
  const { store, dedupe, process, clock } = createTestProcessing();
  const waiting = new Map<number, Waiting>();
  const results = new Map<number, "acknowledged" | "kept">();
  /** Workers that could not re-open ingress before their run. */
  const closed = new Set<number>();
  const walk: string[] = [];
  const effects = [0, 0];

  function differ(what: string): never {
    throw new Error(`The module differs from the model: ${what}, after\n${walk.join("\n")}`);
  }

  /** A lease that nobody works under any more is over: its time passes. */
  function expireLease(which: string): void {
    const held = store.records.get(which);
    if (held?.state === "processing") store.records.set(which, { ...held, leaseUntil: new Date(0) });
  }

  function ask<T>(worker: number, call: string, effect: (outcome: string) => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      waiting.set(worker, {
        call,
        settle(outcome) {
          waiting.delete(worker);
          if (outcome === "no effect") reject(new Error(outcome));
          else if (outcome === "no answer") effect(outcome).then(() => reject(new Error(outcome)), reject);
          else if (outcome === "throws") reject(new Error(outcome));
          else if (outcome === "in vain") reject(new PermanentError(outcome));
          else effect(outcome).then(resolve, reject);
        },
      });
    });
  }

  function deliver(worker: number, copy: number, state: State): void {
    const record = at.keyOf(copy);
    const effect = async () => {
      effects[record] = (effects[record] ?? 0) + 1;
    };
    // A run that died would keep its timers, and with them this process, for as long as it may take.
    const options = { impact: "Nobody is harmed: a test", timeoutSeconds: 2, retry: { attempts: size.receives } };
    const work = processor(options, () => ask(worker, "run", effect));
    const queued = copyOf(
      record === own ? event : { ...event, replay },
      `message-${state[at.id(copy)]}`,
      state[at.received(copy)] ?? 1,
    );
    results.delete(worker);
    closed.delete(worker);
    const running = process(work, [queued], {
      deadline: new Date(clock.now().getTime() + 60_000),
      store: {
        claim: (name, mine) =>
          ask(worker, "claim", (outcome) => {
            if (outcome === "misjudged") expireLease(name);
            return store.claim(name, mine);
          }),
        read: (name) =>
          ask(worker, "read", async (outcome) => {
            const held = await store.read(name);
            return held && outcome === "misjudged" ? { ...held, leaseUntil: new Date(0) } : held;
          }),
        end: (name, owner, as) => ask(worker, "end", () => store.end(name, owner, as)),
      },
      reopen: (name, until) => ask(worker, "reopen", () => dedupe.reopen(name, until)),
    });
    void running.then((kept) => results.set(worker, kept.length === 0 ? "acknowledged" : "kept"));
  }

  async function turns(): Promise<void> {
    for (let turn = 0; turn < 4; turn += 1) await settled();
  }

  async function take({ worker, call, outcome }: Action, before: State, next: State): Promise<void> {
    if (call === "deliver") deliver(worker, Number(outcome), next);
    else if (call === "die") waiting.delete(worker);
    else if (call !== "dead letter" && call !== "redrive") {
      if (call === "reopen" && outcome === "no effect" && next[at.step(worker)] === 1) closed.add(worker);
      const entry = waiting.get(worker);
      if (entry?.call !== call)
        differ(`worker ${worker} waits for ${entry?.call ?? "nothing"}, in the model for ${call}`);
      entry?.settle(outcome);
      await turns();
      // An end or a re-opening is tried three times before it is given up.
      for (let again = 0; again < 2 && outcome === "no effect" && /^(?:end|reopen)$/.test(call); again += 1) {
        if (waiting.get(worker)?.call !== call) differ(`worker ${worker} does not try its ${call} again`);
        waiting.get(worker)?.settle(outcome);
        await turns();
      }
    }
    await turns();
    if (worker >= 0 && call !== "die" && next[at.step(worker)] === 0) await ended(worker, before, next);
  }

  /** In the model the worker has ended: then the real one has, too, and says the same of its copy. */
  async function ended(worker: number, before: State, next: State): Promise<void> {
    if (closed.has(worker) && waiting.get(worker)?.call === "reopen") {
      // What could not be re-opened before its run is re-opened after it; in the model the log's word for it is enough.
      waiting.get(worker)?.settle("ok");
      await turns();
    }
    if (waiting.has(worker))
      differ(`worker ${worker} waits for ${waiting.get(worker)?.call}, in the model it has ended`);
    const place = at.place(before[at.copy(worker)] ?? 0);
    if (before[place] === acknowledged) return;
    const wanted = next[place] === acknowledged ? "acknowledged" : "kept";
    if (results.get(worker) !== wanted)
      differ(`worker ${worker} ${results.get(worker)} its copy, in the model ${wanted}`);
  }

  function compare(state: State): void {
    for (const which of at.keys) {
      const name = recordKeys[which];
      const wanted = states[state[at.state(which)] ?? 0];
      const held = store.records.get(name);
      const real = held?.state ?? "none";
      if (real !== wanted) differ(`the record ${name} is ${real}, in the model ${wanted}`);
      const ids = [...(held?.burning ?? [])].map((id) => Number(id.replace("message-", "")));
      const burning = ids.reduce((bits, id) => bits | (1 << id), 0);
      const burned = state[at.burning(which)];
      if (burning !== burned) differ(`the copies ${burning} of ${name} are being burned, in the model ${burned}`);
      const had = effects[which] ?? 0;
      const modelled = state[at.effects(which)];
      if (Math.min(had, 2) !== modelled) differ(`${name} had ${had} effects, in the model ${modelled}`);
      const owner = state[at.owner(which)] ?? 0;
      if (wanted === "processing" && (owner > 1 || state[at.step(owner)] === 0)) expireLease(name);
    }
  }

  for (let state = machine.first; ; ) {
    const steps = machine.actions(state);
    const step = steps[Math.floor(random() * steps.length)];
    if (step === undefined) return walk.length;
    walk.push(`${step.action.worker}: ${step.action.call} ${step.action.outcome}`);
    await take(step.action, state, step.state);
    state = step.state;
    compare(state);
  }
}
