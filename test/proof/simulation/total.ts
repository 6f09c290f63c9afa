import type { Result } from "./simulate.ts";

/** What many seeds have shown, in figures. */
export type Total = {
  seeds: number;
  deliveries: number;
  accepted: number;
  duplicates: number;
  unavailable: number;
  faults: number;
  effects: number;
  repeats: number;
  replays: number;
  /** Promised events by where they were when nothing moved any more, once for every queue that wants them. */
  done: number;
  inDlq: number;
  readonly failures: string[];
};

export const noTotal = (): Total => ({
  ...{
    seeds: 0,
    deliveries: 0,
    accepted: 0,
    duplicates: 0,
    unavailable: 0,
    faults: 0,
    effects: 0,
    repeats: 0,
    replays: 0,
  },
  ...{ done: 0, inDlq: 0, failures: [] },
});

/** Adds what one seed has shown; a broken promise says how to see it again. */
export function sum(total: Total, { seed, answers, faults, effects, repeats, replays, ends, broken }: Result): void {
  total.seeds += 1;
  total.deliveries += answers.length;
  total.accepted += answers.filter(({ outcome }) => outcome === "accepted").length;
  total.duplicates += answers.filter(({ outcome }) => outcome === "duplicate").length;
  total.unavailable += answers.filter(({ status }) => status === 503).length;
  total.faults += faults;
  total.effects += effects;
  total.repeats += repeats;
  total.replays += replays;
  for (const end of ends.values()) {
    if (end === "done") total.done += 1;
    if (end === "in the DLQ") total.inDlq += 1;
  }
  if (broken.length > 0) total.failures.push(`${broken[0]}: npm run proof -- --seed ${seed}`);
}

export function totalText({ failures, ...figures }: Total): string {
  return Object.entries({ ...figures, failures: failures.length })
    .map(([name, figure]) => `${figure} ${name}`)
    .join(", ");
}
