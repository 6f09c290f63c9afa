import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { createClaimCheck } from "../../../lambdas/aws/s3/claim-check.ts";
import { createSpill, withSpill } from "../../../lambdas/aws/s3/spill.ts";
import { createEventQueues } from "../../../lambdas/aws/sqs/event-queues.ts";
import { events } from "../../../operate/cli/events.ts";
import { replay } from "../../../operate/cli/replay.ts";
import { erase } from "../../../operate/erase/erase.ts";
import { createArchiveBucket } from "../../../operate/events/archive-bucket.ts";
import { listObjects } from "../../../operate/events/list-objects.ts";
import { openEvents } from "../../../operate/events/open-events.ts";
import { findStage } from "../../../operate/stage/find-stage.ts";
import type { Stage } from "../../../operate/stage/stage.ts";
import { Bucket, pushed } from "../events/archive-fixture.ts";
import { startErasable } from "./erase-fixture.ts";

const minute = 60_000;
const now = Date.now();

const { archive, sqs, folder, urlOf, run, sendTo, keys, record, item, stageWith, close } = await startErasable();

describe("an erasure beside what moves and what is old", () => {
  /** Takes one message out of a queue. */
  const take = async (queue: string) => {
    const QueueUrl = await urlOf(queue);
    const { Messages: [message] = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    if (message) await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }));
    return message?.Body ?? "";
  };
  async function archived(): Promise<readonly string[]> {
    const bucket = createArchiveBucket(archive.s3, Bucket);
    const found: string[] = [];
    for await (const object of listObjects(archive.s3, Bucket, "archive/"))
      for (const { id } of await bucket.allFacts(object)) found.push(id);
    return found;
  }
  const ofId = (value: string) => ({ kind: "id", value, source: undefined }) as const;

  after(close);

  it("says that a copy is left which the archive's function wrote meanwhile", async () => {
    const event = pushed("evt-race", now - minute);
    await archive.write([pushed("evt-other", now - minute)]);
    await sendTo("hookline-dev-archive", event);
    let isFirst = true;
    const stage = await stageWith(async (command, key) => {
      if (command !== "GetObjectCommand" || !key.startsWith("archive/") || !isFirst) return;
      isFirst = false;
      // The archive's function: it takes its batch, writes it, and the queue is empty.
      assert.match(await take("hookline-dev-archive"), /evt-race/);
      await archive.write([event]);
    });
    const { queues } = await erase(stage, ofId("evt-race"), { until: Date.now(), dryRun: false });
    stage.clients.close();
    const isLeft = (await archived()).includes("evt-race");
    assert.ok(!isLeft || queues.length > 0, "a payload is in the archive, and erase ends with 0");
    await run("--id", "evt-race", "--yes");
  });

  it("says that a copy is left which the drain brought from the spill to the archive meanwhile", async () => {
    const event = pushed("evt-drained", now - minute);
    await archive.write([pushed("evt-other-2", now - minute)]);
    const spill = createSpill(Bucket, async () => archive.s3);
    await spill.put("archive", event);
    let isFirst = true;
    const stage = await stageWith(async (command, key) => {
      if (command !== "ListObjectsV2Command" || !key.startsWith("spill/") || !isFirst) return;
      isFirst = false;
      for await (const page of spill.list()) for (const one of page) await spill.remove(one);
      await archive.write([event]);
    });
    const { queues } = await erase(stage, ofId("evt-drained"), { until: Date.now(), dryRun: false });
    stage.clients.close();
    const isLeft = (await archived()).includes("evt-drained");
    assert.ok(!isLeft || queues.length > 0, "a payload is in the archive, and erase ends with 0");
    await run("--id", "evt-drained", "--yes");
  });

  it("says that a copy is left whose last run failed meanwhile", async () => {
    const event = pushed("evt-died", now - minute);
    await sendTo("hookline-dev-github-push", event);
    const stage = await stageWith(async () => {});
    const { of } = stage.clients;
    let polls = 0;
    // A service has one client, whoever asks for it.
    let isWatched = false;
    const watched: Stage = {
      ...stage,
      clients: {
        ...stage.clients,
        of(service, Client) {
          const client = of(service, Client);
          if (client instanceof SQSClient && !isWatched) {
            isWatched = true;
            client.middlewareStack.add(
              (next, context) => async (args) => {
                const answer = await next(args);
                const { QueueUrl = "" } = args.input as { readonly QueueUrl?: string };
                if (context.commandName === "ReceiveMessageCommand" && QueueUrl.endsWith("dlq-dev-github-push")) {
                  polls += 1;
                  // SQS moves the copy after its last receive, once this DLQ was read.
                  if (polls === 1) await sendTo("hookline-dlq-dev-github-push", event);
                  if (polls === 1) await take("hookline-dev-github-push");
                }
                return answer;
              },
              { step: "initialize" },
            );
          }
          return client;
        },
      },
    };
    const { queues, unread } = await erase(watched, ofId("evt-died"), { until: Date.now(), dryRun: false });
    stage.clients.close();
    assert.equal(polls, 1);
    assert.ok(queues.length + unread.length > 0, "a payload is in a DLQ, and erase ends with 0");
    await run("--id", "evt-died", "--yes");
  });

  it("does not take a spilled event that it could not read for one that is gone", async () => {
    const event = pushed("evt-unread", now - minute);
    const spill = createSpill(Bucket, async () => archive.s3);
    await spill.put("github-push", event);
    const stage = await stageWith(async (command, key) => {
      if (command === "GetObjectCommand" && key.startsWith("spill/"))
        throw Object.assign(new Error("Please reduce your request rate."), { name: "SlowDown" });
    });
    const ended = await erase(stage, ofId("evt-unread"), { until: Date.now(), dryRun: false }).then(
      ({ queues, unread }) => (queues.length + unread.length > 0 ? "told" : "ends with 0"),
      () => "told",
    );
    stage.clients.close();
    const left = (await keys("spill/")).length;
    await run("--id", "evt-unread", "--yes");
    assert.ok(left === 0 || ended === "told", `${left} payload is in the spill, and erase ${ended}`);
  });

  it("names the permission that a read of the spill lacks", async () => {
    const event = pushed("evt-denied", now - minute);
    await createSpill(Bucket, async () => archive.s3).put("github-push", event);
    const stage = await stageWith(async (command, key) => {
      if (command === "GetObjectCommand" && key.startsWith("spill/")) {
        throw Object.assign(new Error("Access Denied"), { name: "AccessDenied" });
      }
    });
    const erasing = erase(stage, ofId("evt-denied"), { until: Date.now(), dryRun: false });
    await assert.rejects(erasing, /s3:GetObject on arn:aws:s3:::archived\/spill\/.*; docs\/iam\/eraser.json has it/);
    stage.clients.close();
    await run("--id", "evt-denied", "--yes");
  });

  it("writes no object anew that has lost a payload: the others would be lost with it for good", async () => {
    const before = new Set(await keys("archive/"));
    // The payloads of 16 events are together: those of the first two members are whole, that of the last one is not.
    await archive.write(Array.from({ length: 40 }, (_, index) => pushed(`evt-cut-${index}`, now - minute + index)));
    const Key = (await keys("archive/")).find((key) => !before.has(key)) ?? "";
    const { Body } = await archive.s3.send(new GetObjectCommand({ Bucket, Key }));
    const whole = (await Body?.transformToByteArray()) ?? assert.fail();
    const isLast = whole.findLastIndex((byte, at) => byte === 0x1f && whole[at + 1] === 0x8b);
    const cut = Buffer.concat([whole.subarray(0, isLast), Buffer.alloc(whole.length - isLast)]);
    await archive.put(Key, cut);
    const { code, printed } = await run("--id", "evt-cut-0", "--yes");
    assert.equal(code, 1);
    assert.ok(printed.includes(`not read, or not to the end: ${Key}`), printed);
    const after = await archive.s3.send(new GetObjectCommand({ Bucket, Key }));
    assert.deepEqual(Buffer.from((await after.Body?.transformToByteArray()) ?? []), cut);
    await archive.s3.send(new DeleteObjectCommand({ Bucket, Key }));
  });

  it("erases the large body that was deposited before its queue failed and the event was spilled", async () => {
    const body = new TextEncoder().encode(JSON.stringify({ secret: "s3cret ".repeat(60_000) }));
    const event = pushed("evt-big", now - minute, { body });
    const failing = { send: async () => Promise.reject(new Error("SQS is down")) } as unknown as SQSClient;
    const load = async () => archive.s3;
    const route = { source: "github", types: ["push"], queue: "github-push" };
    const spill = createSpill(Bucket, load);
    const queues = createEventQueues(failing, "http://127.0.0.1:1/", [route], createClaimCheck(Bucket, load));
    const spilling = withSpill(queues, spill, new Set(["github"]), () => {});
    assert.deepEqual(await spilling.send("github-push", [event]), [{ sent: true }]);
    assert.equal((await keys("spill/")).length, 1);
    const { code } = await run("--id", "evt-big", "--yes");
    const left = await keys("claims/");
    for (const Key of left) {
      const { Body } = await archive.s3.send(new GetObjectCommand({ Bucket, Key }));
      assert.match((await Body?.transformToString()) ?? "", /s3cret/);
    }
    assert.deepEqual([code, left.length], [0, 0], "erase ends with 0, and the body is in the bucket");
  });

  it("erases what it can read where one object of the archive cannot be read", async () => {
    await archive.write([pushed("evt-beside", now - minute)]);
    const at = new Date(now - minute).toISOString().slice(0, 13).replaceAll(/[-T]/g, "/");
    const bad = `archive/${at}/00-00-59-59-0000000000000000.jsonl.gz`;
    await archive.s3.send(
      new PutObjectCommand({ Bucket, Key: bad, Body: "not gzip at all, and longer than a header" }),
    );
    const ended = await run("--id", "evt-beside", "--yes").then(
      ({ printed }) => printed,
      (error) => `throws: ${error}`,
    );
    const listed = await events(["list", "--since", "2h"], () => {}, { folder }).then(
      () => "lists",
      (error) => `throws: ${error}`,
    );
    const left = await archived().catch(() => ["?"]);
    await archive.s3.send(new DeleteObjectCommand({ Bucket, Key: bad }));
    const isLeft = (await archived()).includes("evt-beside");
    assert.ok(!isLeft, `${ended}\n${listed}\n${left}`);
    assert.match(`${ended} ${listed}`, new RegExp(bad), "the error names the object");
  });

  it("lets a replay go on while events of others are erased", async () => {
    await archive.write([pushed("evt-of-me", now - 3 * minute), pushed("evt-erased-meanwhile", now - 3 * minute)]);
    const stage = await findStage({}, { folder });
    const found = openEvents(stage);
    const mine = await found.withId({ id: "evt-of-me", since: now - 10 * minute, until: now });
    await run("--id", "evt-erased-meanwhile", "--yes");
    const error = await found.archive.envelope((mine[0] ?? assert.fail()).event).then(
      () => "",
      (error) => String(error),
    );
    stage.clients.close();
    assert.equal(error, "");
  });

  it("erases the error text of an event that the archive has no more, or says that it cannot", async () => {
    // 20 days old: archive and DLQ have forgotten it, the record lives for 45 days. So it is with `archive: false` from the first day.
    const pk = "ev#stripe/invoice.paid#stripe#v1#id=evt-old#type=invoice.paid";
    await record(pk, { st: { S: "dead" }, le: { S: "Error: no account for jane@example.com" }, n: { N: "14" } });
    const { code, printed } = await run("--id", "evt-old", "--yes");
    const left = (await item(pk))?.le?.S;
    assert.ok(left === undefined || code !== 0, `ends with 0, "${left}" is left, and it says:\n${printed}`);
  });

  it("erases the error text of a processor whose event file is there no more", async () => {
    const event = pushed("evt-renamed", now - minute, { queues: ["github-push", "github-gone"] });
    await archive.write([event]);
    const pk = "ev#github/gone#github#v1#id=evt-renamed";
    await record(pk, { st: { S: "failed" }, le: { S: "Error: secret of evt-renamed" } });
    const { code } = await run("--id", "evt-renamed", "--yes");
    assert.ok((await item(pk))?.le === undefined || code !== 0, "the text is left, and erase ends with 0");
  });

  it("does not plan a copy twice for a processor that is named twice", async () => {
    await archive.write([pushed("evt-twice", now - minute)]);
    const lines: string[] = [];
    const to = ["--to", "github/push", "--to", "github/push", "--id", "evt-twice", "--dry-run", "--json"];
    await replay(to, (line) => lines.push(line), { folder });
    assert.equal(JSON.parse(lines[0] ?? "").plan.processors[0].decisions.run, 1);
  });

  it("goes on where an object of the archive was deleted between the list and the read, as lifecycle does", async () => {
    const others = await keys("archive/");
    await archive.write([pushed("evt-expired", now - minute)]);
    const mine = (await keys("archive/")).find((key) => !others.includes(key));
    const before = new Map<string, number>();
    const stage = await stageWith(async (command, key) => {
      if (command !== "GetObjectCommand" || !key.startsWith("archive/")) return;
      before.set(key, (before.get(key) ?? 0) + 1);
      if (key !== mine || before.get(key) !== 3) return;
      await archive.s3.send(new DeleteObjectCommand({ Bucket, Key: key }));
    });
    await erase(stage, ofId("evt-expired"), { until: Date.now(), dryRun: false }).finally(() => stage.clients.close());
  });

  it("erases nothing that came after the first command, where it is repeated as it asks", async () => {
    const tenant = "stays-a-customer";
    await archive.write([pushed("evt-until-now", now - minute, { tenant })]);
    await sendTo("hookline-dev-archive", pushed("evt-another", now - minute));
    const first = await run("--tenant", tenant, "--yes");
    assert.match(first.printed, /once more, when these are empty/);
    await take("hookline-dev-archive");
    // The tenant goes on: an event that is dead, and waits for its redrive.
    const later = pushed("evt-later", Date.now() + 1, { tenant });
    await archive.write([later]);
    await sendTo("hookline-dlq-dev-github-push", later);
    const again = /npm run erase -- (.*)/.exec(first.printed)?.[1]?.split(" ") ?? ["--tenant", tenant];
    await run(...again, "--yes");
    const isThere = (await archived()).includes("evt-later");
    assert.ok(isThere && (await take("hookline-dlq-dev-github-push")) !== "", "an event that came later is lost");
  });

  it("leaves out what an earlier tombstone names where it writes an object anew: the tombstone ends before that object", async () => {
    await run("--id", "evt-late-copy", "--yes");
    const late = pushed("evt-late-copy", now - minute);
    await archive.write([late, pushed("evt-second", now - minute), pushed("evt-third", now - minute)]);
    // The object lives for 14 days from here on, its tombstone for 14 days from above: then `events` shows it again.
    await run("--id", "evt-second", "--yes");
    assert.equal((await archived()).includes("evt-late-copy"), false);
  });

  it("hides what is erased from a command that began before", async () => {
    let time = 0;
    const bucket = createArchiveBucket(archive.s3, Bucket, () => time);
    const ids = async () => {
      const found: string[] = [];
      for await (const object of listObjects(archive.s3, Bucket, "archive/")) {
        for (const { id } of await bucket.facts(object)) found.push(id);
      }
      return found;
    };
    await ids();
    await run("--id", "evt-tailed", "--yes");
    // Its copy was on its way.
    await archive.write([pushed("evt-tailed", now - minute)]);
    time += 6000;
    assert.equal((await ids()).includes("evt-tailed"), false);
    assert.equal((await archived()).includes("evt-tailed"), true);
  });
});
