import { AsyncLocalStorage } from "node:async_hooks";
import { setImmediate } from "node:timers";

/** One run of a Lambda function: what it awaits stops with it. */
export type Invocation = {
  /** `verifier 3`: the third of them. */
  readonly name: string;
  /** When it began, in true time. */
  readonly began: number;
  /** How far its clock is ahead, in milliseconds. */
  readonly skew: number;
  /** False from its crash on: what it waits for never comes. */
  alive: boolean;
  /** Until when its environment is frozen: what is due before then comes when it thaws. */
  frozenUntil: number;
  /** How long it was frozen in all. */
  frozenMilliseconds: number;
  /** What went wrong in it, in the order of events. */
  readonly faults: string[];
};

export type Timer = { due: number; order: number; work: (() => void) | undefined; readonly of: Invocation | undefined };

/** Time that passes only when everybody waits: a heap of what is due, in the order of its time and then of its making. */
export type VirtualTime = {
  now(): number;
  /** Milliseconds from now; what belongs to an invocation freezes and dies with it. */
  after(milliseconds: number, work: () => void, of?: Invocation): Timer;
  /** Does what is due, one thing at a time, until nothing is left. False where there was no end within `most` steps. */
  run(most: number): Promise<boolean>;
  /** Whose code is running. */
  current(): Invocation | undefined;
  /** Runs code as the invocation's. */
  within<T>(invocation: Invocation, work: () => T): T;
};

const running = new AsyncLocalStorage<Invocation | undefined>();

/** Waits until no promise has anything left to do: the event loop comes to this only after them. */
const quiet = () => new Promise<void>((resolve) => void setImmediate(resolve));

export function createVirtualTime(start: number): VirtualTime {
  let now = start;
  let orders = 0;
  const heap: Timer[] = [];
  return {
    now: () => now,
    current: () => running.getStore(),
    within: (invocation, work) => running.run(invocation, work),
    after(milliseconds, work, of) {
      const timer = { due: now + Math.max(milliseconds, 0), order: orders++, work, of };
      push(heap, timer);
      return timer;
    },
    async run(most) {
      await quiet();
      for (let steps = 0; steps < most; steps += 1) {
        const timer = pop(heap);
        if (timer === undefined) return true;
        const { work, of } = timer;
        if (work === undefined || of?.alive === false) continue;
        if (of !== undefined && of.frozenUntil > timer.due) {
          push(heap, { ...timer, due: of.frozenUntil, order: orders++ });
          continue;
        }
        now = timer.due;
        timer.work = undefined;
        running.run(of, work);
        await quiet();
      }
      return heap.every(({ work, of }) => work === undefined || of?.alive === false);
    },
  };
}

const before = (one: Timer, other: Timer) => one.due < other.due || (one.due === other.due && one.order < other.order);

function push(heap: Timer[], timer: Timer): void {
  let at = heap.push(timer) - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    const above = heap[parent] as Timer;
    if (before(above, timer)) break;
    heap[at] = above;
    at = parent;
  }
  heap[at] = timer;
}

function pop(heap: Timer[]): Timer | undefined {
  const first = heap[0];
  const last = heap.pop();
  if (first === undefined || last === undefined || heap.length === 0) return first;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && before(heap[child + 1] as Timer, heap[child] as Timer)) child += 1;
    if (before(last, heap[child] as Timer)) break;
    heap[at] = heap[child] as Timer;
    at = child;
  }
  heap[at] = last;
  return first;
}
