import { Buffer } from "node:buffer";
import type { Context } from "aws-lambda";
import { defined } from "../../../lambdas/core/bytes/defined.ts";
import type { Log } from "../../../lambdas/core/log.ts";
import { providers } from "../../../lambdas/providers/mod.ts";
import { verifier } from "../../../lambdas/verifier.ts";
import type { CodedRow, ProviderRow, SentRequest } from "../../contract/provider-row.ts";
import { now, timeOf } from "../../contract/provider-variants.ts";
import { createMemoryDedupe, createMemoryQueue } from "../../core/memory.ts";
import { codedRows, rows } from "../../providers/rows.ts";
import { changedBytes, changedText } from "./bytes.ts";
import { type Chance, chanceOf } from "./chance.ts";
import { changedStructure } from "./structures.ts";

const context = { functionName: "verifier", getRemainingTimeInMillis: () => 10_000 } as unknown as Context;
const names = Object.keys(providers);
const oddValues = ["", "a, b", "[object Object]", "\u00ff", "__proto__", "null", "=", "0", "a".repeat(70_000)] as const;
const utf8 = new TextEncoder();
/** Those that sign what fields say, however the body writes it: their own tests change each field. */
const signsValues: readonly string[] = ["aws-sns", "braintree", "twilio"];

/** A request on its way, and what was rightly signed of it. */
type Sent = {
  readonly name: string;
  headers: Record<string, string>;
  body: Uint8Array<ArrayBuffer>;
  path: string;
  seconds: number;
};

/** The whole Lambda over memory, with every provider as a source, and a changed request of some provider for each step. */
export function createEveryProvider(seed: number): { deliver(step: number): Promise<readonly string[]> } {
  let clock = now;
  const lines: string[] = [];
  const log: Log = ({ level, kind }) => (level !== "debug" || kind === "verified") && lines.push(kind);
  const queue = createMemoryQueue(names.map((source) => ({ source, types: [], queue: source })));
  const dedupe = createMemoryDedupe();
  const sources = Object.entries(providers).map(([name, provider]) => {
    const row = rowOf(name);
    const url = row.url;
    const fetch = async (address: string) => answerOf(row, address);
    return [
      name,
      { provider, secrets: async () => [row.otherSecret, row.secret], fetch, ...defined({ url }) },
    ] as const;
  });
  const lambda = verifier({
    sources: Object.fromEntries(sources),
    ...{ dedupe, queue, now: () => clock, log },
  });

  return {
    async deliver(step) {
      const chance = chanceOf(seed, step);
      const name = chance.pick(names);
      const right = requestOf(name);
      const sent: Sent = {
        name,
        headers: { ...right.headers },
        body: right.body,
        path: right.path ?? `/${name}`,
        seconds: 0,
      };
      for (let left = chance.below(4); left > 0; left -= 1) chance.pick(changes)(sent, chance);
      clock = new Date(now.getTime() + sent.seconds * 1000);
      lines.length = queue.sent.length = 0;
      dedupe.records.clear();
      try {
        const { statusCode = 0, body = "" } = await lambda(eventOf(sent), context);
        return wrongWith(sent, { status: statusCode, body }).map(
          (what) => `${what}: ${statusCode} ${body.slice(0, 200)}`,
        );
      } catch (error) {
        return [`${name}: the Lambda rejects: ${error instanceof Error ? error.stack : error}`];
      }
    },
  };

  function wrongWith(sent: Sent, answer: { readonly status: number; readonly body: string }): readonly string[] {
    // It may have become a whole request of another provider, under that one's path.
    const name = /^\/([^/?]+)/.exec(sent.path)?.[1] ?? "";
    const right = requestOf(name);
    const row = rowOf(name);
    const wrong: string[] = [];
    const must = (holds: boolean, what: string) => void (holds || wrong.push(`${name}: ${what}`));
    must(
      [200, 204, 400, 401, 404, 405, 413].includes(answer.status),
      "answered as a fault of ours, or unlike its table",
    );
    must(!answer.body.includes(row.secret), "tells the secret");
    if (answer.status >= 300) must(queue.sent.length === 0, "enqueued what it refused");
    if (!lines.includes("verified")) return wrong;
    // Rows may share a secret, and what one signs is then right for another.
    const isSigned = names.some((other) => isBodyOf(other, sent.body));
    if (row.coversBody && !signsValues.includes(name)) must(isSigned, "took a body that was not signed");
    if (!("header" in row)) return wrong;
    const given = Object.entries(sent.headers).filter(([header]) => header.toLowerCase() === row.header);
    const bears = given.some(([, text]) => text.includes(right.headers[row.header] ?? ""));
    if (row.form === "bare" && isBodyOf(name, sent.body)) must(bears, "took another signature");
    const { windowSeconds = Number.POSITIVE_INFINITY } = row;
    must(Math.abs(sent.seconds) <= windowSeconds, "took what is too old or too early");
    return wrong;
  }
}

function rowOf(name: string): ProviderRow | CodedRow {
  const row = rows[name] ?? codedRows[name];
  if (row === undefined) throw new TypeError(`There is no row for ${name}`);
  return row;
}

/** What the provider publishes; it does not know other addresses. */
function answerOf(row: ProviderRow | CodedRow, address: string): Response {
  const text = "documents" in row ? row.documents?.[address] : undefined;
  return new Response(text ?? "not found", { status: text === undefined ? 404 : 200 });
}

const made = new Map<string, SentRequest>();

/** A rightly signed request of the provider. */
function requestOf(name: string): SentRequest {
  const request = made.get(name) ?? makeRequest(rowOf(name));
  made.set(name, request);
  return request;
}

function makeRequest(row: ProviderRow | CodedRow): SentRequest {
  if ("right" in row) return row.right;
  const time = timeOf(row);
  const body = utf8.encode(row.bodyAt?.(time) ?? row.body);
  const signature = row.write([row.sign(body, time, row.secret)], [time]);
  const headers = { ...row.others([time]), ...row.echoes, ...row.fixed, [row.header]: signature };
  return { headers: { "content-type": "application/json", ...headers }, body };
}

const changes: readonly ((sent: Sent, chance: Chance) => void)[] = [
  (sent, chance) => {
    sent.body = changedBytes(sent.body, chance);
  },
  (sent, chance) => {
    sent.body = changedStructure(sent.body, chance);
  },
  (sent, chance) => change(sent, chance, (text) => changedText(text, chance).replaceAll(/[\r\n\0]/g, "")),
  (sent, chance) => change(sent, chance, (text) => [text, text].join(chance.pick([",", ", ", ";", " ", ""]))),
  (sent, chance) => change(sent, chance, () => chance.pick(oddValues)),
  (sent, chance) => {
    delete sent.headers[chance.pick(Object.keys(sent.headers)) ?? ""];
  },
  // What another provider sends, beside it or in its place.
  (sent, chance) => {
    const other = requestOf(foreign(sent, chance));
    sent.headers = chance.once(2) ? { ...sent.headers, ...other.headers } : { ...other.headers, ...sent.headers };
    if (chance.once(3)) sent.body = other.body;
  },
  (sent, chance) => {
    const [path = "", query = ""] = sent.path.split("?");
    const changed = changedText(query === "" ? "a=1&a=2" : query, chance);
    sent.path = `${path}?${chance.pick([changed, `${query}&${query}`, "", "%", encodeURIComponent(query)])}`;
  },
  (sent, chance) => {
    sent.path = sent.path.replace(/^\/[^?]*/, `/${foreign(sent, chance)}`);
  },
  (sent, chance) => {
    sent.seconds = chance.pick([-100_000, -7201, -901, -601, -301, -299, 299, 301, 601, 100_000]);
  },
];

/** Another provider. Rows may share a secret, and what one signs is then right for the other. */
function foreign({ name }: Sent, chance: Chance): string {
  const { secret } = rowOf(name);
  return chance.pick(names.filter((other) => rowOf(other).secret !== secret));
}

function isBodyOf(name: string, body: Uint8Array): boolean {
  return Buffer.from(body).equals(requestOf(name).body);
}

function change(sent: Sent, chance: Chance, how: (text: string) => string): void {
  const name = chance.pick(Object.keys(sent.headers));
  if (name !== undefined) sent.headers[name] = how(sent.headers[name] ?? "");
}

function eventOf({ headers, body, path }: Sent) {
  const [rawPath = "", rawQueryString = ""] = path.split("?", 2);
  return {
    ...{ version: "2.0", routeKey: "$default", rawPath, rawQueryString, headers, isBase64Encoded: true },
    requestContext: {
      domainName: "abc.lambda-url.eu-central-1.on.aws",
      http: { method: "POST", path: rawPath, protocol: "HTTP/1.1", sourceIp: "192.0.2.1", userAgent: "" },
    },
    body: Buffer.from(body).toString("base64"),
  } as unknown as Parameters<ReturnType<typeof verifier>>[0];
}
