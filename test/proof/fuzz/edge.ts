import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import type { Context } from "aws-lambda";
import type { HttpResult } from "../../../lambdas/aws/http/http-event.ts";
import type { Log } from "../../../lambdas/core/log.ts";
import { providers } from "../../../lambdas/providers/mod.ts";
import { verifier } from "../../../lambdas/verifier.ts";
import { createMemoryDedupe, createMemoryQueue } from "../../core/memory.ts";
import { rows } from "../../providers/rows.ts";
import { chanceOf } from "./chance.ts";
import { privateText, rightDraft, seconds } from "./drafts.ts";
import { type Expected, expectedAnswer } from "./expected-answer.ts";
import { eventOf } from "./http-events.ts";
import { changeRequest } from "./request-changes.ts";
import { fieldOf, judges, readJson } from "./rightly-signed.ts";

const bodyLimitBytes = 65_536;
const context = { functionName: "verifier", getRemainingTimeInMillis: () => 10_000 } as unknown as Context;
/** Every reason that an answer may give here, where nothing of ours fails. */
const statusOf: Readonly<Record<string, number>> = {
  "request-malformed": 400,
  "source-unknown": 404,
  "method-not-allowed": 405,
  "body-too-large": 413,
  "signature-missing": 401,
  "signature-malformed": 401,
  "signature-wrong": 401,
  "timestamp-malformed": 401,
  "timestamp-outside-window": 401,
  "header-contradicts": 401,
};

/** What one request came to: its outcome or reason, and what was wrong with that. */
export type Answered = { readonly said: string; readonly wrong: readonly string[] };

/** The whole Lambda over memory, with every provider as a source; `deliver` sends it the request of a step. */
export function createEdge(seed: number): { deliver(step: number): Promise<Answered> } {
  const dedupe = createMemoryDedupe();
  const queue = createMemoryQueue([
    ...Object.keys(judges).map((source) => ({ source, types: source === "github" ? ["push"] : [], queue: source })),
  ]);
  const lines: string[] = [];
  const seen = new Set<string>();
  let now = new Date(0);
  const log: Log = (entry) => {
    const { id: _, type: __, ...others } = { id: undefined, type: undefined, ...entry };
    if (entry.level !== "debug") lines.push(JSON.stringify(others));
  };
  const lambda = verifier({
    sources: Object.fromEntries(
      Object.values(providers)
        .filter(({ name }) => Object.hasOwn(judges, name))
        .map((provider) => {
          return [provider.name, { provider, secrets: async () => [rows[provider.name]?.secret ?? ""] }];
        }),
    ),
    ...{ dedupe, queue, bodyLimitBytes, now: () => now, log },
  });

  return {
    async deliver(step) {
      if (step % 1000 === 0) for (const memory of [dedupe.records, seen]) memory.clear();
      lines.length = queue.sent.length = dedupe.operations.length = queue.operations.length = 0;
      const chance = chanceOf(seed, step);
      const draft = rightDraft(chance, step);
      changeRequest(draft, chance);
      const event = eventOf(draft, chance.once(2));
      now = new Date((seconds + draft.clockSeconds) * 1000);
      const expected = expectedAnswer(event, bodyLimitBytes, now.getTime());
      try {
        return check(await lambda(event, context), expected);
      } catch (error) {
        return { said: "rejected", wrong: [`the Lambda rejects: ${error instanceof Error ? error.stack : error}`] };
      }
    },
  };

  function check({ statusCode, headers, body = "" }: HttpResult, expected: Expected): Answered {
    const answer = JSON.parse(body);
    const { received, outcome, id, error, message, ...others } = answer;
    const wrong: string[] = [];
    const must = (holds: boolean, what: string) =>
      void (holds || wrong.push(`${what}: ${statusCode} ${body.slice(0, 300)}`));
    const isRefused = expected.lacksHeader === true && statusCode === 401;
    must(isRefused || statusCode === expected.status, `answered another status than ${expected.status}`);
    must(headers?.["content-type"] === "application/json", "not JSON");
    must(Object.keys(others).length === 0, "says more than it should");
    // An id that the provider chose stands in the answer as it is.
    must(JSON.stringify({ ...answer, id: "" }).length <= 1024, "longer than 1 KiB");
    const told = [JSON.stringify({ ...answer, id: "" }), ...lines].join("\n");
    const secret = rows[expected.source]?.secret;
    must(secret === undefined || !told.includes(secret), "tells the secret");
    must(expected.judgement === undefined || !told.includes(expected.judgement.expected), "tells the right signature");
    must(!told.includes(privateText), "tells the body");
    if (statusCode !== 200) {
      must(statusOf[error] === statusCode && typeof message === "string", "no reason of the closed list");
      must(dedupe.operations.length + queue.operations.length === 0, "touched a store or queue for what it refused");
      return { said: String(error), wrong };
    }
    must(received === true && typeof id === "string" && id !== "", "no id");
    must(outcome === outcomeOf(expected, id), `not ${outcomeOf(expected, id)}`);
    must(queue.sent.length === (outcome === "accepted" ? 1 : 0), "another number of copies than one");
    const sent = queue.sent[0];
    must(sent === undefined || Buffer.from(sent.event.body).equals(expected.body), "sent other bytes");
    must(sent === undefined || (sent.event.source === expected.source && sent.event.id === id), "sent another event");
    if (outcome === "accepted") seen.add(keyOf(expected, id));
    return { said: String(outcome), wrong };
  }

  function outcomeOf(expected: Expected, id: string): string {
    if (queue.wants(expected.source, expected.type).length === 0) return "ignored";
    return seen.has(keyOf(expected, id)) ? "duplicate" : "accepted";
  }
}

/** Where a type stands, of the sources whose signed type tells events apart. Default: `type`. */
const typeFields: Readonly<Record<string, string>> = { whatalo: "event", "whatalo-timestamped": "event" };

/** What makes two deliveries one event here. */
function keyOf({ source, body, judgement }: Expected, id: string): string {
  const hash = createHash("sha256").update(body).digest("hex");
  const identity = judgement?.isEchoed ? "id+body" : providers[source]?.identity;
  const type = identity === "id" ? (fieldOf(readJson(body), typeFields[source] ?? "type") ?? "") : "";
  return JSON.stringify([source, identity === "body" ? "" : id, identity === "id" ? "" : hash, type]);
}
