/** A moment by both clocks of a machine: the wall clock, which can be set, and a steady one, which cannot. */
export type Moment = { readonly wall: number; readonly steady: number };

/** In milliseconds since some moment; never goes back. */
export type SteadyClock = () => number;

/** The host's steady clock. */
export const hostClock: SteadyClock = () => performance.now();

/** The present moment. */
export function moment(now: Date, steady: SteadyClock = hostClock): Moment {
  return { wall: now.getTime(), steady: steady() };
}

/** The largest difference between the clocks of two concurrent deliveries. */
const wobble = 60_000;

/**
 * The time from one moment to another in milliseconds, by the clock that shows more. A wall clock that was set back shows too
 * little for hours; a steady one may stop while a function is frozen between two invocations. A cached value is then kept no
 * longer than it may be by either clock. Where the wall clock was set back, the age is unknown, and infinite.
 */
export function ageOf(then: Moment, now: Moment): number {
  const age = now.wall - then.wall;
  return age < -wobble ? Number.POSITIVE_INFINITY : Math.max(age, now.steady - then.steady);
}
