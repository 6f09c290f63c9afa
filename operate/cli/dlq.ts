import { defined } from "../../lambdas/core/bytes/defined.ts";
import { absentText, noneText, restText } from "../dead-events/acting.ts";
import type { DeadEvent, ReadLetter } from "../dead-events/dead-event.ts";
import { detailsOf, factsOf, groupFactsOf, groupLineOf, lineOf, receiveText } from "../dead-events/dead-event-text.ts";
import { byReason, type DeadFilter, withDeadEvents } from "../dead-events/dead-events.ts";
import { openPlace, type Pipeline, type Place } from "../dead-events/dlq-place.ts";
import { saveEnvelope } from "../dead-events/save.ts";
import { bodyText, payloadLines } from "../events/masked.ts";
import type { StagePlaces } from "../stage/find-stage.ts";
import { type Command, command, type Print, stageWord, usageError } from "./command.ts";
import { type Acting, drop, readMore, redrive, save } from "./dlq-actions.ts";
import { openStage } from "./stage.ts";
import { stageHelp, stageOptions } from "./stage-options.ts";
import { askYes } from "./terminal.ts";
import { readTime } from "./times.ts";

const help = {
  name: "dlq",
  says: "lists dead events, shows one, sends them back to their queue, saves and drops them",
  takes: [stageWord, "list|show|redrive|save|drop", "[<source>/<type>]"],
  options: {
    id: { type: "string", value: "ID", says: "with this id; show needs it" },
    type: { type: "string", value: "T", says: "of this event type, with a * at its end of every type that begins so" },
    tenant: { type: "string", value: "T", says: "of this tenant alone" },
    reason: { type: "string", value: "TEXT", says: "with this text in the reason" },
    since: { type: "string", value: "TIME", says: "received since then: ISO 8601, or how long ago" },
    until: { type: "string", value: "TIME", says: "received before then" },
    by: { type: "string", value: "reason", says: "list: how many have each reason, and the age of the oldest" },
    payload: { type: "boolean", says: "show: all of the payload; else its values are masked" },
    save: {
      type: "string",
      value: "F",
      says: "show: write the envelope into the file F, to run it alone (hookline run); save and drop: a file each into the folder F",
    },
    "per-second": {
      type: "string",
      value: "N",
      says: "redrive: so many a second at most; defaults to 20 with a filter, and to SQS's own pace without",
    },
    "dry-run": { type: "boolean", says: "print what redrive or drop would do, and do nothing" },
    yes: { type: "boolean", says: "drop: do not ask" },
    most: { type: "string", value: "N", says: "read so many messages of a DLQ", default: "1000" },
    json: { type: "boolean", says: "print a JSON object a line for list and show, as in docs/formats.md" },
    ...stageOptions,
  },
  more: [
    stageHelp,
    "A redriven event runs again unless its processor is done. Without a filter SQS moves all of a DLQ, and Ctrl-C leaves it at that;",
    "with one, Ctrl-C leaves the rest in the DLQ. The same command goes on.",
    ...receiveText,
  ],
  examples: ["list --by reason", 'prod redrive github/push --reason "no route" --since 2d --dry-run'],
} as const;

/** For tests. */
type Given = StagePlaces & {
  readonly ask?: (question: string) => Promise<boolean>;
  /** Ends a redrive; defaults to Ctrl-C. */
  readonly ended?: Promise<void>;
};

type Listing = Pick<Acting, "filter" | "most" | "print"> & { readonly json: boolean };

/**
 * Lists, shows, redrives, saves and drops dead events. Returns 1 where none is there that the filter fits, the answer was no, or a
 * redrive was left before its end.
 *
 * @throws {TypeError} For arguments that cannot be, an unknown `<source>/<type>`, and for a stage that is not there.
 */
export const dlq: Command<[given: Given]> = command(
  help,
  async ({ values, taken: [stageName, action = "", name], print }, given: Given = {}) => {
    const { id, type, tenant, reason, by, payload, save: path, json, yes, "dry-run": dryRun } = values;
    const only = (option: string, isGiven: boolean, ...actions: readonly string[]) => {
      if (isGiven && !actions.includes(action))
        throw usageError(help, `--${option} is for ${actions.join(" and ")}, and not for ${action}`);
    };
    only("by", by !== undefined, "list");
    only("payload", payload, "show");
    only("save", path !== undefined, "show", "save", "drop");
    only("per-second", values["per-second"] !== undefined, "redrive");
    only("dry-run", dryRun, "redrive", "drop");
    only("yes", yes, "drop");
    only("json", json, "list", "show");
    if (by !== undefined && by !== "reason") throw usageError(help, `--by takes reason, received "${by}"`);
    if (action !== "list" && action !== "save" && name === undefined)
      throw usageError(help, `${action} takes <source>/<type>, received nothing`);
    if (action === "show" && id === undefined) throw usageError(help, "show takes --id, received none");
    if ((action === "save" || action === "drop") && path === undefined)
      throw usageError(help, `${action} takes --save FOLDER, received none`);
    const now = Date.now();
    const [since, until] = (["since", "until"] as const).map((option) => {
      const text = values[option];
      return text === undefined ? undefined : readTime(`--${option}`, text, now);
    });
    if ((since ?? 0) >= (until ?? Number.POSITIVE_INFINITY)) throw usageError(help, "--since is a time before --until");
    const filter: DeadFilter = defined({ id, type, tenant, reason, since, until });
    const most = countOf("most", values.most, 100_000);
    // SQS takes no higher rate.
    const perSecond =
      values["per-second"] === undefined ? {} : { perSecond: countOf("per-second", values["per-second"], 500) };

    const stage = await openStage(stageName, values, given);
    try {
      if (!json) print(stage.place);
      const place = openPlace(stage);
      const pipelines = await place.pipelines(name);
      const { ask = askYes, ended } = given;
      const acting: Acting = {
        place,
        filter,
        most,
        dryRun,
        folder: path ?? "",
        print,
        ...perSecond,
        ...defined({ ended }),
      };
      const [pipeline] = pipelines;
      if (action === "save") return await save(pipelines, acting);
      if (action === "list" || pipeline === undefined) {
        return await list(place, pipelines, { filter, most, json, print }, by !== undefined);
      }
      if (action === "redrive") return await redrive(pipeline, acting);
      if (action === "drop") return await drop(pipeline, acting, yes ? async () => true : ask);
      return await show(place, pipeline, { filter, most, json, print }, { whole: payload, ...defined({ file: path }) });
    } finally {
      stage.clients.close();
    }
  },
);

async function list(
  place: Place,
  pipelines: readonly Pipeline[],
  { filter, most, json, print }: Listing,
  isGrouped: boolean,
): Promise<number> {
  const blocks = await Promise.all(
    pipelines.map((pipeline) =>
      withDeadEvents(place, pipeline, filter, { most }, async ({ events, read, about }) => {
        const { name } = pipeline;
        if (json) {
          const facts = isGrouped
            ? byReason(events).map((group) => groupFactsOf(name, group))
            : events.map((event) => factsOf(name, event));
          const cut = about > read ? [{ processor: name, read, about }] : [];
          return [...facts, ...cut].map((fact) => JSON.stringify(fact));
        }
        const lines = isGrouped
          ? byReason(events).map((group) => groupLineOf(name, group))
          : events.map((event) => lineOf(name, event));
        return [...lines, ...restText(name, { read, about }, { most, readMore })];
      }),
    ),
  );
  const lines = blocks.flat();
  for (const line of lines) print(line);
  if (lines.length > 0 || json) return 0;
  const [first, ...others] = pipelines;
  const where = first === undefined || others.length > 0 ? `${pipelines.length} queues` : first.name;
  print(noneText(where, Object.keys(filter).length > 0));
  return 0;
}

async function show(
  place: Place,
  pipeline: Pipeline,
  { filter, most, json, print }: Listing,
  { whole, file }: { readonly whole: boolean; readonly file?: string },
): Promise<number> {
  const { name } = pipeline;
  return await withDeadEvents(place, pipeline, filter, { most }, async ({ events, ...found }) => {
    const [first] = events;
    if (first === undefined) {
      if (!json)
        for (const line of [absentText(name, filter), ...restText(name, found, { most, readMore })]) print(line);
      return 1;
    }
    for (const event of events) {
      if (json) print(JSON.stringify({ ...factsOf(name, event), ...(await payloadFact(place, event, whole)) }));
      else for (const line of [...detailsOf(event), ...(await payloadOf(place, event, whole))]) print(line);
    }
    if (file !== undefined) saveIn(file, first, name, json ? () => {} : print);
    return 0;
  });
}

async function payloadFact(place: Place, event: ReadLetter, whole: boolean): Promise<{ readonly payload?: string }> {
  const { body } = await bodyOf(place, event);
  return body === undefined ? {} : { payload: bodyText(body, { whole }) };
}

async function payloadOf(place: Place, event: ReadLetter, whole: boolean): Promise<readonly string[]> {
  const { body, deposit } = await bodyOf(place, event);
  if (body !== undefined) return payloadLines({ body, ...defined({ deposit }) }, whole);
  return [deposit === undefined ? "payload   not in the message" : `payload   no more in the bucket: ${deposit}`];
}

/** Its body, and where that lies if it was too large for a queue. */
async function bodyOf(
  place: Place,
  { event }: ReadLetter,
): Promise<{ readonly body?: Uint8Array; readonly deposit?: string }> {
  if (event === undefined) return {};
  if ("body" in event) return { body: event.body };
  return { deposit: event.deposit, ...defined({ body: await place.body(event.deposit) }) };
}

function saveIn(file: string, event: DeadEvent, name: string, print: Print): void {
  saveEnvelope(event, file);
  print(`saved into ${file}; it runs alone by: npm run hookline -- run ${name} --event ${file}`);
}

function countOf(option: string, text: string, highest: number): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= highest) return number;
  throw usageError(help, `--${option} takes a number from 1 to ${highest}, received "${text}"`);
}
