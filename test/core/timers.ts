/** What timers a work has set, and not cleared, by `setTimeout`: none are to be left when it is over. */
export async function openTimers(
  work: () => Promise<unknown>,
): Promise<{ readonly set: number; readonly left: number }> {
  const { setTimeout: set, clearTimeout: clear } = globalThis;
  const left = new Set<unknown>();
  let count = 0;
  const watched = (then: () => void, milliseconds: number) => {
    const timer = set(then, milliseconds);
    left.add(timer);
    count += 1;
    return timer;
  };
  const cleared = (timer: ReturnType<typeof setTimeout>) => {
    left.delete(timer);
    clear(timer);
  };
  Object.assign(globalThis, { setTimeout: watched, clearTimeout: cleared });
  try {
    await work();
    return { set: count, left: left.size };
  } finally {
    Object.assign(globalThis, { setTimeout: set, clearTimeout: clear });
  }
}
