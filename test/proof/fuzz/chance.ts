import { randomOf } from "../../seed.ts";

/** What a random step decides by. */
export type Chance = {
  /** A whole number from 0 to below `most`. */
  below(most: number): number;
  /** True once in `times`. */
  once(times: number): boolean;
  /** One of a list that is not empty. */
  pick<const T>(list: readonly T[]): T;
};

/** The chance of one step of a run: the same for the same seed and step, so that a step can be repeated alone. */
export function chanceOf(seed: number, step: number): Chance {
  const random = randomOf((seed + Math.imul(step, 0x9e3779b1)) | 0);
  const below = (most: number) => Math.floor(random() * most);
  return {
    below,
    once: (times) => below(times) === 0,
    pick: <T>(list: readonly T[]) => list[below(list.length)] as T,
  };
}
