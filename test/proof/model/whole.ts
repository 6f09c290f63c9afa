import { type ClaimProtocol, type ConsumerSize, consumer, own } from "./consumer.ts";
import type { Machine, State } from "./explore.ts";
import { ingress, reopened } from "./ingress.ts";
import type { IngressSize } from "./ingress-layout.ts";
import type { Protocol } from "./protocols.ts";

const [absent, visible, , inDlq] = [0, 1, 2, 3] as const;
const [received, enqueued] = [1, 2] as const;
const [success, lost] = [1, 3] as const;

/**
 * Ingress and processing of one event composed end to end: what a send acknowledges is a copy that is delivered, a
 * final failure re-opens ingress, and a provider may then send again. One budget of faults for both.
 */
export function whole(
  protocols: { readonly ingress: Protocol; readonly claim: ClaimProtocol },
  sizes: { readonly ingress: Omit<IngressSize, "queues" | "lives">; readonly consumer: ConsumerSize },
): Machine {
  const { copies } = sizes.consumer;
  const front = ingress(protocols.ingress, { ...sizes.ingress, queues: 1, lives: 0, mostCopies: copies + 1 });
  const back = consumer(protocols.claim, { ...sizes.consumer, faults: sizes.ingress.faults });
  const split = front.at.length;
  const length = split + back.at.length + 1;
  /** How often ingress was re-opened: each time under another owner. */
  const reopenings = length - 1;
  const record = front.at.state(0);
  const count = front.at.copies(0, 0);

  const join = (one: State, other: State, reopens: number): State => {
    const state = new Uint8Array(length);
    state.set(one);
    state.set(other, split);
    state[reopenings] = reopens;
    return state;
  };

  /** A send has put copies into the queue; undefined where there are more than this world has room for. */
  function delivered(before: State, state: State, other: State, reopens: number): State | undefined {
    const sent = (state[count] ?? 0) - (before[count] ?? 0);
    const next = other.slice();
    next[back.at.faults] = state[front.at.faults] ?? 0;
    let left = sent;
    for (let copy = 0; copy < copies && left > 0; copy += 1) {
      if (next[back.at.place(copy)] !== absent) continue;
      next[back.at.place(copy)] = visible;
      left -= 1;
    }
    return left > 0 ? undefined : join(state, next, reopens);
  }

  /** A processor that gave up has re-opened ingress: its record is nobody's, and the provider may send again. */
  function worked(one: State, state: State, reopens: number): State {
    const next = one.slice();
    next[front.at.faults] = state[back.at.faults] ?? 0;
    if (state[back.at.reopened] !== 1 || next[record] !== enqueued) return join(next, state, reopens);
    next[record] = received;
    next[front.at.owner(0)] = reopened + ((reopens + 1) % 50);
    // What was queued before has failed for good: from here on the event is wanted anew.
    next[count] = 0;
    next[front.at.unwell] = 3;
    for (let d = 0; d < sizes.ingress.deliveries.length; d += 1) {
      if (next[front.at.answer(d)] === success) next[front.at.answer(d)] = lost;
    }
    return join(next, state, reopens + 1);
  }

  return {
    first: join(front.first, back.empty, 0),
    next(state) {
      const one = state.slice(0, split);
      const other = state.slice(split, length - 1);
      const reopens = state[reopenings] ?? 0;
      const found: State[] = [];
      for (const follower of front.next(one)) {
        const next = delivered(one, follower, other, reopens);
        if (next !== undefined) found.push(next);
      }
      for (const follower of back.next(other)) found.push(worked(one, follower, reopens));
      return found;
    },
    wrong(state) {
      const one = state.slice(0, split);
      const other = state.slice(split, length - 1);
      const said = front.wrong(one) ?? back.wrong(other);
      if (said !== undefined) return said;
      const told = sizes.ingress.deliveries.some((_, d) => one[front.at.answer(d)] === success);
      const places = Array.from({ length: copies }, (_, copy) => other[back.at.place(copy)] ?? absent);
      // Nothing is left that could still run it: then it has run, or lies in the DLQ.
      const over = places.every((place) => place !== visible && place !== 2);
      const kept = (other[back.at.effects(own)] ?? 0) > 0 || places.includes(inDlq);
      return told && over && !kept ? "acknowledged, and neither done nor in the DLQ" : undefined;
    },
  };
}
