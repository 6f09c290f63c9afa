import { callWithin } from "../../../lambdas/aws/calls.ts";
import { silent } from "../../../lambdas/core/log.ts";
import { type DedupeStore, type EventQueue, type Outcome, receive } from "../../../lambdas/core/mod.ts";
import { github } from "../../../lambdas/providers/github.ts";
import { createTestReceiver, githubDelivery, secret } from "../../core/deliveries.ts";
import type { State } from "./explore.ts";
import { type Action, ingress } from "./ingress.ts";
import type { IngressSize } from "./ingress-layout.ts";
import { waitThenForward } from "./protocols.ts";

/** The worlds whose walks are replayed. The clock stands still in them, and nobody's record comes to an end. */
export const replayed: readonly IngressSize[] = [
  { deliveries: [[0], [0], [0]], faults: 4, queues: 2, lives: 0, skew: false, large: false, polls: 4, mostCopies: 99 },
  { deliveries: [[0], [1], [0]], faults: 3, queues: 1, lives: 0, skew: false, large: false, polls: 4, mostCopies: 99 },
];

/** A call of the real module that waits for what the model says has come of it. */
type Waiting = { readonly call: string; settle(outcome: string): void };

const settled = () => new Promise((resolve) => setImmediate(resolve));

/**
 * Walks through the model at random, and has the real modules take the same steps: each of their calls must be the one
 * that the model makes next, and after each the real records and queues must hold what the model's do.
 *
 * @returns How many steps were compared. @throws {Error} At the first difference, with the walk until there.
 */
export async function replay(size: IngressSize, random: () => number): Promise<number> {
  const machine = ingress(waitThenForward, size);
  const { at } = machine;
  const { dedupe, options, clock } = createTestReceiver();
  const queueNames = Array.from({ length: size.queues }, (_, queue) => `queue-${queue}`);
  const copies = new Map<string, number>();
  const bodies = ['{"key":0}', '{"key":1}'];
  const waiting = new Map<number, Waiting[]>();
  const outcomes = new Map<number, Outcome>();
  const walk: string[] = [];

  /** One call of a delivery: it says that it is there and waits; `effect` happens unless the model says otherwise. */
  function ask<T>(d: number, call: string, effect: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const entry: Waiting = {
        call,
        settle(outcome) {
          waiting.set(
            d,
            (waiting.get(d) ?? []).filter((other) => other !== entry),
          );
          if (outcome === "no effect") reject(new Error(outcome));
          else if (outcome === "no answer") effect().then(() => reject(new Error(outcome)), reject);
          else effect().then(resolve, reject);
        },
      };
      waiting.set(d, [...(waiting.get(d) ?? []), entry]);
    });
  }

  function start(d: number): void {
    const key = size.deliveries[d]?.[0] ?? 0;
    const tries = { tries: 2, milliseconds: 3_600_000 };
    const store: DedupeStore = {
      claim: (name, mine) => callWithin(tries, () => ask(d, `claim ${key}`, () => dedupe.claim(name, mine))),
      read: (name) => ask(d, `read ${key}`, () => dedupe.read(name)),
      mark: (name, mine) => ask(d, `mark ${key}`, () => dedupe.mark(name, mine)),
      reopen: dedupe.reopen,
    };
    const queue: EventQueue = {
      wants: () => queueNames,
      async send(name, events) {
        try {
          await callWithin(tries, async () => {
            const put = async () => void copies.set(`${key} ${name}`, (copies.get(`${key} ${name}`) ?? 0) + 1);
            await ask(d, `send ${queueNames.indexOf(name)}`, put);
          });
          return events.map(() => ({ sent: true }) as const);
        } catch (cause) {
          return events.map(() => ({ sent: false, cause }) as const);
        }
      },
    };
    const patient = { ...github, answerWithinSeconds: 3600 };
    const sources = { github: { provider: patient, secrets: async () => [secret] } };
    const delivery = githubDelivery({ body: bodies[key] ?? "" });
    const given = { ...options, sources, dedupe: store, queue, now: clock.now, log: silent };
    void receive(delivery, given).then((outcome) => outcomes.set(d, outcome));
  }

  /** The model's word for a send's outcome is what was taken; one event is taken whole or not at all. */
  const said = ({ call, outcome }: Action) =>
    !call.startsWith("send") || outcome === "ok"
      ? outcome
      : outcome.startsWith("no answer")
        ? "no answer"
        : "no effect";

  async function take(action: Action): Promise<void> {
    const { delivery: d, call } = action;
    if (call === "start") start(d);
    else if (call === "die") {
      waiting.set(d, []);
    } else if (call === "answer") {
      const outcome = outcomes.get(d);
      const answered = outcome === undefined ? "none" : outcome.kind === "unavailable" ? "503" : "200";
      if (answered !== action.outcome) differ(`answered ${answered}`);
    } else if (call !== "forward" && call !== "nothing") {
      const entry = (waiting.get(d) ?? []).find((one) => one.call === call);
      if (entry === undefined)
        differ(`waits for ${(waiting.get(d) ?? []).map((one) => one.call).join(", ") || "nothing"}`);
      entry?.settle(said(action));
    }
    for (let turn = 0; turn < 4; turn += 1) await settled();
  }

  function compare(state: State): void {
    for (let key = 0; key < at.keys; key += 1) {
      for (const [queue, name] of queueNames.entries()) {
        const real = copies.get(`${key} ${name}`) ?? 0;
        const wanted = state[at.copies(key, queue)] ?? 0;
        if (real !== wanted) differ(`${name} holds ${real} copies of event ${key}, in the model ${wanted}`);
      }
    }
    const real = [...dedupe.records.values()].map((record) => record.state).sort();
    const modelled = Array.from(
      { length: at.keys },
      (_, key) => ["none", "received", "enqueued"][state[at.state(key)] ?? 0],
    );
    const wanted = modelled.filter((one) => one !== "none").sort();
    if (real.join() !== wanted.join()) differ(`the records are ${real}, in the model ${wanted}`);
  }

  function differ(what: string): never {
    throw new Error(`The modules differ from the model: the real delivery ${what}, after\n${walk.join("\n")}`);
  }

  const { setTimeout } = globalThis;
  // A delivery's waits for a mark are over at once: the model knows their order, not their length. Its deadlines are seconds.
  globalThis.setTimeout = ((work: () => void, milliseconds = 0) =>
    milliseconds < 1000 ? setImmediate(work) : setTimeout(work, milliseconds)) as unknown as typeof setTimeout;
  try {
    for (let state = machine.first; ; ) {
      const steps = machine.actions(state);
      const step = steps[Math.floor(random() * steps.length)];
      if (step === undefined) return walk.length;
      walk.push(`${step.action.delivery}: ${step.action.call} ${step.action.outcome}`);
      await take(step.action);
      state = step.state;
      compare(state);
    }
  } finally {
    globalThis.setTimeout = setTimeout;
  }
}
