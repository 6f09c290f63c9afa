import { providers } from "../../lambdas/providers/mod.ts";
import type { OnRefused } from "../../local/entrances/refusals.ts";
import { explain } from "./explain.ts";

/** Explains what a local run refuses, by the secrets of all its sources. */
export const whyRefused: OnRefused = async ({ source: name, delivery, sources, fetch }) => {
  const source = sources[name];
  const provider = source === undefined ? undefined : providers[source.provider];
  if (source === undefined || provider === undefined) return [];
  const others = Object.entries(sources)
    .filter(([known]) => known !== name)
    .map(([known, { secret }]) => [`source ${known}`, [secret]] as const);
  const attempt = { provider, secrets: [source.secret], delivery, url: source.url };
  const { lines } = await explain(attempt, { now: new Date(), others: Object.fromEntries(others), fetch });
  return lines;
};
