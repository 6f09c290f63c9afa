import { simulate } from "./simulate.ts";
import { noTotal, sum, type Total } from "./total.ts";

/** Simulates so many seeds, one after another, from this one on. */
export async function simulateMany(
  from: number,
  seeds: number,
  progress: (total: Total) => void = () => {},
): Promise<Total> {
  const total = noTotal();
  for (let seed = from; seed < from + seeds; seed += 1) {
    sum(total, await simulate(seed));
    progress(total);
  }
  return total;
}
