import { splitEventName } from "../../infra/build/event-files.ts";
import type { Delivery, Provider } from "../../lambdas/core/provider.ts";
import { sign } from "../../lambdas/core/verify/sign.ts";
import { providers } from "../../lambdas/providers/mod.ts";
import { readLocalRun, runFolder } from "../../local/local-run.ts";
import { fetchFailure } from "../fetch-failure.ts";
import { readSample, splitType, stamp } from "../samples/sample.ts";
import { type Command, command, usageError } from "./command.ts";
import { readInputFile, readSecretInput } from "./input-file.ts";
import { UsageError } from "./usage-error.ts";

const help = {
  name: "send",
  says: "posts a rightly signed sample, to the local run unless --url is given",
  takes: ["<source>/<type>"],
  options: {
    id: { type: "string", value: "ID", says: "the event's id; defaults to a new one" },
    times: { type: "string", value: "N", says: "deliveries of this one event", default: "1" },
    concurrency: { type: "string", value: "N", says: "deliveries at a time", default: "1" },
    "body-file": { type: "string", value: "F", says: "send these bytes instead of the sample" },
    tamper: { type: "boolean", says: "change one byte after signing" },
    stale: { type: "boolean", says: "sign with a timestamp of an hour ago" },
    "secret-file": {
      type: "string",
      value: "F|-",
      says: "the secret, from a file or standard input; defaults to the local run's",
    },
    url: { type: "string", value: "URL", says: "the address to post to; defaults to the local run's" },
  },
  examples: ["github/push --id demo", "stripe/invoice.paid --stale"],
} as const;

/** The result of one delivery. */
type Sent = { readonly status: number; readonly outcome: string; readonly id: string };

/**
 * Posts a sample and prints each answer. Returns 0 where every delivery was answered 2xx, and 1 otherwise.
 *
 * @throws {TypeError} For arguments that cannot be.
 */
export const send: Command<[folder: string]> = command(
  help,
  async ({ values, taken: [name = ""], print }, folder = runFolder) => {
    const split = splitEventName(name);
    if (split === undefined) throw usageError(help, `expected <source>/<type>, as github/push, received "${name}"`);
    const { source, type } = split;

    const run = readLocalRun(folder)?.sources[source];
    const provider = providers[run?.provider ?? source];
    if (provider === undefined) throw new UsageError(`Cannot send ${name}: there is no source or provider "${source}"`);
    const url = values.url ?? run?.url;
    if (url === undefined)
      throw new TypeError(`Cannot send ${name}: no local run is on (npm start), and no --url is given`);
    const secret = await readSecret(values["secret-file"], run?.signingSecret ?? run?.secret);

    if (values.id !== undefined && typeof provider.events === "object" && provider.events.id === undefined) {
      throw new UsageError(`Cannot send ${name} under --id: an event of ${provider.title} has no id`);
    }
    const bodyFile = values["body-file"];
    const sample =
      bodyFile === undefined
        ? readSample(provider.name, type, splitType(provider, type)[0])
        : { body: new Uint8Array(readInputFile("--body-file", bodyFile)) };
    const id = values.id ?? crypto.randomUUID();
    const unsigned = stamp(provider, { url, ...sample, id, type }, bodyFile !== undefined);
    const signed = await sign(unsigned, { provider, secret, now: signingTime(provider, values.stale), url });
    const delivery = values.tamper ? tampered(signed) : signed;

    const times = count("--times", values.times);
    const sent = await post(delivery, id, times, count("--concurrency", values.concurrency));
    for (const line of summary(sent)) print(line);
    return sent.every(({ status }) => status >= 200 && status < 300) ? 0 : 1;
  },
);

async function readSecret(file: string | undefined, local: string | undefined): Promise<string> {
  if (file !== undefined) return await readSecretInput("--secret-file", file);
  if (local !== undefined) return local;
  throw new TypeError("Cannot sign: no local run is on (npm start), and no --secret-file is given");
}

function signingTime(provider: Provider, stale: boolean): Date {
  const scheme = provider.verification;
  if (stale && typeof scheme === "object" && scheme.timestamp === undefined) {
    throw new UsageError(`Cannot send a stale delivery: ${provider.title} signs no timestamp`);
  }
  return new Date(Date.now() - (stale ? 3_600_000 : 0));
}

function tampered(delivery: Delivery): Delivery {
  if (delivery.body.length === 0) throw new TypeError("Cannot tamper with an empty body: it has no byte to change");
  const body = delivery.body.slice();
  const middle = Math.floor(body.length / 2);
  body[middle] = (body[middle] ?? 0) ^ 1;
  return { ...delivery, body };
}

function count(name: string, text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= 10_000) return number;
  throw new UsageError(`Cannot send: ${name} takes a number from 1 to 10000, received "${text}"`);
}

async function post(delivery: Delivery, id: string, times: number, concurrency: number): Promise<readonly Sent[]> {
  const sent: Sent[] = [];
  let left = times;
  const worker = async () => {
    while (left > 0) {
      left -= 1;
      const { method, headers, body } = delivery;
      const response = await fetch(delivery.url, { method, headers, body }).catch((cause: unknown) => {
        const { origin } = new URL(delivery.url);
        throw new Error(`Cannot post to ${origin}: ${fetchFailure(cause)}; see that it is on (npm start)`, { cause });
      });
      sent.push({ status: response.status, ...readAnswer(await response.text(), id) });
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, times) }, worker));
  return sent;
}

function readAnswer(body: string, id: string): { readonly outcome: string; readonly id: string } {
  try {
    const answer = JSON.parse(body);
    return { outcome: String(answer.outcome ?? answer.error ?? "answered"), id: String(answer.id ?? id) };
  } catch {
    return { outcome: "answered", id };
  }
}

/** One line per delivery; many that were answered alike are counted. */
function summary(sent: readonly Sent[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { status, outcome, id } of sent) {
    const line = `${status} ${outcome} ${id}`;
    counts.set(line, (counts.get(line) ?? 0) + 1);
  }
  return Array.from(counts, ([line, times]) => (times === 1 ? line : `${line} (${times} times)`));
}
