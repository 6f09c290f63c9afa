import process from "node:process";
import { splitEventName } from "../../infra/build/event-files.ts";
import { defined } from "../../lambdas/core/bytes/defined.ts";
import { providers } from "../../lambdas/providers/mod.ts";
import { type LocalRun, readLocalRun, runFolder } from "../../local/local-run.ts";
import { asItCame, findKept, signedAnew } from "../send/kept-delivery.ts";
import { type MakeOutgoing, postEvents, type Sent } from "../send/post.ts";
import { noIdOf, noTimestampOf, receiverOf, samenessOf, sampleDelivery } from "../send/sample-delivery.ts";
import { outcomeLines, timesLine } from "../send/summary.ts";
import type { StagePlaces } from "../stage/find-stage.ts";
import { type Command, command, usageError, type Values as ValuesOf } from "./command.ts";
import { readInputFile } from "./input-file.ts";
import { createProgress } from "./progress.ts";
import { forwardUrl, isOnAws, readSecret, receiverAt, receiverOnAws, receiverOptions } from "./send-receiver.ts";
import { UsageError } from "./usage-error.ts";

const help = {
  name: "send",
  says: "posts a rightly signed sample, to the local run unless --url or --stage is given",
  takes: ["[<source>/<type>]"],
  options: {
    id: { type: "string", value: "ID", says: "the event's id; defaults to a new one" },
    times: { type: "string", value: "N", says: "deliveries of each event", default: "1" },
    events: { type: "string", value: "N", says: "so many different events", default: "1" },
    concurrency: { type: "string", value: "N", says: "deliveries at a time", default: "1" },
    "body-file": { type: "string", value: "F", says: "send these bytes instead of the sample" },
    tamper: { type: "boolean", says: "change one byte after signing" },
    stale: { type: "boolean", says: "sign with a timestamp of an hour ago" },
    last: { type: "boolean", says: "repeat the delivery that came last to the local run, as it came" },
    repeat: { type: "string", value: "ID", says: "repeat the latest delivery of this event, as it came" },
    ...receiverOptions,
    json: { type: "boolean", says: "print a JSON object for each delivery, as in docs/formats.md" },
  },
  more: [
    "The local run keeps its last 500 deliveries, in memory.",
    "A stage on AWS is sent to where it was deployed with allowSend: true. Its event files run for real.",
  ],
  examples: ["github/push --id demo", "--last --times 2"],
} as const;

/** Finds who receives for a source. */
type ReceiverFor = (source: string) => ReturnType<typeof receiverAt>;

type Values = ValuesOf<typeof help.options>;

/**
 * Posts samples, or repeats what the local run has kept, and prints the answers. Returns 0 where every delivery was answered
 * 2xx, and 1 otherwise.
 *
 * @throws {TypeError} For arguments that cannot be.
 */
export const send: Command<[folder: string, places: StagePlaces]> = command(
  help,
  async ({ values, taken: [name], print }, folder = runFolder, places = {}) => {
    const [times, events] = [count("--times", values.times), count("--events", values.events)];
    const concurrency = count("--concurrency", values.concurrency);
    if (times * events > mostDeliveries) {
      throw new UsageError(`Cannot send: --times by --events is ${times * events}, at most ${mostDeliveries} are sent`);
    }
    for (const [what, text] of Object.entries({ "--id": values.id, "<source>/<type>": name })) {
      if (/\p{C}/u.test(text ?? ""))
        throw usageError(help, `${what} takes no control character, and none that is not seen`);
    }
    const run = readLocalRun(folder);
    const repeats = values.last || values.repeat !== undefined;
    const onAws = isOnAws(values);
    const forward = forwardUrl(values, print);
    const receiverFor: ReceiverFor = async (source) =>
      onAws
        ? await receiverOnAws(source, values, places, values.json ? () => {} : print)
        : await receiverAt(name ?? "", source, values, run);
    const make = repeats ? await repeated(values, name, run, forward) : await sampled(values, name, receiverFor);

    const progress = createProgress(process.stderr, times * events);
    const begun = performance.now();
    const sent = await postEvents(make, { events, times, concurrency, onSent: progress.step }).finally(progress.end);
    if (values.json) {
      for (const one of sent) print(JSON.stringify({ ...one, milliseconds: Math.round(one.milliseconds) }));
      return exitCode(sent);
    }
    for (const line of outcomeLines(sent, events === 1)) print(line);
    if (sent.length > 1) print(timesLine(sent, performance.now() - begun));
    if (repeats && sent.some(({ outcome }) => outcome === "timestamp-outside-window")) {
      print("Its signed time is too long ago. With --forward and a URL, that of the run too, it is signed anew.");
    }
    return exitCode(sent);
  },
);

function exitCode(sent: readonly Sent[]): number {
  return sent.every(({ status }) => status >= 200 && status < 300) ? 0 : 1;
}

/** A sample, or the bytes of a file. */
async function sampled(values: Values, name: string | undefined, receiverFor: ReceiverFor): Promise<MakeOutgoing> {
  const split = splitEventName(name ?? "");
  if (split === undefined) {
    throw usageError(
      help,
      `expected <source>/<type>, as github/push, received ${name === undefined ? "nothing" : `"${name}"`}`,
    );
  }
  const { source, type } = split;
  const { provider, ...receiver } = await receiverFor(source);
  const noId = values.id === undefined ? undefined : noIdOf(provider);
  if (noId !== undefined) throw new UsageError(`Cannot send ${name} under --id: ${noId}`);
  const noTimestamp = values.stale ? noTimestampOf(provider) : undefined;
  if (noTimestamp !== undefined) throw new UsageError(`Cannot send a stale delivery: ${noTimestamp}`);
  const bodyFile = values["body-file"];
  const body = bodyFile === undefined ? undefined : new Uint8Array(readInputFile("--body-file", bodyFile));
  const { stale, tamper } = values;
  const sending = { provider, type, ...receiver, stale, tamper, ...defined({ body }) };
  if (values.events !== "1") checkDifferent(values, samenessOf(sending));
  return async () => {
    const id = values.id ?? crypto.randomUUID();
    return { delivery: await sampleDelivery(id, sending), id };
  };
}

/** A delivery that the local run has kept. */
async function repeated(
  values: Values,
  name: string | undefined,
  local: LocalRun | undefined,
  forward: string | undefined,
): Promise<MakeOutgoing> {
  const { id, events, last, repeat, stale, tamper, url } = values;
  const others = { "--id": id, "--body-file": values["body-file"], "--url": url, "--stale": stale, "--tamper": tamper };
  const places = { "--stage": values.stage, "--stack": values.stack };
  const [other] = Object.entries({
    ...others,
    ...places,
    "--repeat": last ? repeat : undefined,
    "<source>/<type>": name,
  })
    .filter(([, value]) => value !== undefined && value !== false)
    .map(([option]) => option);
  if (other !== undefined || events !== "1") {
    throw usageError(
      help,
      `${last ? "--last" : "--repeat"} repeats one delivery as it came: ${other ?? "--events"} does not go with it`,
    );
  }
  if (local === undefined) throw new TypeError("Cannot repeat a delivery: no local run is on (npm start)");
  const kept = await findKept(local, repeat);
  const delivery = asItCame(kept, local.functionUrl);
  if (forward === undefined) return async () => ({ delivery, id: kept.id ?? "" });
  const source = local.sources[kept.source ?? ""];
  const provider = providers[source?.provider ?? ""];
  if (provider === undefined) throw new TypeError("Cannot sign the delivery: it came to a path that no source has");
  const secret = await readSecret(values["secret-file"], source === undefined ? undefined : receiverOf(source).secret);
  const anew = await signedAnew(delivery, provider, { url: forward, secret });
  return async () => ({ delivery: anew, id: kept.id ?? "" });
}

function checkDifferent({ id, events }: Values, sameness: string | undefined): void {
  const why = id === undefined ? sameness : "--id is the id of one";
  if (why !== undefined) throw new UsageError(`Cannot send ${events} different events: ${why}`);
}

const mostDeliveries = 10_000;

function count(name: string, text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= mostDeliveries) return number;
  throw new UsageError(`Cannot send: ${name} takes a number from 1 to ${mostDeliveries}, received "${text}"`);
}
