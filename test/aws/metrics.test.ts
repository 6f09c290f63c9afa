import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Context, SQSEvent } from "aws-lambda";
import { createLines } from "../../lambdas/aws/log/lines.ts";
import { counted, createIngressMetrics, createProcessingMetrics } from "../../lambdas/aws/log/metrics.ts";
import { withSpill } from "../../lambdas/aws/s3/spill.ts";
import { fromSqsEvent } from "../../lambdas/aws/sqs/queued-events.ts";
import { defined } from "../../lambdas/core/bytes/defined.ts";
import type { Log } from "../../lambdas/core/log.ts";
import { PermanentError, type Processor, processor, sign, toEnvelope } from "../../lambdas/core/mod.ts";
import { processorLambda } from "../../lambdas/processor.ts";
import { github } from "../../lambdas/providers/github.ts";
import { stripe } from "../../lambdas/providers/stripe.ts";
import { verifier } from "../../lambdas/verifier.ts";
import { event as acme } from "../core/copies.ts";
import { githubDelivery, httpEvent, secret } from "../core/deliveries.ts";
import { handTime } from "../core/hand-time.ts";
import { createMemoryDedupe, createMemoryProcessing, createMemoryQueue } from "../core/memory.ts";

const context = { getRemainingTimeInMillis: () => 60_000 } as Context;

/** Every entry that core reported here, as `<step> <kind>`: each that is counted must have come by. */
const seen = new Set<string>();
const spy: Log = ({ step, kind }) => seen.add(`${step} ${kind}`);

type Figures = {
  readonly _aws: {
    readonly Timestamp: number;
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string;
      readonly Dimensions: readonly (readonly string[])[];
      readonly Metrics: readonly { readonly Name: string; readonly Unit: string }[];
    }[];
  };
  readonly [name: string]: unknown;
};

/** What a line holds besides its directives, and the names under each set of dimensions. */
function read(line: string | undefined) {
  assert.match(line ?? "", /^[^\n]+\n$/);
  const { _aws, AnswerMilliseconds: _, ...values } = JSON.parse(line ?? "") as Figures;
  const named: Record<string, string[]> = {};
  for (const { Namespace, Dimensions, Metrics } of _aws.CloudWatchMetrics) {
    assert.equal(Namespace, "Hookline");
    for (const dimensions of Dimensions) {
      named[dimensions.join(" ")] = [...(named[dimensions.join(" ")] ?? []), ...Metrics.map(({ Name }) => Name)];
    }
  }
  return { values, named, directives: _aws };
}

function createIngress(secrets: () => Promise<readonly string[]> = async () => [secret]) {
  const dedupe = createMemoryDedupe();
  const queue = createMemoryQueue([{ source: "github", types: ["push"], queue: "pushes" }]);
  const lines: string[] = [];
  const { log, measured } = createIngressMetrics(
    spy,
    "dev",
    createLines((line) => lines.push(line)),
  );
  const lambda = measured(verifier({ sources: { github: { provider: github, secrets } }, dedupe, queue, log }));
  const deliver = async (given: Parameters<typeof githubDelivery>[0] = {}) => {
    lines.length = 0;
    const { statusCode } = await lambda(httpEvent(githubDelivery(given), false), context);
    assert.equal(lines.length, 1, "one line an invocation");
    return { statusCode, ...read(lines[0]) };
  };
  return { dedupe, queue, deliver, lines };
}

const ofStage = { Stage: "dev", Deliveries: 1 };
const ofSource = { ...ofStage, Source: "github" };

describe("the figures of the verifier", () => {
  it("are one line: by stage, and three of them by source", async () => {
    const { deliver } = createIngress();
    const { values, named, directives } = await deliver();
    assert.deepEqual(values, { ...ofSource, Accepted: 1 });
    assert.deepEqual(named, {
      Stage: ["Deliveries", "Accepted", "AnswerMilliseconds"],
      "Stage Source": ["Deliveries", "Accepted"],
    });
    assert.ok(Math.abs(directives.Timestamp - Date.now()) < 60_000);
    const units = directives.CloudWatchMetrics.flatMap(({ Metrics }) => Metrics.map(({ Unit }) => Unit));
    assert.deepEqual(units, ["Count", "Count", "Milliseconds"]);
  });

  it("count duplicates, ignored events and forwarded events", async () => {
    const { deliver, dedupe } = createIngress();
    await deliver();
    assert.deepEqual((await deliver()).values, { ...ofSource, Duplicate: 1 });
    assert.deepEqual((await deliver({ type: "star", id: "other" })).values, { ...ofSource, Ignored: 1 });
    for (const [key, record] of dedupe.records)
      dedupe.records.set(key, { ...record, state: "received", at: new Date(0) });
    assert.deepEqual((await deliver()).values, { ...ofSource, Accepted: 1, Forwarded: 1 });
  });

  it("count a wrong signature, and an unknown path without naming a source", async () => {
    const { deliver } = createIngress();
    const wrong = await deliver({ secret: "another" });
    assert.equal(wrong.statusCode, 401);
    assert.deepEqual(wrong.values, { ...ofSource, Refused: 1, SignatureInvalid: 1 });
    const lost = await deliver({ path: "/nobody" });
    assert.equal(lost.statusCode, 404);
    assert.deepEqual(lost.values, { ...ofStage, Refused: 1 });
  });

  it("count faults of ours as such, and no event as accepted: no secret, a failing table, a failing queue", async () => {
    const unset = await createIngress(async () => []).deliver();
    assert.equal(unset.statusCode, 503);
    assert.deepEqual(
      unset.values,
      { ...ofSource, SecretUnset: 1 },
      "a stranger's post to a source that nobody has set up",
    );
    const many = Array.from({ length: 200 }, (_, index) => `secret-${index}`);
    const unusable = await createIngress(async () => many).deliver();
    assert.equal(unusable.statusCode, 503);
    assert.deepEqual(unusable.values, { ...ofSource, Unavailable: 1, SecretUnusable: 1 });
    const { deliver, dedupe, queue } = createIngress();
    dedupe.fail("claim");
    dedupe.fail("mark");
    assert.deepEqual((await deliver()).values, { ...ofSource, Accepted: 1, DedupeUnavailable: 1, MarkFailed: 1 });
    queue.fail("send:pushes");
    const failed = await deliver({ id: "another" });
    assert.equal(failed.statusCode, 503);
    assert.deepEqual(failed.values, { ...ofSource, Unavailable: 1, DedupeUnavailable: 1 });
  });

  it("count a changed body under one id and type as a duplicate, logged as an error where retries do not change it", async () => {
    for (const retryChangesBody of [true, undefined] as const) {
      const errors: string[] = [];
      const lines: string[] = [];
      const log: Log = (entry) => {
        if (entry.level === "error") errors.push(entry.kind);
        spy(entry);
      };
      const counting = createIngressMetrics(
        log,
        "dev",
        createLines((line) => lines.push(line)),
      );
      const { retryChangesBody: _, ...others } = stripe;
      const provider = { ...others, ...defined({ retryChangesBody }) };
      const queue = createMemoryQueue([{ source: "stripe", types: ["a"], queue: "a" }]);
      const sources = { stripe: { provider, secrets: async () => ["whsec_test"] } };
      const lambda = counting.measured(verifier({ sources, dedupe: createMemoryDedupe(), queue, log: counting.log }));
      for (const attempt of [1, 2]) {
        const body = new TextEncoder().encode(JSON.stringify({ id: "evt_1", type: "a", attempt }));
        const unsigned = { method: "POST", url: "https://hooks.example/stripe", headers: new Headers(), body };
        const delivery = await sign(unsigned, { provider, secret: "whsec_test", now: new Date() });
        await lambda(httpEvent(delivery, false), context);
      }
      assert.deepEqual(read(lines[1]).values, { ...ofStage, Source: "stripe", Duplicate: 1 });
      assert.deepEqual(errors, retryChangesBody ? [] : ["body changed"]);
    }
  });

  it("count a test event that a live-only source ignores, apart from events that no processor wants", async () => {
    const lines: string[] = [];
    const { log, measured } = createIngressMetrics(
      spy,
      "dev",
      createLines((line) => lines.push(line)),
    );
    const queue = createMemoryQueue([{ source: "stripe", types: ["a"], queue: "a" }]);
    const source = { provider: stripe, secrets: async () => ["whsec_test"], liveOnly: true };
    const lambda = measured(verifier({ sources: { stripe: source }, dedupe: createMemoryDedupe(), queue, log }));
    for (const type of ["a", "b"]) {
      const body = new TextEncoder().encode(JSON.stringify({ id: "evt_1", type, livemode: false }));
      const unsigned = { method: "POST", url: "https://hooks.example/stripe", headers: new Headers(), body };
      const delivery = await sign(unsigned, { provider: stripe, secret: "whsec_test", now: new Date() });
      await lambda(httpEvent(delivery, false), context);
    }
    const ofStripe = { ...ofStage, Source: "stripe", Ignored: 1 };
    assert.deepEqual(
      lines.map((line) => read(line).values),
      [{ ...ofStripe, TestIgnored: 1 }, ofStripe],
    );
  });

  it("count a spilled event as accepted, and as spilled", async () => {
    const lines: string[] = [];
    const { log, measured } = createIngressMetrics(
      spy,
      "dev",
      createLines((line) => lines.push(line)),
    );
    const memory = createMemoryQueue([{ source: "github", types: ["push"], queue: "pushes" }]);
    memory.fail("send:pushes");
    const queue = withSpill(memory, { put: async () => {} }, new Set(["github"]), log);
    const sources = { github: { provider: github, secrets: async () => [secret] } };
    const lambda = measured(verifier({ sources, dedupe: createMemoryDedupe(), queue, log }));
    assert.equal((await lambda(httpEvent(githubDelivery(), false), context)).statusCode, 200);
    assert.deepEqual(read(lines[0]).values, { ...ofSource, Accepted: 1, Spilled: 1 });
  });

  it("are counted though the log throws", async () => {
    const lines: string[] = [];
    const { log, measured } = createIngressMetrics(
      () => assert.fail(),
      "dev",
      createLines((line) => lines.push(line)),
    );
    const queue = createMemoryQueue([{ source: "github", types: ["push"], queue: "pushes" }]);
    const sources = { github: { provider: github, secrets: async () => [secret] } };
    const lambda = measured(verifier({ sources, dedupe: createMemoryDedupe(), queue, log }));
    assert.equal((await lambda(httpEvent(githubDelivery(), false), context)).statusCode, 200);
    assert.deepEqual(read(lines[0]).values, { ...ofSource, Accepted: 1 });
  });

  it("count an event that does not say its type", async () => {
    const { deliver } = createIngress();
    const { values } = await deliver({ type: "" });
    assert.deepEqual(values, { ...ofSource, Ignored: 1, Unreadable: 1 });
  });

  it("are written when the function throws, and count that as unavailable", async () => {
    const lines: string[] = [];
    const { measured } = createIngressMetrics(
      spy,
      "dev",
      createLines((line) => lines.push(line)),
    );
    const broken = measured(async () => {
      throw new Error("broken");
    });
    await assert.rejects(broken({}, {}), /broken/);
    assert.deepEqual(read(lines[0]).values, { ...ofStage, Unavailable: 1 });
  });
});

const record = (body: string, receives: number, ageSeconds: number) => ({
  ...{ messageId: crypto.randomUUID(), receiptHandle: "r", body, messageAttributes: {}, md5OfBody: "" },
  ...{ eventSource: "aws:sqs", eventSourceARN: "arn:aws:sqs:eu-west-1:1:q", awsRegion: "eu-west-1" },
  attributes: {
    ApproximateReceiveCount: String(receives),
    SentTimestamp: String(Date.now() - ageSeconds * 1000),
    SenderId: "s",
    ApproximateFirstReceiveTimestamp: "0",
  },
});

async function process(work: Processor, records: SQSEvent["Records"], unwell = false) {
  const lines: string[] = [];
  const { log, measured } = createProcessingMetrics(
    spy,
    "dev",
    createLines((line) => lines.push(line)),
  );
  const store = createMemoryProcessing();
  if (unwell) store.fail("claim");
  const client = { send: async () => ({}) } as unknown as Parameters<typeof fromSqsEvent>[1];
  const copies = (event: SQSEvent) => fromSqsEvent(event, client);
  const ports = { store, dedupe: createMemoryDedupe(), collect: () => Promise.reject(new Error("none")), copies, log };
  await measured(processorLambda("acme/order.created", work, ports))({ Records: records }, context);
  assert.equal(lines.length, 1);
  return read(lines[0]).values;
}

const options = { impact: "Nobody is harmed: a test", timeoutSeconds: 5 };
const envelope = (id: string) => toEnvelope({ ...acme, id, key: id });
const ages = { QueuedSeconds: 7, OldestSeconds: 7 };

describe("the figures of a processor", () => {
  const time = handTime();

  it("count each event of a batch by how it ended, whatever the user's own lines say", async () => {
    const work = processor(options, async ({ event, log }) => {
      log.info("done");
      if (event.id === "fails") throw new Error("not yet");
      if (event.id === "dies") throw new PermanentError("never");
    });
    const records = ["fine", "fails", "dies"].map((id) => record(envelope(id), 1, 7));
    const counts = { ItemsDone: 1, ItemsFailed: 1, ItemsDead: 2 };
    assert.deepEqual(await process(work, [...records, record("junk", 1, 7)]), { Stage: "dev", ...counts, ...ages });
  });

  it("count an event that could not be claimed or took too long as failed", async () => {
    const work = processor(options, async () => {});
    const ids = ["one", "two"].map((id) => record(envelope(id), 1, 7));
    assert.deepEqual(await process(work, ids, true), { Stage: "dev", ItemsFailed: 2, ...ages });
    const slow = processor({ ...options, timeoutSeconds: 1 }, () => new Promise(() => {}));
    assert.deepEqual(await time.until(process(slow, ids.slice(0, 1))), { Stage: "dev", ItemsFailed: 1, ...ages });
  });

  it("say how long the oldest event has waited: of those on their first receive, and of all", async () => {
    const work = processor(options, async () => {});
    const waited = await process(work, [
      record(envelope("a"), 1, 30),
      record(envelope("b"), 1, 12),
      record(envelope("c"), 9, 4000),
    ]);
    assert.deepEqual(waited, { Stage: "dev", ItemsDone: 3, QueuedSeconds: 30, OldestSeconds: 4000 });
  });
});

describe("the texts that are counted", () => {
  it("have all been written by core in the tests above, since a renamed text would count nothing", () => {
    assert.deepEqual(
      Object.keys(counted).filter((text) => !seen.has(text)),
      [],
    );
  });
});
