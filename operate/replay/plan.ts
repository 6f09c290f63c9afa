import type { DeployedEvent } from "../../infra/receiver-facts.ts";
import { copiesOf, type Decision, type ReplayPlaces } from "./copies.ts";
import type { WantedReplay } from "./replay.ts";

/** A plan: how many events there are, and for each processor how many copies are sent, and how many not and why. */
export type ReplayPlan = {
  readonly events: number;
  readonly processors: readonly {
    readonly name: string;
    readonly decisions: Readonly<Partial<Record<Decision, number>>>;
  }[];
};

/** How many copies a plan sends. */
export function copiesIn({ processors }: ReplayPlan): number {
  return processors.reduce((sum, { decisions }) => sum + (decisions.run ?? 0), 0);
}

/** Counts the copies of a replay, and sends none. `progress` is told how many events have been looked at. */
export async function planReplay(
  wanted: WantedReplay,
  places: ReplayPlaces,
  progress: (events: number) => void = () => {},
): Promise<ReplayPlan> {
  const decisions = new Map<DeployedEvent, Partial<Record<Decision, number>>>(wanted.to.map((one) => [one, {}]));
  let events = 0;
  for await (const copies of copiesOf(wanted, places)) {
    events += new Set(copies.map(({ event }) => event)).size;
    for (const { to, decision } of copies) {
      const counts = decisions.get(to) ?? {};
      counts[decision] = (counts[decision] ?? 0) + 1;
    }
    progress(events);
  }
  return { events, processors: [...decisions].map(([{ name }, counts]) => ({ name, decisions: counts })) };
}
