import { type Decide, type FaultKind, faultKinds } from "./aws/calls.ts";

/** How rough it is in one run: each run has its own, so that calm ones and wild ones are both there. */
type Weather = {
  /** Of a call, that something befalls it. */
  readonly faultChance: number;
  readonly freezeChance: number;
  readonly longestFreezeMilliseconds: number;
  readonly longestCallMilliseconds: number;
  /** Calls of this kind take long: what nearly always comes first comes last for once. */
  readonly slow?: string;
  /** Clocks are off by up to so much. */
  readonly skewMilliseconds: number;
  /** Of a copy, that it is delivered twice at once. */
  readonly twiceChance: number;
  /** How long after its time the table still holds a record. */
  readonly lagMilliseconds: number;
};

const [second, minute, day] = [1000, 60_000, 86_400_000];

const points = [
  "dedupe.",
  "dedupe.mark",
  "dedupe.mark",
  "processing.",
  "processing.end",
  "the effect",
  "send to",
] as const;
const slowMilliseconds = 3000;

/** Seldom the worst: of a hundred runs some thirty have no freeze, and some twenty no fault at all. */
export function weatherOf(random: () => number): Weather {
  const oneOf = <T>(...choices: readonly T[]) => choices[Math.floor(random() * choices.length)] as T;
  const slow = oneOf(undefined, undefined, undefined, ...points);
  return {
    ...(slow === undefined ? {} : { slow }),
    faultChance: oneOf(0, 0.02, 0.05, 0.15, 0.4),
    freezeChance: oneOf(0, 0, 0.01, 0.03, 0.1),
    longestFreezeMilliseconds: oneOf(5 * second, minute, 10 * minute, day, 11 * day),
    longestCallMilliseconds: oneOf(5, 50, 250, 1500),
    skewMilliseconds: oneOf(0, 0, second, minute, 10 * minute),
    twiceChance: oneOf(0, 0, 0.05, 0.3),
    lagMilliseconds: oneOf(0, 1, 3, 5) * day,
  };
}

/** What befalls each call in such weather. */
export function decideIn(weather: Weather, random: () => number): Decide {
  return ({ point }) => {
    const isSlow = weather.slow !== undefined && point.startsWith(weather.slow);
    const { faultChance, freezeChance, longestFreezeMilliseconds, longestCallMilliseconds } = weather;
    const fault = random() < faultChance ? faultKinds[Math.floor(random() * faultKinds.length)] : undefined;
    const freezes = random() < freezeChance;
    const partial = random() < faultChance;
    return {
      // Mostly short, sometimes as long as it can be.
      milliseconds: Math.round(
        1 + random() ** 3 * longestCallMilliseconds + (isSlow ? random() * slowMilliseconds : 0),
      ),
      ...(fault === undefined ? {} : { fault: fault as FaultKind }),
      ...(freezes
        ? {
            freeze: {
              milliseconds: Math.round(random() ** 2 * longestFreezeMilliseconds),
              when: random() < 0.5 ? "before" : "after",
            } as const,
          }
        : {}),
      ...(partial ? { partial } : {}),
    };
  };
}
