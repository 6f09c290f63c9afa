import type { EffectLine } from "./effect.ts";
import type { Faults } from "./faults.ts";
import type { PlannedEvent } from "./plan.ts";
import { type Run, repeatsOf, runsOf } from "./runs.ts";
import type { Answer } from "./traffic.ts";

/** A message in a DLQ, and what `dlq list` would say of it; no reason where nobody recorded one. */
export type Letter = { readonly id: string; readonly reason?: string };

/** What a processor's log said of an event: how an effect can come to be made again. */
export type Complaint = {
  readonly at: number;
  readonly id: string;
  readonly text: "done not recorded" | "overran";
};

/** All that was seen of a run under load. None of it is read from the table, but the reasons of what is dead. */
export type LoadRecord = {
  readonly events: readonly PlannedEvent[];
  readonly answers: readonly Answer[];
  readonly effects: readonly EffectLine[];
  readonly letters: readonly Letter[];
  readonly faults: Faults;
  readonly complaints: readonly Complaint[];
  /** Messages that are still in the queues when waiting for them has ended. */
  readonly left: number;
  /** How many faults there must have been for the run to say anything. */
  readonly least: { readonly kills: number; readonly outages: number };
};

/** An event that we never answered 2xx, and what we answered last. */
export type Refused = { readonly id: string; readonly source: string; readonly status: number };

export type Verdict = {
  readonly failures: readonly string[];
  readonly acked: ReadonlySet<string>;
  readonly done: ReadonlySet<string>;
  readonly dead: ReadonlySet<string>;
  /** Acked, and neither done nor in a DLQ: what must never be. */
  readonly lost: readonly string[];
  readonly refused: readonly Refused[];
  readonly runs: readonly Run[];
  /** Runs that were followed by another of the same event, by why. */
  readonly repeatedRuns: ReadonlyMap<string, number>;
  /** Of these, those that had made their effect. */
  readonly repeatedEffects: ReadonlyMap<string, number>;
};

/** Compares what we promised with what became of it. */
export function checkLoad(record: LoadRecord): Verdict {
  const { events, answers, effects, letters, faults, least } = record;
  const known = new Set(events.map(({ id }) => id));
  const isAcked = ({ status }: Answer) => status >= 200 && status < 300;
  const acked = new Set(answers.filter(isAcked).map(({ id }) => id));
  const done = new Set(effects.filter(({ what }) => what === "end").map(({ id }) => id));
  const dead = new Set(letters.map(({ id }) => id));
  const lost = [...acked].filter((id) => !done.has(id) && !dead.has(id));
  const runs = runsOf(effects);
  const repeats = repeatsOf(runs, record);

  const last = new Map(answers.map(({ id, status }) => [id, status]));
  const refused = events
    .filter(({ id }) => !acked.has(id))
    .map(({ id, source }) => ({ id, source, status: last.get(id) ?? 0 }));

  const failures = [
    ...lost.map((id) => `${id} was answered 2xx, and is neither done nor in a DLQ`),
    ...letters.filter(({ reason }) => reason === undefined).map(({ id }) => `${id} is in a DLQ without a reason`),
    ...[...done, ...dead].filter((id) => !known.has(id)).map((id) => `${id} came out and was never sent`),
    ...events
      .filter(({ id, fate }) => fate === "fails-for-good" && done.has(id))
      .map(({ id }) => `${id} is done, but all its runs failed`),
    ...twoKeys(effects).map((id) => `${id} was given two idempotency keys`),
    ...repeats.failures,
    ...(record.left > 0 ? [`${record.left} messages are still in the queues`] : []),
    ...(acked.size === 0 ? ["No event was answered 2xx: nothing was tried"] : []),
    ...(faults.kills.length < least.kills ? [`Only ${faults.kills.length} processes were killed`] : []),
    ...(faults.outages.length < least.outages ? [`There were only ${faults.outages.length} outages`] : []),
  ];
  const { repeatedRuns, repeatedEffects } = repeats;
  return { failures, acked, done, dead, lost, refused, runs, repeatedRuns, repeatedEffects };
}

/** Events whose copies were not known for the same event. */
function twoKeys(effects: readonly EffectLine[]): readonly string[] {
  const keys = new Map<string, string>();
  const found = new Set<string>();
  for (const { id, key } of effects) {
    if ((keys.get(id) ?? key) !== key) found.add(id);
    keys.set(id, key);
  }
  return [...found];
}
