import { writeFileSync } from "node:fs";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { defined } from "../../lambdas/core/bytes/defined.ts";
import { didYouMean } from "../../lambdas/core/checks/nearest.ts";
import { byIdOrTrace, type EventFilter } from "../events/archived-event.ts";
import { type EventState, states } from "../events/event-state.ts";
import { detailsOf, factsOf, lineOf } from "../events/event-text.ts";
import { bodyText, payloadLines } from "../events/masked.ts";
import { type Events, type FollowedEvent, openEvents } from "../events/open-events.ts";
import { type PayloadOf, payloadOf } from "../events/payload.ts";
import { followNew } from "../events/tail.ts";
import { testOfEvent } from "../run-event/event-test.ts";
import { shellWord } from "../shell-word.ts";
import type { StagePlaces } from "../stage/find-stage.ts";
import { type Colour, type Command, command, type Print, stageWord, usageError } from "./command.ts";
import { createTextProgress } from "./progress.ts";
import { openStage } from "./stage.ts";
import { stageHelp, stageOptions } from "./stage-options.ts";
import { holdInterruptions } from "./terminal.ts";
import { readTime } from "./times.ts";

const help = {
  name: "events",
  says: "finds events in the archive and tells what became of them, shows one, and follows new ones",
  takes: [stageWord, "list|get|tail"],
  options: {
    source: { type: "string", value: "NAME", says: "of this source alone" },
    type: { type: "string", value: "T", says: "of this event type, with a * at its end of every type that begins so" },
    tenant: { type: "string", value: "T", says: "of this tenant alone" },
    id: { type: "string", value: "ID", says: "with this id, for list and tail also of this trace; get needs it" },
    state: { type: "string", value: "S", says: `in this state: ${states.join(", ")}` },
    since: { type: "string", value: "TIME", says: "received since then: ISO 8601, or how long ago", default: "24h" },
    until: { type: "string", value: "TIME", says: "received before then; defaults to now" },
    limit: { type: "string", value: "N", says: "so many at most; defaults to 100 for list, and to no end for tail" },
    payload: { type: "boolean", says: "get: show all of the payload; else its values are masked" },
    save: { type: "string", value: "F", says: "get: write the envelope into F, and the body into F.body" },
    "save-test": { type: "string", value: "F", says: "get: write a test of the event's processors into F" },
    json: { type: "boolean", says: "print a JSON object a line, as in docs/formats.md" },
    ...stageOptions,
  },
  more: [
    stageHelp,
    "Newest first. An event is here once the archive has written it: within a minute or two.",
    "get goes straight to an event whose record tells its hour; else it looks through --since to --until.",
  ],
  examples: ["list --since 2h --state dead", "prod get --id evt_1 --since 14d"],
} as const;

const colours: Partial<Record<EventState, Colour>> = {
  dead: "red",
  spilled: "yellow",
  paused: "yellow",
  done: "green",
};

/** For tests. */
type Given = StagePlaces & {
  /** Ends `tail`; defaults to Ctrl-C. */
  readonly ended?: Promise<void>;
};

type Asked = {
  readonly filter: EventFilter;
  readonly since: number;
  readonly until: number;
  readonly state: EventState | undefined;
  readonly limit: number;
  readonly json: boolean;
  readonly print: Print;
};

/**
 * Finds events. Returns 1 where the event that `get` is asked for is not there.
 *
 * @throws {UsageError} For arguments that cannot be.
 * @throws {TypeError} For a stage that is not there, or has no archive.
 */
export const events: Command<[given: Given]> = command(
  help,
  async ({ values, taken: [stageName, action], print }, given: Given = {}) => {
    const { source, type, tenant, id, save, payload, "save-test": saveTest } = values;
    if (action === "get" && id === undefined) throw usageError(help, "get takes --id, received none");
    if (action !== "get" && (payload || (save ?? saveTest) !== undefined))
      throw usageError(help, `--payload, --save and --save-test are for get, and not for ${action}`);
    const now = Date.now();
    const asked: Asked = {
      filter: defined({ source, type, tenant, ...(action === "get" ? { id } : byIdOrTrace(id)) }),
      since: readTime("--since", values.since, now),
      until: values.until === undefined ? now : readTime("--until", values.until, now),
      state: stateNamed(values.state),
      limit: limitOf(values.limit, action === "tail" ? Number.POSITIVE_INFINITY : 100),
      json: values.json,
      print,
    };
    if (asked.since >= asked.until) throw usageError(help, "--since is a time before --until");
    const stage = await openStage(stageName, values, given);
    try {
      if (!asked.json) print(stage.place);
      const found = openEvents(stage);
      if (action === "list") return await list(found, asked);
      if (action === "tail") return await tail(found, asked, stage.run === undefined ? 5000 : 500, given.ended);
      return await get(found, { ...asked, id: id ?? "" }, { payload, save, saveTest });
    } finally {
      stage.clients.close();
    }
  },
);

async function list(found: Events, asked: Asked): Promise<number> {
  const { filter, since, until, state, limit, json, print } = asked;
  const progress = createTextProgress(process.stderr);
  let count = 0;
  try {
    for await (const one of found.find({
      ...filter,
      since,
      until,
      progress: (part) => progress.tell(partText(part)),
      ...defined({ state }),
    })) {
      progress.end();
      printOne(one, json, print);
      count += 1;
      if (count === limit) break;
    }
  } finally {
    progress.end();
  }
  if (count === 0 && !json) print(`no such event was received ${await absentText(found, asked)}`);
  if (count === limit && !json) print(`these are the newest ${limit}; give a higher --limit, or an earlier --until`);
  return 0;
}

function printOne(one: FollowedEvent, json: boolean, print: Print): void {
  if (json) print(JSON.stringify(factsOf(one)));
  else print(lineOf(one), colours[one.state]);
}

/** How much of the payload `get` shows, and the files that it writes. */
type Shown = { readonly payload: boolean; readonly save: string | undefined; readonly saveTest: string | undefined };

async function get(
  found: Events,
  asked: Asked & { readonly id: string },
  { payload, save, saveTest }: Shown,
): Promise<number> {
  const { filter, id, since, until, json, print } = asked;
  const progress = createTextProgress(process.stderr);
  const all = await found
    .withId({ ...filter, id, since, until, progress: (part) => progress.tell(partText(part)) })
    .finally(progress.end);
  if (all.length === 0) {
    if (!json) print(`no event with the id ${id} was received ${await absentText(found, asked)}`);
    return 1;
  }
  if ((save ?? saveTest) !== undefined && all.length > 1)
    throw usageError(help, `${all.length} events have this id: name one with --source or --type`);
  for (const one of all) {
    const read = await payloadOf(found.archive, one.event);
    if (json) print(JSON.stringify({ ...factsOf(one), payload: bodyText(read.event.body, { whole: payload }) }));
    else
      for (const line of [...detailsOf(one), ...payloadLines({ ...read, body: read.event.body }, payload)]) print(line);
    const told: Print = json ? () => {} : print;
    if (save !== undefined) saveIn(save, read, told);
    if (saveTest !== undefined) saveTestIn(saveTest, one, read, told);
  }
  return 0;
}

/** Readable by their owner alone. */
function saveIn(file: string, { envelope, event }: PayloadOf, print: Print): void {
  writeFileSync(file, envelope, { mode: 0o600 });
  writeFileSync(`${file}.body`, event.body, { mode: 0o600 });
  const name = `${event.source}/${event.type ?? "_other"}`;
  print(
    `saved into ${file} and ${file}.body; it runs alone by: npm run hookline -- run ${shellWord(name)} --event ${shellWord(file)}`,
  );
}

/** @throws {TypeError} Where no processor got the event. */
function saveTestIn(file: string, { processors, event }: FollowedEvent, read: PayloadOf, print: Print): void {
  const names = processors.map(({ processor }) => processor);
  if (names.length === 0) throw new TypeError(`Cannot write a test of ${event.id}: no event file wanted the event`);
  writeFileSync(file, testOfEvent(names, read.event), { mode: 0o600 });
  print(`saved a test into ${file}; it stands beside the event files of ${event.source}, or its imports are changed`);
}

async function tail(found: Events, asked: Asked, milliseconds: number, ended?: Promise<void>): Promise<number> {
  const { filter, state, limit, json, print } = asked;
  if (!json) print("new events are here once the archive has written them: on AWS within a minute or two; Ctrl-C ends");
  const held = holdInterruptions();
  const stop = new AbortController();
  void Promise.race([held.interruption, ...(ended === undefined ? [] : [ended])]).then(() => stop.abort());
  const pause = async () => await sleep(milliseconds, undefined, { signal: stop.signal }).catch(() => {});
  let count = 0;
  try {
    for await (const fresh of followNew(found.archive, filter, { pause, signal: stop.signal })) {
      for (const one of await found.follow(fresh)) {
        if (state !== undefined && one.state !== state) continue;
        printOne(one, json, print);
        count += 1;
        if (count === limit) return 0;
      }
    }
    return 0;
  } finally {
    held.release();
  }
}

function partText(part: number): string {
  return `${Math.floor(part * 100)} % of the time range`;
}

async function absentText(found: Events, { since, until }: Pick<Asked, "since" | "until">): Promise<string> {
  const range = `from ${new Date(since).toISOString()} to ${new Date(until).toISOString()}`;
  if (await found.isArchiving()) return `${range}; give an earlier --since`;
  return `${range}, and the stage archives none: its setting is \`archive: false\``;
}

function stateNamed(given: string | undefined): EventState | undefined {
  const found = states.find((state) => state === given);
  if (given === undefined || found !== undefined) return found;
  throw usageError(help, `--state takes ${states.join(", ")}, received "${given}"${didYouMean(given, states)}`);
}

function limitOf(text: string | undefined, byDefault: number): number {
  if (text === undefined) return byDefault;
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= 1_000_000) return number;
  throw usageError(help, `--limit takes a number from 1 to 1000000, received "${text}"`);
}
