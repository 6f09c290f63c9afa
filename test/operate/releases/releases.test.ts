import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { afterEach, beforeEach, describe, it } from "node:test";
import type { Message, SQSClient } from "@aws-sdk/client-sqs";
import type { Context } from "aws-lambda";
import { createClaimCheck } from "../../../lambdas/aws/s3/claim-check.ts";
import { createSpill } from "../../../lambdas/aws/s3/spill.ts";
import { parseSecretValue } from "../../../lambdas/aws/secrets/secret-value.ts";
import { fromEnvelope } from "../../../lambdas/core/events/envelope.ts";
import { processingKey } from "../../../lambdas/core/events/identity.ts";
import { type EventQueue, processBatch, processor, receive } from "../../../lambdas/core/mod.ts";
import { github } from "../../../lambdas/providers/github.ts";
import { spillDrainLambda } from "../../../lambdas/spill-drain.ts";
import { explain, readLetter } from "../../../operate/dead-events/dead-event.ts";
import { createArchiveBucket } from "../../../operate/events/archive-bucket.ts";
import type { ArchivedEvent } from "../../../operate/events/archived-event.ts";
import { stateOf } from "../../../operate/events/event-state.ts";
import { findEvents } from "../../../operate/events/find-events.ts";
import { payloadOf } from "../../../operate/events/payload.ts";
import { readRecords } from "../../../operate/events/records.ts";
import { createManifests } from "../../../operate/replay/manifest.ts";
import { runReplay } from "../../../operate/replay/run-replay.ts";
import { secret } from "../../core/deliveries.ts";
import { deployed } from "../stage-fixture.ts";
import { Bucket, madeAt, minutesLater, readRelease, startAfter, TableName } from "./release.ts";

const fixtures = new URL("../../fixtures/", import.meta.url);
const folders = readdirSync(fixtures).filter((name) => name.startsWith("release-"));
const text = (id: string) => JSON.stringify({ ref: `refs/heads/${id}`, text: "ü\u2028" });
const push = deployed("github/push");
/** The id of an event that came without one. */
const hash = "8xuXsPi6VPXBDmjxWxmtCKPeOEmnzIaKaOVD_0FBOn8";

// Each test says what must not change. A release adds a folder, by make-release.ts, and never edits one: a stage that is
// upgraded has all of this in its queues, table and bucket.
for (const folder of folders) {
  const release = readRelease(new URL(`${folder}/`, fixtures));
  let stage: Awaited<ReturnType<typeof startAfter>>;
  const s3 = async () => stage.s3;
  const bodyOf = (id: string) => release.queue[id]?.Body ?? "";

  /** Processes copies of a queue as its processor does; returns the kept ones, and the runs. */
  async function run(copies: readonly (readonly [id: string, messageId: string])[], minutes: number) {
    const runs: string[] = [];
    const batch = copies.map(([id, messageId]) => {
      return { messageId, receives: 1, envelope: bodyOf(id), retryIn: async () => {} };
    });
    const code = processor<{ readonly ref: string }>(
      { impact: "Nothing" },
      async ({ payload, idempotencyKey, attempt }) => {
        runs.push(`${payload.ref} ${idempotencyKey} ${attempt}`);
      },
    );
    const kept = await processBatch(batch, {
      ...{ processor: code, name: "github/push", store: stage.processing, reopen: stage.dedupe.reopen },
      ...{ collect: createClaimCheck(Bucket, s3, { timeScale: 100 }).collect, log: () => {} },
      ...{ deadline: minutesLater(minutes + 10), now: () => minutesLater(minutes) },
    });
    return { runs: runs.sort(), kept };
  }

  /** Takes a delivery again; returns its outcome and the ids that were sent to the processor's queue. */
  async function deliver(id: string, minutes: number) {
    const sent: string[] = [];
    const queue: EventQueue = {
      wants: (_, type) => (type === "push" ? ["github-push"] : []),
      async send(_, events) {
        sent.push(...events.map((event) => event.id));
        return events.map(() => ({ sent: true }));
      },
    };
    const { kind } = await receive(release.delivery(id), {
      sources: { github: { provider: github, secrets: async () => [secret] } },
      ...{ dedupe: stage.dedupe, queue, now: () => minutesLater(minutes), log: () => {} },
    });
    return { kind, sent };
  }

  const range = { since: madeAt.getTime(), until: minutesLater(60).getTime() };
  async function archived(): Promise<readonly ArchivedEvent[]> {
    const found: ArchivedEvent[] = [];
    for await (const events of findEvents(createArchiveBucket(stage.s3, Bucket), range)) found.push(...events);
    return found;
  }

  describe(`the data of ${folder} on a stage`, () => {
    beforeEach(async () => {
      stage = await startAfter(release);
    });
    afterEach(async () => await stage?.close());

    it("has envelopes that are read with the same fields, body and content type", () => {
      const event = fromEnvelope(bodyOf("without-id"));
      assert.ok(event !== undefined && "body" in event);
      const { body, ...facts } = event;
      assert.equal(new TextDecoder().decode(body), text("without-id"));
      assert.deepEqual(facts, {
        ...{ id: hash, type: "push", source: "github", key: `v1#body=${hash}`, period: "3600000-491002" },
        ...{ received: minutesLater(9), bodyCovered: true, unsigned: ["type"], queues: ["github-push"] },
        contentType: "application/json",
      });
      const large = fromEnvelope(bodyOf("large"));
      assert.ok(large !== undefined && "deposit" in large);
      assert.ok(release.bucket.has(large.deposit), large.deposit);
    });

    it("has records of ingress that deliveries of the same events meet: by their keys, and only until they expire", async () => {
      assert.deepEqual(await deliver("done", 20), { kind: "duplicate", sent: [] });
      assert.deepEqual(await deliver("without-id", 20), { kind: "duplicate", sent: [] });
      assert.deepEqual(await deliver("ignored", 20), { kind: "ignored", sent: [] });
      // Claimed and not sent; and re-opened by a failure for good.
      assert.deepEqual(await deliver("claimed", 20), { kind: "accepted", sent: ["claimed"] });
      assert.deepEqual(await deliver("dead", 20), { kind: "accepted", sent: ["dead"] });
      assert.deepEqual(await deliver("done", 8 * 24 * 60), { kind: "accepted", sent: ["done"] });
    });

    it("has states of events, by the archive and the records, without an erased one", async () => {
      const events = await archived();
      const records = await readRecords(
        stage.dynamoDb,
        TableName,
        events.map((event) => `ev#${processingKey("github/push", event)}`),
      );
      const now = minutesLater(31).getTime();
      const told = events.map((event) => {
        const around = { processor: "github/push", now, received: Date.parse(event.received), isPaused: false };
        const record = records.get(`ev#${processingKey("github/push", event)}`);
        const { state, attempts, reason } = stateOf(record, { ...around, isSpilled: event.id === "spilled" });
        return [
          event.id,
          state,
          ...(attempts === undefined ? [] : [attempts]),
          ...(reason === undefined ? [] : [reason]),
        ];
      });
      assert.deepEqual(told, [
        ["ignored", "queued"],
        [hash, "queued"],
        ["claimed", "queued"],
        ["spilled", "spilled"],
        ["large", "queued"],
        ["new", "queued"],
        ["running", "running", 1],
        ["dead", "dead", 1, "PermanentError: No such branch"],
        ["failed", "waiting", 1, "Error: The service is down"],
        ["done", "done", 1],
      ]);
    });

    it("has payloads in the archive, byte by byte, and the queues that wanted each event", async () => {
      const archive = createArchiveBucket(stage.s3, Bucket);
      for (const event of await archived()) {
        const { body } = (await payloadOf(archive, event)).event;
        const id = event.id === hash ? "without-id" : event.id;
        assert.equal(new TextDecoder().decode(body), text(id));
        assert.deepEqual(event.queues, id === "ignored" ? [] : ["github-push"]);
      }
    });

    it("has a dead event whose reason and attempts are told", async () => {
      const { id, reason, stack, attempts } = await explain(readLetter(release.dlq.dead as Message), "github/push", {
        dynamoDb: stage.dynamoDb,
        table: TableName,
      });
      const frame = "at run (file:///var/task/index.mjs:12:34)";
      assert.deepEqual([id, reason, stack, attempts], ["dead", "PermanentError: No such branch", frame, 1]);
    });

    it("has a replay that is resumed where it stopped, with its own id in each copy", async () => {
      const id = "2026-01-05-0a1b2c3d";
      const written: string[] = [];
      const sent: string[] = [];
      const sqs = {
        async send({ input }: { readonly input: { readonly Entries?: readonly { readonly MessageBody: string }[] } }) {
          for (const { MessageBody } of input.Entries ?? []) {
            const event = fromEnvelope(MessageBody);
            sent.push(`${event?.id} ${event?.replay}`);
          }
          return { QueueUrl: "https://sqs/queue" };
        },
      };
      const now = () => minutesLater(9 * 24 * 60).getTime();
      const manifest = await createManifests(stage.s3, Bucket).read(id, now());
      const { filter, mode, tests } = manifest;
      assert.deepEqual([filter, mode, tests, manifest.to], [{ type: "push" }, "again", false, ["github/push"]]);
      const [since, until] = [manifest.since, manifest.until].map((time) => Date.parse(time)) as [number, number];
      const ended = await runReplay(
        manifest,
        { filter, since, until, mode, tests, to: [push] },
        {
          ...{ archive: createArchiveBucket(stage.s3, Bucket), dynamoDb: stage.dynamoDb, table: TableName, now },
          ...{ routes: [push], sqs: sqs as unknown as SQSClient, mostDead: 10, signal: new AbortController().signal },
          manifests: { write: async ({ state }) => void written.push(state) },
          ...{ progress: () => {}, pause: async () => {} },
        },
      );
      assert.deepEqual([ended.state, ended.sent, written.at(-1)], ["done", 4 + sent.length, "done"]);
      // Its checkpoint is three minutes in, and the lease of `running` is long over.
      assert.deepEqual(
        sent,
        ["running", "new", "large", "spilled", "claimed", hash].map((one) => `${one} ${id}`),
      );
    });

    it("has copies that are processed as by the release itself: its records, leases, burned copies and large bodies count", async () => {
      const first = await run(
        [
          ["done", "message-done"],
          ["dead", "message-dead"],
          ["running", "message-2"],
        ],
        31,
      );
      assert.deepEqual(first.runs, []);
      assert.deepEqual(first.kept.toSorted(), ["message-2", "message-dead"]);
      const second = await run(
        [
          ...[["failed", "message-failed"] as const, ["dead", "message-redriven"] as const],
          ...[["running", "message-2"] as const, ["new", "message-new"] as const, ["large", "message-large"] as const],
        ],
        40,
      );
      // The idempotency keys, too: services that were called before remember them.
      assert.deepEqual(second.runs, [
        "refs/heads/dead 0NwZgNzBE2w_5_JcNgyyrDLujjGcwBVGbvD2KuHnLiM 2",
        "refs/heads/failed PJPgGCk02dKz8fNj63EHjun7tO4bXcvlwoheaI6jBC0 2",
        "refs/heads/large g0WmKILYy8bbau7Fu4NIjIFPBfwlqpDPuPQFSUskKhw 1",
        "refs/heads/new dtRUYIiJBbQABI99kM9KchoaU3v1JbzGbvdpxM_eolQ 1",
        "refs/heads/running Y9zfmJOdcgP78ENpAz7pfiwVuIEbAmhVPav9NKTxvbU 2",
      ]);
      assert.deepEqual(second.kept, []);
    });

    it("has a spilled event that is drained into its queue, and out of the bucket", async () => {
      const sent: (readonly [queue: string, id: string, body: string])[] = [];
      const spill = createSpill(Bucket, s3, { timeScale: 100 });
      const drain = spillDrainLambda({
        spill,
        log: () => {},
        queues: {
          async send(queue, events) {
            sent.push(...events.map(({ id, body }) => [queue, id, new TextDecoder().decode(body)] as const));
            return events.map(() => ({ sent: true }));
          },
        },
      });
      const context = { getRemainingTimeInMillis: () => 240_000 } as Context;
      assert.deepEqual(await drain({}, context), { drained: 1, left: 0 });
      assert.deepEqual(sent, [["github-push", "spilled", text("spilled")]]);
      assert.deepEqual(await drain({}, context), { drained: 0, left: 0 });
    });

    it("has secrets that are read as they were stored", () => {
      const { plain = "", list = "", handshake = "" } = release.secrets;
      assert.deepEqual(parseSecretValue(plain), { secrets: [{ secret }] });
      assert.deepEqual(parseSecretValue(list), {
        secrets: [{ secret: "new" }, { secret: "old", until: minutesLater(60) }],
      });
      assert.deepEqual(parseSecretValue(handshake), { secrets: [], handshakeUntil: minutesLater(10) });
    });
  });
}

it("the folders of releases are there", () => assert.ok(folders.includes("release-0.1"), folders.join(", ")));
