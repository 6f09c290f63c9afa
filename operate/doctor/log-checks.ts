import { mostRefusals } from "../../lambdas/aws/log/refusal-limit.ts";
import type { LogCounts } from "../../local/aws/log-counts.ts";
import { ignoredTypes } from "../log-counts/ignored-types.ts";
import { checked, type Finding } from "./finding.ts";
import type { Site } from "./site.ts";

/** Finds, in the verifier's log, event types without an event file, and refusals of deliveries that came to the wrong source. */
export async function checkLog(site: Site): Promise<readonly Finding[]> {
  let counts: LogCounts | undefined;
  const read = await checked("event types", async () => {
    counts = await site.counts();
    const since = site.aws === undefined ? "since the start" : "in the last 24 hours";
    return { state: "ok", says: `every type that came ${since} has an event file` };
  });
  if (counts === undefined) return [read];
  const { listed, more } = ignoredTypes(counts, site);
  const check = "event types";
  const warned = listed.map(({ says, remedy }): Finding => ({ check, state: "warn", says, remedy }));
  const rest: readonly Finding[] = more === undefined ? [] : [{ check, state: "warn", says: more }];
  const types = [...warned, ...rest];
  const siblings = counts.siblings.map((one) => siblingFinding(one, site));
  return [...(types.length === 0 ? [read] : types), ...siblings, ...counts.notLogged.map(notLoggedFinding)];
}

function notLoggedFinding({ source, refusals }: LogCounts["notLogged"][number]): Finding {
  const count = refusals === 1 ? "one refused delivery has" : `${refusals} refused deliveries have`;
  return {
    check: source === "" ? "refusals without a source" : `refusals of ${source}`,
    state: "warn",
    says: `${count} no line in the log, at least: more than ${mostRefusals} a minute came to one environment`,
    remedy: "the figure Refused counts all of them; docs/cost.md says what strangers cost",
  };
}

function siblingFinding(
  { source, sibling, refusals }: LogCounts["siblings"][number],
  { sources, functionUrl }: Site,
): Finding {
  const [own] = Object.entries(sources).find(([, provider]) => provider === sibling) ?? [];
  const count = refusals === 1 ? "one refused delivery has" : `${refusals} refused deliveries have`;
  return {
    check: `refusals of ${source}`,
    state: "warn",
    // Headers are no proof, and nothing is logged of who sent them.
    says: `${count} the headers of ${sibling}, as anybody can send them`,
    remedy:
      own === undefined
        ? `if they are the provider's: npm run new -- event ${sibling}/<type>, deploy, and register /${sibling} there`
        : `if they are the provider's: register ${functionUrl}/${own} there`,
  };
}
