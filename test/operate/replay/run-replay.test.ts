import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { fromEnvelope } from "../../../lambdas/core/events/envelope.ts";
import { createArchiveBucket } from "../../../operate/events/archive-bucket.ts";
import type { Manifest } from "../../../operate/replay/manifest.ts";
import { runReplay } from "../../../operate/replay/run-replay.ts";
import { Bucket, pushed, startArchive, TableName } from "../events/archive-fixture.ts";
import { deployed } from "../stage-fixture.ts";

const since = Date.parse("2026-01-05T10:00:00Z");
const until = since + 3_600_000;
const ids = Array.from({ length: 30 }, (_, index) => `evt-${String(index).padStart(2, "0")}`);
const target = deployed("github/push");

describe("a replay that runs", () => {
  let archive: Awaited<ReturnType<typeof startArchive>>;
  before(async () => {
    archive = await startArchive();
    await archive.write(ids.map((id, index) => pushed(id, since + index * 1000)));
  });
  after(async () => await archive?.close());

  /**
   * Runs a replay at a copy a second, on a clock that its pauses move on; `onCopy` is told each copy as it is sent.
   */
  async function play(
    given: Partial<Manifest> & { readonly id: string },
    {
      mostDead = 10,
      onCopy = async () => {},
    }: { mostDead?: number; onCopy?: (id: string, stop: () => void) => Promise<void> },
  ) {
    const sent: string[] = [];
    const manifests: Manifest[] = [];
    const stop = new AbortController();
    // Later than a queue keeps a copy: else they would be left to it.
    let clock = until + 8 * 86_400_000;
    const begun: Manifest = {
      ...{ stage: "dev", begun: new Date(until).toISOString(), filter: {}, to: [target.name], mode: "again" },
      ...{ since: new Date(since).toISOString(), until: new Date(until).toISOString(), tests: false, perSecond: 1 },
      ...{ copies: ids.length, sent: 0, dead: 0, state: "running", checkpoint: new Date(since).toISOString() },
      ...given,
    };
    const sqs = {
      async send({ input }: { readonly input: { readonly Entries?: readonly { readonly MessageBody: string }[] } }) {
        for (const { MessageBody } of input.Entries ?? []) {
          const id = fromEnvelope(MessageBody)?.id ?? "";
          sent.push(id);
          await onCopy(id, () => stop.abort());
        }
        return { QueueUrl: "https://sqs/queue" };
      },
    };
    const wanted = { filter: {}, since, until, to: [target], mode: "again", tests: false } as const;
    const ended = await runReplay(begun, wanted, {
      ...{ archive: createArchiveBucket(archive.s3, Bucket), dynamoDb: archive.dynamoDb, table: TableName, mostDead },
      ...{ routes: [target], now: () => clock, signal: stop.signal, sqs: sqs as unknown as SQSClient },
      manifests: { write: async (manifest) => void manifests.push(manifest) },
      progress: () => {},
      async pause(milliseconds) {
        clock += milliseconds;
      },
    });
    return { ended, sent, manifests };
  }

  const die = async (replay: string, id: string) => {
    const pk = { S: `ev#github/push#github#v1#id=${id}#replay=${replay}` };
    const Item = { pk, st: { S: "failed" }, nx: { N: "0" }, n: { N: "1" } };
    await archive.dynamoDb.send(new PutItemCommand({ TableName, Item }));
  };

  it("stops by itself once so many of its copies are dead, and is no more than a look late", async () => {
    const { ended, sent } = await play({ id: "dying" }, { mostDead: 3, onCopy: async (id) => await die("dying", id) });
    assert.equal(ended.state, "stopped");
    assert.ok(ended.dead >= 3 && sent.length < 15, `${ended.dead} dead of ${sent.length}`);
    assert.equal(ended.sent, sent.length);
  });

  it("stops at a signal after the copies on their way, and goes on from there: none is left out", async () => {
    const first = await play({ id: "cut" }, { onCopy: async (id, stop) => (id === "evt-07" ? stop() : undefined) });
    assert.deepEqual([first.ended.state, first.ended.sent], ["stopped", 8]);
    assert.deepEqual(first.manifests.at(-1), first.ended, "its manifest says so");
    const rest = await play(first.ended, {});
    assert.equal(rest.ended.state, "done");
    assert.deepEqual([...new Set([...first.sent, ...rest.sent])], ids);
    assert.ok(rest.sent.length <= ids.length - 7, "only the last one again");
  });

  it("says that it stopped where a send fails, and rejects", async () => {
    const failing = play({ id: "failing" }, { onCopy: async () => Promise.reject(new Error("SQS is down")) });
    await assert.rejects(failing, { message: "SQS is down" });
  });
});
