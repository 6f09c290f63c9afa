import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Context, SQSEvent } from "aws-lambda";
import { createJsonLog } from "../../lambdas/aws/log/json-log.ts";
import { createLines } from "../../lambdas/aws/log/lines.ts";
import { createIngressMetrics, createProcessingMetrics } from "../../lambdas/aws/log/metrics.ts";
import { fromSqsEvent } from "../../lambdas/aws/sqs/queued-events.ts";
import { processor, toEnvelope } from "../../lambdas/core/mod.ts";
import { processorLambda } from "../../lambdas/processor.ts";
import { github } from "../../lambdas/providers/github.ts";
import { verifier } from "../../lambdas/verifier.ts";
import { event as acme } from "../core/copies.ts";
import { githubDelivery, httpEvent, secret } from "../core/deliveries.ts";
import { createMemoryDedupe, createMemoryProcessing, createMemoryQueue } from "../core/memory.ts";

const context = { getRemainingTimeInMillis: () => 60_000 } as Context;

function written(init?: number) {
  const texts: string[] = [];
  const lines = createLines((line) => texts.push(line), init);
  const log = createJsonLog({ write: lines.write, traceOf: () => undefined });
  return { lines, log, texts, read: () => texts.map((text) => JSON.parse(text)) };
}

/** A verifier, and what it writes for a delivery. */
function createIngress() {
  const { lines, log, read, texts } = written(140);
  const metrics = createIngressMetrics(log, "dev", lines);
  const queue = createMemoryQueue([{ source: "github", types: ["push"], queue: "pushes" }]);
  const sources = { github: { provider: github, secrets: async () => [secret] } };
  const dedupe = createMemoryDedupe();
  const lambda = metrics.measured(verifier({ sources, dedupe, queue, log: metrics.log }));
  const deliver = async (given: Parameters<typeof githubDelivery>[0] = {}) => {
    texts.length = 0;
    await lambda(httpEvent(githubDelivery(given), false), context);
    return read();
  };
  return { deliver, queue };
}

describe("the lines of a delivery", () => {
  it("are one, with its figures: of a new event, a duplicate, an ignored event and a refusal", async () => {
    const { deliver } = createIngress();
    const cases = [
      [await deliver(), "new", "Accepted"],
      [await deliver(), "duplicate", "Duplicate"],
      [await deliver({ type: "star", id: "other" }), "ignored", "Ignored"],
      [await deliver({ secret: "another" }), "refused", "Refused"],
    ] as const;
    for (const [all, text, figure] of cases) {
      assert.equal(all.length, 1, text);
      const [line] = all;
      assert.deepEqual([line.text, line.source, line[figure], line.Deliveries], [text, "github", 1, 1]);
      assert.equal(line._aws.CloudWatchMetrics[0].Namespace, "Hookline");
    }
  });

  it("are its errors at once, and before them the line that waited", async () => {
    const { deliver, queue } = createIngress();
    queue.fail("send:pushes");
    const all = await deliver();
    assert.deepEqual(
      all.map(({ text }) => text),
      ["new", "not enqueued", undefined],
    );
    assert.equal(all[2].Unavailable, 1);
  });

  it("say in the first of an environment how long its start took, once", async () => {
    const { deliver } = createIngress();
    assert.equal((await deliver())[0].init, 140);
    assert.equal("init" in (await deliver())[0], false);
  });
});

const record = (id: string) => ({
  ...{ messageId: id, receiptHandle: "r", body: toEnvelope({ ...acme, id, key: id }), messageAttributes: {} },
  ...{ md5OfBody: "", eventSource: "aws:sqs", eventSourceARN: "arn:aws:sqs:eu-west-1:1:q", awsRegion: "eu-west-1" },
  attributes: {
    ...{ ApproximateReceiveCount: "1", SentTimestamp: String(Date.now()), SenderId: "s" },
    ApproximateFirstReceiveTimestamp: "0",
  },
});

describe("the lines of a batch", () => {
  const run = async (ids: readonly string[], atRun: (texts: readonly string[]) => void = () => {}) => {
    const { lines, log, read, texts } = written();
    const metrics = createProcessingMetrics(log, "dev", lines);
    const client = { send: async () => ({}) } as unknown as Parameters<typeof fromSqsEvent>[1];
    const ports = {
      ...{ store: createMemoryProcessing(), dedupe: createMemoryDedupe(), log: metrics.log },
      collect: () => Promise.reject(new Error("none")),
      copies: (event: SQSEvent) => fromSqsEvent(event, client),
    };
    const work = processor({ impact: "Nobody is harmed: a test" }, async ({ log: said }) => {
      said.info("works");
      atRun([...texts]);
    });
    await metrics.measured(processorLambda("acme/order.created", work, ports))({ Records: ids.map(record) }, context);
    return read();
  };

  it("are one for a run that is alone, with its figures", async () => {
    const all = await run(["one"], (texts) =>
      assert.match(texts.join(), /works/, "a run's own lines wait for nothing"),
    );
    assert.deepEqual(
      all.map(({ text }) => text),
      ["works", "done"],
    );
    assert.deepEqual([all[1].id, all[1].ItemsDone], ["one", 1]);
  });

  it("are one for each run of several, written at once, and one for the figures", async () => {
    const all = await run(["one", "two"]);
    assert.deepEqual(all.map(({ text }) => text).sort(), ["works", "works", "done", "done", undefined].sort());
    assert.equal(all.at(-1).ItemsDone, 2);
    assert.equal(all.at(-1).text, undefined);
  });
});
