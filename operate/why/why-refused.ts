import type { Delivery } from "../../lambdas/core/provider.ts";
import { providers } from "../../lambdas/providers/mod.ts";
import type { KeptDelivery } from "../../local/entrances/kept-deliveries.ts";
import type { OnRefused } from "../../local/entrances/refusals.ts";
import type { LocalRun } from "../../local/local-run.ts";
import { asItCame } from "../send/kept-delivery.ts";
import type { Attempt } from "./attempt.ts";
import { explain, type OtherSecrets } from "./explain.ts";

/** Explains what a local run refuses, by the secrets of all its sources. */
export const whyRefused: OnRefused = async ({ source, delivery, sources, fetch }) => {
  const came = attemptAt(source, { delivery, sources });
  if (came === undefined) return [];
  const { lines } = await explain(came.attempt, { now: new Date(), others: came.others, fetch });
  return lines;
};

/** A delivery to a source of a local run, and the secrets of the other sources; undefined where there is no such source. */
function attemptAt(
  name: string,
  { delivery, sources }: { readonly delivery: Delivery; readonly sources: LocalRun["sources"] },
): { readonly attempt: Attempt; readonly others: OtherSecrets } | undefined {
  const source = sources[name];
  const provider = providers[source?.provider ?? ""];
  if (source === undefined || provider === undefined) return undefined;
  const others = Object.entries(sources)
    .filter(([known]) => known !== name)
    .map(([known, { secret }]) => [`source ${known}`, [secret]] as const);
  return {
    attempt: { provider, secrets: [source.secret], delivery, url: source.url },
    others: Object.fromEntries(others),
  };
}

/** A delivery that the local run has kept, as it was verified; undefined where it came to a path that no source has. */
export function keptAttempt(
  run: Pick<LocalRun, "sources" | "functionUrl">,
  kept: KeptDelivery,
): (NonNullable<ReturnType<typeof attemptAt>> & { readonly now: Date }) | undefined {
  const came = attemptAt(kept.source ?? "", { delivery: asItCame(kept, run.functionUrl), sources: run.sources });
  return came === undefined ? undefined : { ...came, now: new Date(kept.answered) };
}
