import { parseArgs } from "node:util";
import { defined } from "../../lambdas/core/bytes/defined.ts";
import { explain } from "../dead-events/dead-event.ts";
import { bodyOf, detailsOf, lineOf } from "../dead-events/dead-event-text.ts";
import { withDeadLetters } from "../dead-events/dead-letters.ts";
import { openPlace, type Pipeline, type Place } from "../dead-events/dlq-place.ts";
import { redriveAll, redriveOne } from "../dead-events/redrive.ts";
import { taskArguments } from "./task-arguments.ts";
import { runCommand } from "./terminal.ts";

const usage = `dlq looks at dead events and sends them back, by default in the local run
  dlq list [<source>/<type>]            every dead event, and why it died
  dlq show <source>/<type> --id ID      one of them
  dlq redrive <source>/<type>           all of them back to their queue; they run again unless they are done
  --id ID         redrive this event alone
  --dry-run       say what redrive would do, and do nothing
  --body          show the payload, too
  --most N        look at so many messages of a DLQ; default: 1000
  --stage STAGE   on AWS, by the SDK's usual credentials
  --table NAME    the stage's table`;

const options = {
  id: { type: "string" },
  "dry-run": { type: "boolean", default: false },
  body: { type: "boolean", default: false },
  most: { type: "string", default: "1000" },
  stage: { type: "string" },
  table: { type: "string" },
} as const;

type Asked = { readonly id?: string; readonly dryRun: boolean; readonly body: boolean; readonly most: number };
type Print = (line: string) => void;

/**
 * Runs `dlq`. Says what it finds on `print`.
 *
 * @returns The exit code: 1 when the event that `--id` names is not there.
 * @throws {TypeError} For arguments that cannot be, an unknown `<source>/<type>`, and where no local run is on.
 */
export async function dlq(args: readonly string[], print: Print, folder?: string): Promise<number> {
  const given = taskArguments(args);
  const { values, positionals } = parseArgs({ args: given, options, allowPositionals: true });
  const [command, name, ...more] = positionals;
  const { id, body, stage, table } = values;
  const asked = { dryRun: values["dry-run"], body, most: mostOf(values.most), ...defined({ id }) };
  const known = command === "list" || ((command === "show" || command === "redrive") && name !== undefined);
  if (!known || more.length > 0 || (command === "show" && id === undefined)) throw new TypeError(usage);

  const place = openPlace({ stage, table, ...defined({ folder }) });
  try {
    const pipelines = await place.pipelines(name);
    if (command === "list") return await list(place, pipelines, asked, print);
    const [pipeline] = pipelines;
    if (pipeline === undefined) throw new TypeError(usage);
    return command === "show"
      ? await show(place, pipeline, asked, print)
      : await redrive(place, pipeline, asked, print);
  } finally {
    place.close();
  }
}

async function list(place: Place, pipelines: readonly Pipeline[], asked: Asked, print: Print): Promise<number> {
  const blocks = await Promise.all(
    pipelines.map(({ name, dlq }) =>
      withDeadLetters(place.sqs, dlq, { ...place, ...asked }, async ({ letters, about }) => {
        const events = await Promise.all(letters.map((letter) => explain(letter, name, place)));
        const cut = about > letters.length ? [`${name}  ${letters.length} of about ${about} were read`] : [];
        return [...events.map((event) => lineOf(name, event)), ...cut];
      }),
    ),
  );
  const lines = blocks.flat();
  for (const line of lines) print(line);
  if (lines.length === 0) print(`no dead events in ${pipelines.map(({ name }) => name).join(", ") || "any queue"}`);
  return 0;
}

async function show(place: Place, { name, dlq }: Pipeline, asked: Asked, print: Print): Promise<number> {
  return await withDeadLetters(place.sqs, dlq, { ...place, ...asked }, async ({ letters, about }) => {
    const events = await Promise.all(letters.map((letter) => explain(letter, name, place)));
    const found = events.filter(({ id }) => id === asked.id);
    if (found.length === 0) return absent(name, asked, letters.length >= about, print);
    for (const event of found) {
      for (const line of detailsOf(event)) print(line);
      if (asked.body) for (const line of bodyOf(event).split("\n")) print(line);
    }
    return 0;
  });
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
  throw new TypeError(`Cannot look at DLQs: --most takes a number from 1 to 100000, received "${text}"`);
}

if (import.meta.main) await runCommand(dlq);
