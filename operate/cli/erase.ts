import process from "node:process";
import { type Erased, erase } from "../erase/erase.ts";
import type { Erasure } from "../events/tombstones.ts";
import { shellWord } from "../shell-word.ts";
import type { StagePlaces } from "../stage/find-stage.ts";
import type { Stage } from "../stage/stage.ts";
import { type Command, command, stageWord, usageError } from "./command.ts";
import { createTextProgress } from "./progress.ts";
import { openStage } from "./stage.ts";
import { stageHelp, stageOptions } from "./stage-options.ts";
import { askYes } from "./terminal.ts";
import { readTime } from "./times.ts";

const help = {
  name: "erase",
  says: "erases the events with an id, or of a tenant, wherever Hookline keeps their payloads",
  takes: [stageWord],
  options: {
    id: { type: "string", value: "ID", says: "the events with this id" },
    tenant: { type: "string", value: "T", says: "the events of this tenant" },
    source: { type: "string", value: "NAME", says: "of this source alone" },
    until: { type: "string", value: "TIME", says: "received until then: ISO 8601, or how long ago; defaults to now" },
    "dry-run": { type: "boolean", says: "count what there is, and erase nothing" },
    yes: { type: "boolean", says: "do not ask" },
    json: { type: "boolean", says: "print a JSON object, as in docs/formats.md; needs --yes or --dry-run" },
    ...stageOptions,
  },
  more: [
    stageHelp,
    "Archive, spill, DLQs, large bodies, and error texts in records. A copy in another queue is out of reach: the command says where one",
    "may be, ends with 1, and is repeated once that has run.",
  ],
  examples: ["--id evt_1 --dry-run", "prod --tenant acme --source stripe"],
} as const;

/** A query holds 10,000 characters. */
const mostIds = 100;
const mostTypes = 10;

/** For tests. */
type Given = StagePlaces & {
  readonly ask?: (question: string) => Promise<boolean>;
};

/**
 * Erases events. Returns 1 where the answer was no, or a copy may be left.
 *
 * @throws {UsageError} For arguments that cannot be.
 * @throws {TypeError} For a stage that is not there, or has no bucket.
 */
export const eraseCommand: Command<[given: Given]> = command(
  help,
  async ({ values, taken: [stageName], print }, given: Given = {}) => {
    const { id, tenant, source, json, yes, "dry-run": dryRun } = values;
    if (json && !yes && !dryRun) throw usageError(help, "--json asks nothing: give --yes or --dry-run, too");
    const erasure = erasureOf({ id, tenant, source });
    const stage = await openStage(stageName, values, given);
    try {
      if (!json) print(stage.place);
      checkSource(stage, source);
      const now = Date.now();
      const until = values.until === undefined ? now : readTime("--until", values.until, now);
      if (until > now) throw usageError(help, "--until is not a time to come");
      const progress = createTextProgress(process.stderr);
      const run = async (isDry: boolean) =>
        await erase(stage, erasure, {
          ...{ until, dryRun: isDry },
          progress: (looked, objects) => progress.tell(`${looked} of ${objects} objects looked at`),
        }).finally(progress.end);
      const { ask = askYes } = given;
      if (!json && (dryRun || !yes)) print(`${foundText(await run(true))} would be erased`);
      if (dryRun && !json) return 0;
      if (!yes && !json && !(await ask(`Erase it from ${stage.place} for good?`))) return 1;
      const erased = await run(dryRun);
      if (json) print(JSON.stringify(erased));
      else for (const line of erasedLines(erased, erasure, againText(stage, erasure, until))) print(line);
      return dryRun || isWhole(erased) ? 0 : 1;
    } finally {
      stage.clients.close();
    }
  },
);

function erasureOf(given: {
  readonly id: string | undefined;
  readonly tenant: string | undefined;
  readonly source: string | undefined;
}): Erasure {
  const { id, tenant, source } = given;
  if (id !== undefined && tenant === undefined && id !== "") return { kind: "id", value: id, source };
  if (tenant !== undefined && id === undefined && tenant !== "") return { kind: "tenant", value: tenant, source };
  const received =
    id !== undefined && tenant !== undefined ? "both" : id === "" || tenant === "" ? "an empty one" : "none";
  throw usageError(help, `expected --id or --tenant, received ${received}`);
}

/** @throws {TypeError} Where the stage has no such source: an erasure of a misspelt one would erase nothing. */
function checkSource({ sources, name }: Stage, source: string | undefined): void {
  if (source === undefined || Object.hasOwn(sources, source)) return;
  throw new TypeError(
    `Cannot erase events of ${source}: stage ${name} has ${Object.keys(sources).join(", ") || "no source"}`,
  );
}

/** The command once more: what came later is not meant. */
function againText({ words }: Stage, { kind, value, source }: Erasure, until: number): string {
  const of = source === undefined ? [] : ["--source", source];
  const before = [...words, ...of, "--until", new Date(until).toISOString()].map(shellWord);
  // One that begins with "-" would be taken for an option.
  return `npm run erase -- ${[...before, `--${kind}=${shellWord(value)}`].join(" ")}`;
}

function isWhole({ queues, unread }: Erased): boolean {
  return queues.length === 0 && unread.length === 0;
}

function foundText({ types, archived, spilled, dead, bodies, records }: Erased): string {
  const parts = [
    [archived, "in the archive"],
    [spilled, "in the spill"],
    [dead, "in DLQs"],
  ].filter(([count]) => count !== 0);
  const copies = parts.length === 0 ? "no copy" : parts.map(([count, where]) => `${count} ${where}`).join(", ");
  const kinds =
    types.length === 0 ? "" : ` (${types.slice(0, mostTypes).join(", ")}${types.length > mostTypes ? " …" : ""})`;
  return `${copies}${kinds}; large bodies: ${bodies}; records with an error's text: ${records}`;
}

function erasedLines(erased: Erased, { kind, value }: Erasure, again: string): readonly string[] {
  const { queues, unread } = erased;
  // An event that is nowhere any more may still be in the logs.
  const ids = kind === "id" ? [value] : erased.ids;
  return [
    `erased: ${foundText(erased)}`,
    "no command finds it any more, also where the archive writes a copy that is on its way",
    ...(queues.length === 0 ? [] : [`may hold a copy that is to run, or to be archived: ${queues.join(", ")}`]),
    ...(unread.length === 0 ? [] : [`not read, or not to the end: ${unread.join(", ")}`]),
    ...(isWhole(erased) ? [] : [`once more, when these are empty: ${again}`]),
    "not erased: keys of records, by which a resent delivery does not run again; they are deleted after 45 days",
    "not erased: what no copy leads to any more: large bodies and error texts of events older than the archive (59 and 45 days)",
    "not erased: backups of the table, which AWS keeps for 35 days, and messages that were no envelope (docs/formats.md)",
    ids.length === 0
      ? "not erased: logs, where an id leads to its lines"
      : `not erased: logs, of which CloudWatch deletes no single line; Logs Insights finds them by: ${logQuery(ids)}`,
  ];
}

/** A log has an event's id, and not its tenant. */
function logQuery(ids: readonly string[]): string {
  const some = ids.slice(0, mostIds).map((id) => `@message like ${JSON.stringify(id)}`);
  const rest =
    ids.length > mostIds ? `, and ${ids.length - mostIds} more ids: --dry-run --json lists them beforehand` : "";
  return `fields @timestamp, @log, @message | filter ${some.join(" or ")}${rest}`;
}
