import { afterEach, beforeEach } from "node:test";

/** Time that passes only when a test waits for something: nothing comes too early or too late on a slow machine. */
type HandTime = {
  /** The milliseconds that `setTimeout` and `AbortSignal.timeout` were asked for in this test, in their order. */
  readonly asked: readonly number[];
  /** How many milliseconds have passed in this test. */
  passed(): number;
  /**
   * What a promise comes to. Until then what is due comes, one after the other, each once nothing else has anything left
   * to do. That is seen of promises alone: what reads a disk or a socket is to be awaited first.
   */
  until<T>(awaited: Promise<T>): Promise<T>;
};

/** Gives the tests of a `describe` a time by hand, in place of the timers of the host. */
export function handTime(): HandTime {
  const { setTimeout, clearTimeout } = globalThis;
  const { timeout } = AbortSignal;
  const performanceNow = performance.now;
  const asked: number[] = [];
  const due = new Map<unknown, { readonly at: number; readonly work: () => void }>();
  let now = 0;
  /** A timer of the host's that never comes, so that the host can be asked to clear it after the test, too. */
  const set = (work: () => void, milliseconds = 0) => {
    asked.push(milliseconds);
    const timer = setTimeout(() => {}, 0);
    clearTimeout(timer);
    due.set(timer, { at: now + Math.max(milliseconds, 0), work });
    return timer;
  };
  beforeEach(() => {
    asked.length = now = 0;
    due.clear();
    const clear = (timer?: ReturnType<typeof setTimeout>) => {
      if (!due.delete(timer)) clearTimeout(timer);
    };
    Object.assign(globalThis, { setTimeout: set, clearTimeout: clear });
    performance.now = () => now;
    AbortSignal.timeout = (milliseconds) => {
      const abort = new AbortController();
      set(() => abort.abort(new DOMException("The time is up", "TimeoutError")), milliseconds);
      return abort.signal;
    };
  });
  afterEach(() => {
    Object.assign(globalThis, { setTimeout, clearTimeout });
    AbortSignal.timeout = timeout;
    performance.now = performanceNow;
  });
  return {
    asked,
    passed: () => now,
    async until(awaited) {
      let isOver = false;
      const over = () => {
        isOver = true;
      };
      awaited.then(over, over);
      for (;;) {
        await quiet();
        if (isOver) return await awaited;
        // Of those that are due at once the one that was set first: a map keeps their order.
        const [first] = [...due].sort(([, one], [, other]) => one.at - other.at);
        if (first === undefined) continue;
        const [timer, { at, work }] = first;
        due.delete(timer);
        now = at;
        work();
      }
    },
  };
}

/** Comes after all that promises have to do, and what these have the event loop do at once. */
async function quiet(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
