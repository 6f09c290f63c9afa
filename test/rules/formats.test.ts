import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { createDedupeTable } from "../../lambdas/aws/dynamodb/dedupe-table.ts";
import { createProcessingTable } from "../../lambdas/aws/dynamodb/processing-table.ts";
import { toEnvelope } from "../../lambdas/core/events/envelope.ts";
import { createFakeClient } from "../aws/fake-client.ts";
import { event } from "../core/copies.ts";

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const page = read("docs/formats.md");

/** The first words in backticks of each row of the table below a heading. */
function rows(heading: string): readonly (readonly string[])[] {
  const [, part = ""] = new RegExp(`^## ${heading}\\n([\\s\\S]*?)(?=^## |$(?![\\s\\S]))`, "m").exec(page) ?? [];
  const lines = part.split("\n").filter((line) => /^\| (`|the |processors)/.test(line));
  return lines.map((line) => [...line.matchAll(/`([^`]+)`/g)].map(([, word = ""]) => word));
}
const sorted = (words: Iterable<string>) => [...new Set(words)].sort();

describe("docs/formats.md", () => {
  it("has every attribute of an envelope, and no other", () => {
    const full = {
      period: "1",
      coarseType: "a",
      tenant: "b",
      livemode: true,
      unsigned: ["id"],
      queues: ["github-push"],
      replay: "r1",
      contentType: "text/plain",
    };
    const { body: _, ...facts } = event;
    const envelopes = [
      toEnvelope({ ...event, ...full, unsigned: ["id"] }),
      toEnvelope({ ...facts, ...full, unsigned: ["id"], type: undefined, deposit: "claims/a" }),
    ];
    const written = envelopes.flatMap((envelope) => Object.keys(JSON.parse(envelope)));
    assert.deepEqual(sorted(rows("Envelope").map(([name = ""]) => name)), sorted(written));
  });

  it("has every attribute of the table's items, and no other", async () => {
    const { client, inputs } = createFakeClient<DynamoDBClient>(() => ({ Attributes: { n: { N: "1" } } }));
    const now = new Date();
    const dedupe = createDedupeTable(client, "table");
    await dedupe.claim("k", { state: "received", owner: "o", bodyHash: "h", at: now, expires: now });
    await dedupe.mark("k", { owner: "o", expires: now, sent: new Date() });
    await dedupe.reopen("k", now);
    const processing = createProcessingTable(client, "table");
    await processing.claim("k", { owner: "o", messageId: "m", received: now, now, leaseUntil: now, expires: now });
    await processing.end("k", "o", {
      state: "dead",
      messageId: "m",
      reason: "r",
      retryAt: now,
      failures: [],
      expires: now,
    });
    const used = inputs.flatMap((input) => [
      ...Object.keys(Object(input.Item ?? input.Key)),
      ...[input.UpdateExpression, input.ConditionExpression].flatMap(
        (expression) => String(expression ?? "").match(/(?<![:\w])[a-z]{1,2}(?!\w)/g) ?? [],
      ),
    ]);
    assert.deepEqual(sorted(rows("Table").map(([name = ""]) => name)), sorted(used));
  });

  it("has every kind of log entry, and no other", () => {
    const [kinds = ""] = /^type Kinds = \{[\s\S]*?^\};/m.exec(read("lambdas/core/log.ts")) ?? [];
    const steps = kinds.split(/^ {2}readonly (?=\w+: \{)/m).slice(1);
    const written = steps.flatMap((step) => {
      const [name] = step.split(":");
      const found = [...step.matchAll(/readonly "?([\w -]+?)"?: (?:Info|Fault|Detail)</g)];
      return found.map(([, kind]) => `${name} ${kind}`);
    });
    assert.ok(written.length > 40, `${written.length} kinds`);
    assert.deepEqual(
      sorted(rows("Log").flatMap(([step, ...all]) => all.map((kind) => `${step} ${kind}`))),
      sorted(written),
    );
  });

  it("has every figure, and no other", () => {
    const metrics = read("lambdas/aws/log/metrics.ts");
    const types = ["IngressFigure", "ProcessingFigure", "DrainFigure"];
    const written = types.flatMap((type) => {
      const [, union = ""] = new RegExp(`^type ${type} =([^;]+);`, "m").exec(metrics) ?? [];
      return [...union.matchAll(/"(\w+)"/g)].map(([, name = ""]) => name);
    });
    assert.deepEqual(sorted(rows("Figures").flat()), sorted(written));
  });
});
