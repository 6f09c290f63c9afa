import process from "node:process";
import { defined } from "../../lambdas/core/bytes/defined.ts";
import { byIdOrTrace } from "../events/archived-event.ts";
import type { Manifest } from "../replay/manifest.ts";
import { openReplays, type Replays } from "../replay/open-replays.ts";
import type { WantedReplay } from "../replay/replay.ts";
import type { StagePlaces } from "../stage/find-stage.ts";
import { type Command, command, type Print, stageWord, usageError } from "./command.ts";
import { createTextProgress } from "./progress.ts";
import { openStage } from "./stage.ts";
import { stageHelp, stageOptions } from "./stage-options.ts";
import { askYes, holdInterruptions } from "./terminal.ts";
import { readTime } from "./times.ts";

const help = {
  name: "replay",
  says: "processes archived events again: what never ran, or what is done once more",
  takes: [stageWord],
  options: {
    to: { type: "string", value: "SOURCE/TYPE", says: "a processor that gets copies", multiple: true },
    mode: {
      type: "string",
      value: "missing|again",
      says: "missing runs what never ran to its end, again runs what is done once more",
      default: "missing",
    },
    type: {
      type: "string",
      value: "T",
      says: "of this event type alone, with a * at its end of every type that begins so",
    },
    tenant: { type: "string", value: "T", says: "of this tenant alone" },
    id: { type: "string", value: "ID", says: "with this id" },
    since: { type: "string", value: "TIME", says: "received since then: ISO 8601, or how long ago", default: "24h" },
    until: { type: "string", value: "TIME", says: "received before then; defaults to now" },
    tests: { type: "boolean", says: "events that the provider marks as tests, too" },
    "per-second": { type: "string", value: "N", says: "so many copies a second", default: "20" },
    "most-dead": { type: "string", value: "N", says: "stop once so many of its copies are dead", default: "10" },
    resume: {
      type: "string",
      value: "ID",
      says: "go on with a replay that was stopped; it keeps what it was begun with",
    },
    "dry-run": { type: "boolean", says: "print the plan, and send nothing" },
    yes: { type: "boolean", says: "do not ask" },
    json: {
      type: "boolean",
      says: "print plan and result as JSON objects, as in docs/formats.md; needs --yes or --dry-run",
    },
    ...stageOptions,
  },
  more: [
    stageHelp,
    "Ctrl-C stops it after the copies that are on their way; --resume goes on. The same replay runs an event once.",
    "again keeps the idempotency key: code and services that remember it will do nothing. attempt.replay tells the code.",
  ],
  examples: [
    "--to github/push --since 3h --dry-run",
    "prod --to stripe/invoice.paid --mode again --since 2026-01-05T10:00Z --until 2026-01-05T11:00Z",
  ],
} as const;

/** For tests. */
type Given = StagePlaces & {
  readonly ask?: (question: string) => Promise<boolean>;
};

/**
 * Replays events. Returns 1 where the answer was no, or it stopped before its end.
 *
 * @throws {UsageError} For arguments that cannot be.
 * @throws {TypeError} For a stage or a processor that is not there, or that knows no replays yet.
 */
export const replay: Command<[given: Given]> = command(
  help,
  async ({ values, taken: [stageName], print }, given: Given = {}) => {
    const { resume, json, yes, "dry-run": dryRun, mode } = values;
    if (json && !yes && !dryRun) throw usageError(help, "--json asks nothing: give --yes or --dry-run, too");
    if (resume === undefined && values.to.length === 0) throw usageError(help, "expected --to, received none");
    if (mode !== "missing" && mode !== "again") {
      throw usageError(help, `--mode takes missing or again, received "${mode}"`);
    }
    const perSecond = countOf("--per-second", values["per-second"]);
    const mostDead = countOf("--most-dead", values["most-dead"]);
    const now = Date.now();
    const { type, tenant, id } = values;
    const since = readTime("--since", values.since, now);
    const until = values.until === undefined ? now : readTime("--until", values.until, now);
    if (since >= until) throw usageError(help, "--since is a time before --until");

    const stage = await openStage(stageName, values, given);
    try {
      if (!json) print(stage.place);
      const replays = openReplays(stage);
      const begun = resume === undefined ? undefined : await replays.manifests.read(resume);
      const to = replays.targets(begun?.to ?? values.to, begun?.mode ?? mode);
      const wanted: WantedReplay =
        begun === undefined
          ? { filter: defined({ type, tenant, ...byIdOrTrace(id) }), since, until, to, mode, tests: values.tests }
          : { ...begun, since: Date.parse(begun.checkpoint), until: Date.parse(begun.until), to };
      const progress = createTextProgress(process.stderr);
      const pace = begun?.perSecond ?? perSecond;
      const look = (count: number) => progress.tell(`${count} events looked at`);
      const { plan, copies, lines } = await replays.plan(wanted, pace, look).finally(progress.end);
      if (json) print(JSON.stringify({ plan, seconds: Math.ceil(copies / pace) }));
      else for (const line of lines) print(line);
      if (dryRun || copies === 0) return 0;
      const { ask = askYes } = given;
      if (!yes && !(await ask(`Send ${copies} copies to ${stage.place}?`))) return 1;
      return await run(
        begun ?? replays.begin(wanted, { perSecond, copies }),
        wanted,
        { ...replays, mostDead },
        json,
        print,
      );
    } finally {
      stage.clients.close();
    }
  },
);

async function run(
  begun: Manifest,
  wanted: WantedReplay,
  { run: runTo, mostDead }: Pick<Replays, "run"> & { readonly mostDead: number },
  json: boolean,
  print: Print,
): Promise<number> {
  if (!json) print(`replay ${begun.id} begins`);
  const held = holdInterruptions();
  const stop = new AbortController();
  void held.interruption.then(() => stop.abort());
  const progress = createTextProgress(process.stderr);
  const tell = ({ sent, dead, copies }: Manifest) => progress.tell(`${sent} of ${copies} copies sent, ${dead} dead`);
  try {
    const ended = await runTo(begun, wanted, { mostDead, signal: stop.signal, progress: tell });
    progress.end();
    const { id, sent, dead, state } = ended;
    if (json) print(JSON.stringify({ id, sent, dead, state }));
    else {
      const why = stop.signal.aborted ? "" : `, since ${dead} of them are dead: npm run dlq -- list tells why`;
      const rest = state === "done" ? "" : `${why}; go on with --resume ${id}`;
      print(`replay ${id} is ${state}: ${sent} sent${rest}`, state === "done" ? "green" : "yellow");
    }
    return state === "done" ? 0 : 1;
  } finally {
    progress.end();
    held.release();
  }
}

function countOf(option: string, text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= 10_000) return number;
  throw usageError(help, `${option} takes a number from 1 to 10000, received "${text}"`);
}
