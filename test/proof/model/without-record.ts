import type { Machine, State } from "./explore.ts";

/** How the queue itself, or a stream behind the table, takes the place of an ingress record. */
export type OtherWay = {
  readonly how: "FIFO queue" | "outbox";
  readonly deliveries: number;
  readonly faults: number;
  /** Whether time passes that the way does not outlast: 5 minutes for a FIFO queue's window, 24 hours for a stream. */
  readonly late: boolean;
};

const [idle, working, answering, ended] = [0, 1, 2, 3] as const;
const [success, failure, lost] = [1, 2, 3] as const;
const at = {
  faults: 0,
  unwell: 1,
  late: 2,
  open: 3,
  copies: 4,
  accepted: 5,
  relayed: 6,
  refused: 7,
  first: 8,
} as const;
const deliveryBytes = 3;
const most = 9;

/** Deliveries of one event, as `OtherWay` says. Crashes, calls without effect, without an answer, and lost answers. */
export function withoutRecord({ how, deliveries, faults, late }: OtherWay): Machine & { copies(state: State): number } {
  const fifo = how === "FIFO queue";
  const first = new Uint8Array(at.first + deliveries * deliveryBytes);
  first[at.faults] = faults;
  const get = (state: State, place: number): number => state[place] ?? 0;
  const set = (state: State, ...changes: readonly (readonly [number, number])[]): State => {
    const next = state.slice();
    for (const [place, value] of changes) next[place] = value;
    return next;
  };
  const step = (d: number) => at.first + d * deliveryBytes;
  const answer = (d: number) => step(d) + 1;
  const tries = (d: number) => step(d) + 2;
  /** `unwell`: 1 where only the table was, 2 where anything else was. */
  const fault = (state: State, what: number, ...changes: readonly (readonly [number, number])[]): State =>
    set(state, [at.faults, get(state, at.faults) - 1], [at.unwell, get(state, at.unwell) | what], ...changes);
  const copied = (state: State) => [at.copies, Math.min(get(state, at.copies) + 1, most)] as const;
  /** What the call of a delivery does: a send that its window may swallow, or a put that only the first one makes. */
  const effect = (state: State): readonly (readonly [number, number])[] => {
    if (!fifo) return [[at.accepted, 1]];
    return get(state, at.open) === 1 ? [] : [[at.open, 1], copied(state)];
  };

  function work(state: State, d: number, to: State[]): void {
    if (get(state, step(d)) === answering) {
      const said = get(state, answer(d));
      const bad = said === failure && (get(state, at.unwell) & 2) === 0;
      to.push(set(state, [step(d), ended], ...(bad ? [[at.refused, 1] as const] : [])));
      if (get(state, at.faults) > 0) to.push(fault(state, 2, [step(d), ended], [answer(d), lost]));
      return;
    }
    to.push(set(state, [step(d), answering], [answer(d), success], ...effect(state)));
    if (get(state, at.faults) === 0) return;
    const what = fifo ? 2 : 1;
    const again: readonly (readonly [number, number])[] =
      get(state, tries(d)) === 0
        ? [[tries(d), 1]]
        : [
            [step(d), answering],
            [answer(d), failure],
          ];
    to.push(fault(state, what, ...again), fault(state, what, ...effect(state), ...again));
    to.push(fault(state, 2, [step(d), ended], [answer(d), lost]));
  }

  function relay(state: State, to: State[]): void {
    if (fifo || get(state, at.accepted) === 0 || get(state, at.relayed) === 1 || get(state, at.late) === 1) return;
    to.push(set(state, [at.relayed, 1], copied(state)));
    if (get(state, at.faults) > 0) to.push(fault(state, 2, copied(state)), fault(state, 2));
  }

  const told = (state: State) => Array.from({ length: deliveries }, (_, d) => get(state, answer(d))).includes(success);
  return {
    first,
    copies: (state) => get(state, at.copies),
    next(state) {
      const to: State[] = [];
      for (let d = 0; d < deliveries; d += 1) {
        const inTurn = d === 0 || get(state, step(d - 1)) !== idle;
        const seen = Array.from({ length: deliveries }, (_, other) => other).some(
          (other) => get(state, step(other)) === ended && get(state, answer(other)) === success,
        );
        if (get(state, step(d)) === idle && inTurn && !seen) to.push(set(state, [step(d), working]));
        else if (get(state, step(d)) === working || get(state, step(d)) === answering) work(state, d, to);
      }
      relay(state, to);
      if (late && get(state, at.late) === 0 && (fifo ? get(state, at.open) === 1 : get(state, at.accepted) === 1)) {
        to.push(set(state, [at.late, 1], [at.open, 0]));
      }
      return to;
    },
    wrong(state) {
      if (get(state, at.refused) === 1) return "refused although the queues were well";
      const gone = !fifo && get(state, at.late) === 1 && get(state, at.relayed) === 0 && get(state, at.copies) === 0;
      return gone && told(state) ? "lost for ever" : undefined;
    },
  };
}
