import type { Timer, VirtualTime } from "./virtual-time.ts";

let isVirtual = false;

/** One for all, since making one takes longer than most of what is simulated. */
const timeIsUp = new DOMException("The time is up", "TimeoutError");

/**
 * Runs work with the timers, the clock and the chance of the host replaced by virtual ones, so that code which asks for the real
 * ones needs no seam for it. Each timer belongs to the invocation that set it, and each invocation reads its own clock.
 */
export async function withVirtualGlobals<T>(
  time: VirtualTime,
  random: () => number,
  work: () => Promise<T>,
): Promise<T> {
  if (isVirtual) throw new Error("Two simulations at once would share one clock");
  isVirtual = true;
  const real = { setTimeout, clearTimeout, Date };
  const { timeout } = AbortSignal;
  const { random: realRandom } = Math;
  const realNow = performance.now;
  const clock = () => time.now() + (time.current()?.skew ?? 0);
  const set = (milliseconds: number, work: () => void) => time.after(milliseconds, work, time.current());
  class VirtualDate extends real.Date {
    constructor(...given: readonly []) {
      // The given arguments are whatever the real one takes.
      if (given.length === 0) super(clock());
      else super(...given);
    }
    static override now(): number {
      return clock();
    }
  }
  const virtual = {
    setTimeout: (work: (...given: readonly unknown[]) => void, milliseconds = 0, ...given: readonly unknown[]) =>
      set(milliseconds, () => work(...given)),
    clearTimeout: (timer?: Timer) => {
      if (timer !== undefined) timer.work = undefined;
    },
    Date: VirtualDate,
  };
  Object.assign(globalThis, virtual);
  Math.random = random;
  performance.now = () => time.now();
  AbortSignal.timeout = (milliseconds) => {
    const abort = new AbortController();
    set(milliseconds, () => abort.abort(timeIsUp));
    return abort.signal;
  };
  try {
    return await work();
  } finally {
    isVirtual = false;
    Object.assign(globalThis, real);
    Math.random = realRandom;
    performance.now = realNow;
    AbortSignal.timeout = timeout;
  }
}
