import { existsSync } from "node:fs";
import { routesOf } from "../../infra/build/bundle.ts";
import { eventsFolder, listEventFiles } from "../../infra/build/event-files.ts";
import type { DeployedEvent } from "../../infra/receiver-facts.ts";
import { isNear, nearest } from "../../lambdas/core/checks/nearest.ts";
import { queuesFor } from "../../lambdas/core/events/event-routes.ts";
import { providers } from "../../lambdas/providers/mod.ts";
import type { LogCounts } from "../../local/aws/log-counts.ts";
import { splitType } from "../samples/sample.ts";
import { checkEventName } from "../scaffold/names.ts";

/** The type of what `doctor` posts. No provider has it. */
export const probeType = "hookline.doctor";

/** So many types are listed, the rest is a number. */
const mostListed = 10;

/** The event types of a stage, and the provider of each source. */
type EventFiles = {
  readonly events: readonly DeployedEvent[];
  readonly sources: Readonly<Record<string, string>>;
  /** Where the files are. Defaults to `lambdas/events`. */
  readonly folder?: string | undefined;
};

/** An event type that came, rightly signed, and has no event file. */
export type IgnoredType = {
  readonly source: string;
  /** The type, and how often it came. */
  readonly says: string;
  /** The command that makes its file, or another way to have it handled. */
  readonly remedy: string;
};

/** The types that came and have no file: the most frequent, and how many more. One that has a file by now is left out. */
export function ignoredTypes(
  { ignored, isCut }: LogCounts,
  { events, sources, folder = eventsFolder }: EventFiles,
): { readonly listed: readonly IgnoredType[]; readonly more?: string } {
  const routes = routesOf(events);
  const without = ignored.filter(({ source, type }) => {
    const provider = providers[sources[source] ?? ""];
    const [coarse] = provider === undefined ? [type] : splitType(provider, type);
    return type !== probeType && queuesFor(routes, source, type, coarse).length === 0;
  });
  const listed = without.slice(0, mostListed).map(({ source, type, events: count }) => ({
    source,
    says: `${source}/${type} came ${count === 1 ? "once" : `${count} times`} and has no event file`,
    remedy: remedyFor(source, type, events, folder),
  }));
  const rest = without.length - listed.length;
  if (rest === 0 && !isCut) return { listed };
  const number = isCut ? `at least ${rest + 1}` : String(rest);
  return { listed, more: `and ${number} more ${number === "1" ? "type" : "types"} without an event file` };
}

function remedyFor(source: string, type: string, events: readonly DeployedEvent[], folder: string): string {
  const name = `${source}/${type}`;
  const own = events.filter((event) => event.source === source);
  if (own.some((event) => event.name === name)) return "its file is retired: have the provider send it no more";
  if (existsSync(folder) && listEventFiles(folder).some((file) => file.name === name)) {
    return "its file is not in use yet: deploy the stage, or see why the local run has not taken it up";
  }
  const types = own.map((event) => event.type);
  const near = isNear(type, types) ? `lambdas/events/${source}/${nearest(type, types)?.name}.ts` : undefined;
  try {
    checkEventName(folder, source, type);
  } catch {
    // The name is a sender's: what cannot be a file's is in no command either.
    return `name it in the options.types of ${near ?? `a file in lambdas/events/${source}`}`;
  }
  const command = `npm run new -- event ${/^[\w./:@-]+$/.test(name) ? name : `'${name}'`}`;
  return near === undefined ? command : `${command}, or name it in the options.types of ${near}, which is nearly it`;
}
