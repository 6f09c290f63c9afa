import type { Complaint } from "./checker.ts";
import type { EffectLine } from "./effect.ts";
import type { Faults } from "./faults.ts";
import type { PlannedEvent } from "./plan.ts";

/** One run of a processor, as its own lines tell it; `ended` where it came to its effect or to its failure. */
export type Run = {
  readonly id: string;
  readonly key: string;
  readonly pid: number;
  readonly began: number;
  readonly ended?: { readonly how: "end" | "fail"; readonly at: number };
};

/** Why an event ran again, where that may be. */
export type Cause =
  | "it failed first, and was tried again"
  | "it failed for good, and another copy of it came"
  | "its process was killed in the run"
  | "its process was killed between effect and mark"
  | "its mark was not recorded: the table was unwell"
  | "it outlasted its time"
  | "nothing explains it";

type Evidence = {
  readonly events: readonly PlannedEvent[];
  readonly faults: Faults;
  readonly complaints: readonly Complaint[];
};

/** What three tries of a mark take at most, at 1 s each, and some time for a machine that is busy. */
const markMilliseconds = 3500;
/** Between a kill's call and its death a process may write another line. */
const slackMilliseconds = 100;

/** The runs, in the order in which they began. */
export function runsOf(effects: readonly EffectLine[]): readonly Run[] {
  const runs: (Run & { ended?: Run["ended"] })[] = [];
  const open = new Map<string, Run & { ended?: Run["ended"] }>();
  for (const { id, key, pid, attempt, what, at } of effects) {
    const name = `${key} ${pid} ${attempt}`;
    if (what === "begin") {
      const run = { id, key, pid, began: at };
      runs.push(run);
      open.set(name, run);
    } else {
      const run = open.get(name);
      if (run === undefined) throw new TypeError(`${id} ended a run that never began`);
      run.ended = { how: what, at };
    }
  }
  return runs;
}

/** Runs that were followed by another of the same event, and effects that were: by cause, a failure where none is. */
export function repeatsOf(runs: readonly Run[], evidence: Evidence) {
  const failures: string[] = [];
  const repeatedRuns = new Map<string, number>();
  const repeatedEffects = new Map<string, number>();
  const count = (of: Map<string, number>, cause: Cause) => of.set(cause, (of.get(cause) ?? 0) + 1);
  for (const group of Map.groupBy(runs, ({ key }) => key).values()) {
    for (const [index, run] of group.entries()) {
      const next = group[index + 1];
      if (next === undefined) continue;
      const cause = causeOf(run, next, evidence);
      count(repeatedRuns, cause);
      if (hasEffect(run) && group.slice(index + 1).some(hasEffect)) count(repeatedEffects, cause);
      if (cause === "nothing explains it") {
        const what = hasEffect(run) ? "made its effect" : "began";
        failures.push(`${run.id} ${what} in process ${run.pid} and ran again in ${next.pid}, and ${cause}`);
      }
    }
  }
  return { failures, repeatedRuns, repeatedEffects };
}

const hasEffect = ({ ended }: Run) => ended?.how === "end";

function causeOf({ id, pid, began, ended }: Run, next: Run, { events, faults, complaints }: Evidence): Cause {
  const within = (from: number, until: number) => (found: { readonly at: number }) =>
    found.at >= from - slackMilliseconds && found.at <= until;
  const complained = (text: Complaint["text"], from: number, until: number) =>
    complaints.filter((found) => found.id === id && found.text === text).some(within(from, until));
  const kills = faults.kills.filter((kill) => kill.pid === pid);

  if (complained("overran", began, next.began)) return "it outlasted its time";
  if (ended !== undefined && ended.at > next.began) return "nothing explains it";
  if (ended?.how === "fail") {
    const dead = events.some((event) => event.id === id && event.fate === "fails-for-good");
    return dead ? "it failed for good, and another copy of it came" : "it failed first, and was tried again";
  }
  if (ended === undefined) {
    return kills.some(within(began, next.began)) ? "its process was killed in the run" : "nothing explains it";
  }
  const until = ended.at + markMilliseconds;
  if (kills.some(within(ended.at, until))) return "its process was killed between effect and mark";
  const unwell = faults.outages.some(
    (outage) => outage.service === "table" && outage.from <= until && outage.until >= ended.at - slackMilliseconds,
  );
  if (unwell && complained("done not recorded", ended.at, until)) {
    return "its mark was not recorded: the table was unwell";
  }
  return "nothing explains it";
}
