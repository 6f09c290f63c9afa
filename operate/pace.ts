/** Waits, before each step of a work, until the step is due: so many a second, none of them early. */
export function createPace(
  perSecond: number,
  pause: (milliseconds: number) => Promise<unknown>,
): (done: number) => Promise<void> {
  const started = performance.now();
  return async (done) => {
    const due = started + (done / perSecond) * 1000;
    if (due > performance.now()) await pause(due - performance.now());
  };
}
