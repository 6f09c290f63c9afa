/** One of several ways to do the same thing. Where it returns a promise, the promise is part of the work. */
export type Contestant = { readonly name: string; readonly run: () => unknown };

/** How long is measured. */
export type Effort = {
  readonly rounds: number;
  /** Of one contestant in one round; 0 for a single call. */
  readonly milliseconds: number;
  /** Is called after each round. */
  readonly progress: (text: string) => void;
};

/** Microseconds per call, one number a round. */
export type Times = ReadonlyMap<string, readonly number[]>;

/** A round is cut into slices, and all contestants have their turn in each, so that a busy moment of the machine meets all. */
const slices = 4;

/** Measures the contestants side by side. */
export async function measure(contestants: readonly Contestant[], title: string, effort: Effort): Promise<Times> {
  const { rounds, milliseconds, progress } = effort;
  const calls = new Map<Contestant, number>();
  for (const one of contestants) calls.set(one, await callsIn(one, milliseconds / slices));
  const times = new Map(contestants.map(({ name }) => [name, [] as number[]]));
  for (let round = 0; round < rounds; round++) {
    const spent = new Map(contestants.map((one) => [one, 0]));
    for (let slice = 0; slice < slices; slice++) {
      for (let turn = 0; turn < contestants.length; turn++) {
        const one = contestants[(turn + round + slice) % contestants.length] as Contestant;
        spent.set(one, (spent.get(one) ?? 0) + (await timeOf(one, calls.get(one) ?? 1)));
      }
    }
    for (const [one, sum] of spent) times.get(one.name)?.push((sum / slices / (calls.get(one) ?? 1)) * 1000);
    progress(`${title}: round ${round + 1} of ${rounds}`);
  }
  return times;
}

/** The lower quartile, the median and the upper quartile. */
export function quartiles(numbers: readonly number[]): readonly [number, number, number] {
  const sorted = numbers.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.round((sorted.length - 1) * share)] ?? Number.NaN;
  return [at(0.25), at(0.5), at(0.75)];
}

/** The middle one. */
export function median(numbers: readonly number[]): number {
  return quartiles(numbers)[1];
}

/** How many calls fill the time, after as many to warm up. */
async function callsIn(contestant: Contestant, milliseconds: number): Promise<number> {
  let calls = 1;
  let took = await timeOf(contestant, calls);
  while (took < milliseconds) {
    calls *= 2;
    took = await timeOf(contestant, calls);
  }
  if (milliseconds === 0) return 1;
  for (let warm = 0; warm < 10; warm++) took = await timeOf(contestant, calls);
  return Math.max(1, Math.round((calls * milliseconds) / took));
}

/** In milliseconds. */
async function timeOf({ run }: Contestant, calls: number): Promise<number> {
  const begun = performance.now();
  for (let call = 0; call < calls; call++) {
    const made = run();
    // To await what is no promise would be counted against it.
    if (made instanceof Promise) await made;
  }
  return performance.now() - begun;
}
