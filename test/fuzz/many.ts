import { fuzz, type Result } from "./fuzz.ts";

/** Fuzzes so many requests from the first step on. */
export async function fuzzMany(seed: number, count: number): Promise<Result> {
  return await fuzz(seed, count, () => {});
}
