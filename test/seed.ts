import process from "node:process";

/** What this run's random tests start from: printed by each, and repeated with `HOOKLINE_SEED=<seed>`. */
export const seed: number = fromEnvironment() ?? Date.now() % 2 ** 31;

function fromEnvironment(): number | undefined {
  try {
    const text = process.env.HOOKLINE_SEED;
    return text === undefined ? undefined : Number(text);
  } catch {
    // Deno without the permission to read the environment, as core's tests run.
    return undefined;
  }
}

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
export function randomOf(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
