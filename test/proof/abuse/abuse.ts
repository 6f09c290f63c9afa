import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { APIGatewayProxyEventV2, Context } from "aws-lambda";
import type { WebhookEvent } from "../../../lambdas/core/events/envelope.ts";
import { providers } from "../../../lambdas/providers/mod.ts";
import { verifier } from "../../../lambdas/verifier.ts";
import { functionUrlEvent, httpApiEvent } from "../../contract/provider-ways.ts";
import { createLines } from "../../core/lines.ts";
import { createMemoryDedupe, createMemoryQueue } from "../../core/memory.ts";
import { rows as allRows } from "../../providers/rows.ts";
import { judges } from "../fuzz/rightly-signed.ts";

/** One provider of each form of signature: the suite of `test/contract` has all of them. */
export const rows = Object.fromEntries(Object.entries(allRows).filter(([name]) => Object.hasOwn(judges, name)));
export const seconds = 1_767_607_200;
/** Stands in every body here, and must stand in no line of a log and no answer. */
export const privateText = "private-4111";

/** One request, as somebody who means no good would send it. */
export type Abuse = {
  readonly source: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer>;
  /** Changes the event that AWS would make of it. */
  readonly change?: (event: APIGatewayProxyEventV2) => APIGatewayProxyEventV2;
};

/** What a receiver is told of: all secrets default to those of the rows. */
export type Settings = {
  readonly secrets?: readonly string[];
  readonly bodyLimitBytes?: number;
  readonly now?: () => Date;
};

export type Told = {
  readonly status: number;
  /** The outcome or the reason. */
  readonly said: string;
  readonly id: unknown;
  readonly queued: readonly WebhookEvent[];
  readonly lines: readonly string[];
};

const utf8 = new TextEncoder();
const context = { functionName: "verifier", getRemainingTimeInMillis: () => 10_000 } as unknown as Context;

/** Rightly signed by its provider, at a time that is now. */
export function signed(source: string, text: string | Uint8Array<ArrayBuffer>, at = seconds): Abuse {
  const row = rows[source];
  if (row === undefined) throw new TypeError(`There is no row for ${source}`);
  const body = typeof text === "string" ? utf8.encode(text) : text;
  const time = `${at}`;
  const headers = { ...row.others([time]), [row.header]: row.write([row.sign(body, time, row.secret)], [time]) };
  return { source, headers, body };
}

/** Every kind of event that can carry these bytes, by name. */
export function eventsOf({
  source,
  headers,
  body,
  change = (event) => event,
}: Abuse): readonly [string, APIGatewayProxyEventV2][] {
  const given = { method: "POST", url: `https://hooks.example/${source}`, headers: new Headers(headers), body };
  const isText = Buffer.from(Buffer.from(body).toString("utf8"), "utf8").equals(body);
  return [
    ["a function URL, base64", change(functionUrlEvent(given, true))],
    ["an HTTP API, base64", change(httpApiEvent(given, true))],
    ...(isText ? ([["a function URL, text", change(functionUrlEvent(given, false))]] as const) : []),
    ...(isText ? ([["an HTTP API, text", change(httpApiEvent(given, false))]] as const) : []),
  ].map(([name, event]) => [name, event] as [string, APIGatewayProxyEventV2]);
}

/** The exported Lambda over memory, with every provider as a source. All that it says is searched for what it must not. */
export function createAbused(settings: Settings = {}) {
  const { now = () => new Date(seconds * 1000) } = settings;
  const dedupe = createMemoryDedupe();
  const queue = createMemoryQueue(Object.keys(rows).map((source) => ({ source, types: [], queue: source })));
  const { lines, log } = createLines();
  const secretsOf = (name: string) => settings.secrets ?? [rows[name]?.secret ?? ""];
  const judged = Object.values(providers).filter(({ name }) => Object.hasOwn(rows, name));
  const sources = judged.map((provider) => {
    return [provider.name, { provider, secrets: async () => secretsOf(provider.name) }] as const;
  });
  const lambda = verifier({
    sources: Object.fromEntries(sources),
    ...{ dedupe, queue, now, log },
    ...(settings.bodyLimitBytes === undefined ? {} : { bodyLimitBytes: settings.bodyLimitBytes }),
  });
  return {
    dedupe,
    async deliver({ source, body }: Abuse, event: APIGatewayProxyEventV2): Promise<Told> {
      const before = { lines: lines.length, sent: queue.sent.length, operations: dedupe.operations.length };
      const { statusCode = 0, body: answer = "" } = await lambda(event, context);
      const { outcome, error, id, ...more } = JSON.parse(answer);
      const row = rows[source];
      const told = [JSON.stringify({ outcome, error, ...more }), ...lines.slice(before.lines)].join("\n");
      for (const secret of [row?.secret, row?.sign(body, `${seconds}`, row.secret), ...(settings.secrets ?? [])]) {
        assert.ok(
          secret === undefined || secret.trim() === "" || !told.includes(secret),
          "tells a secret or a signature",
        );
      }
      assert.ok(!told.includes(privateText), `tells the body: ${told}`);
      const queued = queue.sent.slice(before.sent).map((sent) => sent.event);
      if (statusCode !== 200) {
        assert.equal(
          queued.length + dedupe.operations.length - before.operations,
          0,
          "touches a store for what it refuses",
        );
      }
      return { status: statusCode, said: String(outcome ?? error), id, queued, lines: lines.slice(before.lines) };
    },
  };
}

/** Delivers by every kind of event, each to a receiver of its own; all must be told the same. */
export async function everyWay(abuse: Abuse, expected: string, settings: Settings = {}): Promise<readonly Told[]> {
  const all: Told[] = [];
  for (const [name, event] of eventsOf(abuse)) {
    const told = await createAbused(settings).deliver(abuse, event);
    assert.equal(`${told.status} ${told.said}`, expected, `by ${name}`);
    for (const event of told.queued) assert.ok(Buffer.from(event.body).equals(abuse.body), `other bytes by ${name}`);
    all.push(told);
  }
  return all;
}
