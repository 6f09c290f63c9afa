/** A moment by both clocks of a machine: that of the wall, which can be set, and a steady one, which cannot. */
export type Moment = { readonly wall: number; readonly steady: number };

/** In milliseconds since some moment; never goes back. */
export type SteadyClock = () => number;

/** That of the host. */
export const hostClock: SteadyClock = () => performance.now();

/** The moment that it is. */
export function moment(now: Date, steady: SteadyClock = hostClock): Moment {
  return { wall: now.getTime(), steady: steady() };
}

/** What clocks of two deliveries at once may differ by. */
const wobble = 60_000;

/**
 * How long one moment is after another, in milliseconds, by the clock that says more. A wall clock that was set back says
 * too little for hours; a steady one may stand still while a function is frozen between two invocations. What is kept for
 * so long is then kept no longer than that, by either. Where the wall clock was set back, nobody knows: for ever.
 */
export function ageOf(then: Moment, now: Moment): number {
  const age = now.wall - then.wall;
  return age < -wobble ? Number.POSITIVE_INFINITY : Math.max(age, now.steady - then.steady);
}
