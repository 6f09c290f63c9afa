import { writeFileSync } from "node:fs";
import { defined } from "../../lambdas/core/bytes/defined.ts";
import { type DeadEvent, explain } from "../dead-events/dead-event.ts";
import { bodyOf, detailsOf, factsOf, lineOf } from "../dead-events/dead-event-text.ts";
import { withDeadLetters } from "../dead-events/dead-letters.ts";
import { openPlace, type Pipeline, type Place } from "../dead-events/dlq-place.ts";
import { redriveAll, redriveOne } from "../dead-events/redrive.ts";
import type { StagePlaces } from "../stage/find-stage.ts";
import { type Command, command, type Print, stageWord, usageError } from "./command.ts";
import { openStage, stageHelp, stageOptions } from "./stage.ts";
import { UsageError } from "./usage-error.ts";

type Asked = {
  readonly id?: string;
  readonly dryRun: boolean;
  readonly body: boolean;
  readonly save?: string;
  readonly json: boolean;
  readonly most: number;
};

const help = {
  name: "dlq",
  says: "lists dead events, shows one, and sends them back to their queue",
  takes: [stageWord, "list|show|redrive", "[<source>/<type>]"],
  options: {
    id: { type: "string", value: "ID", says: "this event alone; show needs it" },
    "dry-run": { type: "boolean", says: "print what redrive would do, and do nothing" },
    body: { type: "boolean", says: "show the payload, too" },
    save: { type: "string", value: "F", says: "write its envelope into a file, to run it alone (hookline run)" },
    most: { type: "string", value: "N", says: "read so many messages of a DLQ", default: "1000" },
    json: { type: "boolean", says: "print a JSON object a line for list and show, as in docs/formats.md" },
    ...stageOptions,
  },
  more: [stageHelp, "A redriven event runs again unless its processor is done."],
  examples: ["list", "prod redrive github/push --id demo --dry-run"],
} as const;

/**
 * Lists, shows and redrives dead events. Returns 1 where the event that `--id` names is not there.
 *
 * @throws {TypeError} For arguments that cannot be, an unknown `<source>/<type>`, and for a stage that is not there.
 */
export const dlq: Command<[places: StagePlaces]> = command(
  help,
  async ({ values, taken: [stageName, action, name], print }, places: StagePlaces = {}) => {
    const { id, body, save } = values;
    if (action !== "list" && name === undefined)
      throw usageError(help, `${action} takes <source>/<type>, received nothing`);
    if (action === "show" && id === undefined) throw usageError(help, "show takes --id, received none");
    const asked = {
      dryRun: values["dry-run"],
      body,
      json: values.json,
      most: mostOf(values.most),
      ...defined({ id, save }),
    };

    const stage = await openStage(stageName, values, places);
    if (!asked.json) print(stage.place);
    const place = openPlace(stage);
    try {
      const pipelines = await place.pipelines(name);
      const [pipeline] = pipelines;
      if (action === "list" || pipeline === undefined) return await list(place, pipelines, asked, print);
      return action === "show"
        ? await show(place, pipeline, asked, print)
        : await redrive(place, pipeline, asked, print);
    } finally {
      stage.clients.close();
    }
  },
);

async function list(place: Place, pipelines: readonly Pipeline[], asked: Asked, print: Print): Promise<number> {
  const blocks = await Promise.all(
    pipelines.map(({ name, dlq }) =>
      withDeadLetters(place.sqs, dlq, { ...place, ...asked }, async ({ letters, about }) => {
        const events = await Promise.all(letters.map((letter) => explain(letter, name, place)));
        const read = letters.length;
        if (asked.json) {
          const cut = about > read ? [JSON.stringify({ processor: name, read, about })] : [];
          return [...events.map((event) => JSON.stringify(factsOf(name, event))), ...cut];
        }
        const cut = about > read ? [`${name}  ${read} of about ${about} were read`] : [];
        return [...events.map((event) => lineOf(name, event)), ...cut];
      }),
    ),
  );
  const lines = blocks.flat();
  for (const line of lines) print(line);
  if (lines.length === 0 && !asked.json)
    print(`no dead events in ${emptyText(pipelines)}; an event that is still retried is not dead yet`);
  return 0;
}

function emptyText(pipelines: readonly Pipeline[]): string {
  const [only, ...others] = pipelines;
  return only !== undefined && others.length === 0 ? only.name : `${pipelines.length} queues`;
}

async function show(place: Place, { name, dlq }: Pipeline, asked: Asked, print: Print): Promise<number> {
  return await withDeadLetters(place.sqs, dlq, { ...place, ...asked }, async ({ letters, about }) => {
    const events = await Promise.all(letters.map((letter) => explain(letter, name, place)));
    const found = events.filter(({ id }) => id === asked.id);
    if (found.length === 0) return absent(name, asked, letters.length >= about, print);
    if (asked.json) for (const event of found) print(JSON.stringify(factsOf(name, event)));
    for (const event of asked.json ? [] : found) {
      for (const line of detailsOf(event)) print(line);
      if (asked.body) for (const line of bodyOf(event).split("\n")) print(line);
    }
    const [first] = found;
    if (asked.save !== undefined && first !== undefined) save(first, asked.save, name, print);
    return 0;
  });
}

/** Readable by its owner alone: it holds the payload. */
function save({ letter }: DeadEvent, file: string, name: string, print: Print): void {
  writeFileSync(file, letter.Body ?? "", { mode: 0o600 });
  print(`saved into ${file}; it runs alone by: npm run hookline -- run ${name} --event ${file}`);
}

async function redrive(place: Place, pipeline: Pipeline, asked: Asked, print: Print): Promise<number> {
  const { id, dryRun } = asked;
  const verb = dryRun ? "would redrive" : "redriven:";
  const { name } = pipeline;
  if (id === undefined) {
    const count = await redriveAll(place.sqs, pipeline, dryRun);
    print(count === 0 ? `nothing to redrive in ${name}` : `${verb} about ${count} to the queue of ${name}`);
    return 0;
  }
  const { copies, wasAll } = await redriveOne(place.sqs, pipeline, id, { ...place, ...asked });
  if (copies === 0) return absent(name, asked, wasAll, print);
  print(`${verb} ${id} to the queue of ${name}${copies === 1 ? "" : ` (${copies} copies)`}`);
  return 0;
}

function absent(name: string, { id, most }: Asked, wasAll: boolean, print: Print): number {
  const where = wasAll ? "its DLQ" : `the ${most} messages of its DLQ that were read; give a higher --most`;
  print(`no dead event of ${name} has the id ${id} in ${where}`);
  return 1;
}

function mostOf(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= 100_000) return number;
  throw new UsageError(`Cannot look at DLQs: --most takes a number from 1 to 100000, received "${text}"`);
}
