import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { gunzipSync } from "node:zlib";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { createSpill } from "../../../lambdas/aws/s3/spill.ts";
import { toEnvelope } from "../../../lambdas/core/events/envelope.ts";
import { events } from "../../../operate/cli/events.ts";
import { replay } from "../../../operate/cli/replay.ts";
import { erase } from "../../../operate/erase/erase.ts";
import { createArchiveBucket } from "../../../operate/events/archive-bucket.ts";
import { listObjects } from "../../../operate/events/list-objects.ts";
import { randomOf, seed } from "../../seed.ts";
import { Bucket, pushed } from "../events/archive-fixture.ts";
import { startErasable } from "./erase-fixture.ts";

const minute = 60_000;
const now = Date.now();

const { archive, sqs, folder, urlOf, run, runGiven, sendTo, keys, record, item, stageWith, close } =
  await startErasable();

describe("erase", () => {
  async function listed(): Promise<readonly string[]> {
    const lines: string[] = [];
    await events(["list", "--json", "--limit", "10000", "--since", "2h"], (line) => lines.push(line), { folder });
    return lines.map((line) => JSON.parse(line).id);
  }
  const textOf = async (Key: string) => {
    const { Body } = await archive.s3.send(new GetObjectCommand({ Bucket, Key }));
    const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
    return Key.endsWith(".gz") ? gunzipSync(bytes).toString("utf8") : bytes.toString("utf8");
  };
  /** All that the bucket holds: names, and contents as text. */
  async function wholeBucket(): Promise<string> {
    const all = await keys("");
    return (await Promise.all(all.map(async (key) => `${key}\n${await textOf(key)}`))).join("\n");
  }
  /** Everything in the archive: the envelope of each event, by its id. */
  async function envelopes(): Promise<ReadonlyMap<string, string>> {
    const bucket = createArchiveBucket(archive.s3, Bucket);
    const found = new Map<string, string>();
    for await (const object of listObjects(archive.s3, Bucket, "archive/")) {
      for (const event of await bucket.allFacts(object)) found.set(event.id, (await bucket.envelope(event)) ?? "");
    }
    return found;
  }

  after(close);

  it("leaves nothing of an event in the bucket, the DLQ and the records, and of others everything", async () => {
    const gone = pushed("evt-gone", now - 5 * minute);
    const stays = pushed("evt-stays", now - 5 * minute);
    const large = { id: "evt-gone", key: "v1#id=evt-gone", deposit: "claims/github/large", body: undefined };
    await archive.write([gone, stays]);
    // A second copy, and a large one of another type whose body lies apart.
    await archive.write([stays, gone], [toEnvelope(stays), toEnvelope(gone)]);
    const { body: _, ...apart } = { ...pushed("evt-gone", now - 4 * minute), ...large, type: "star" };
    await archive.write([gone], [toEnvelope({ ...apart, deposit: large.deposit })]);
    await archive.put("claims/github/large", "secret of evt-gone, and large");
    await archive.put("claims/github/other", "of another");
    const spill = createSpill(Bucket, async () => archive.s3);
    for (const queue of ["github-push", "archive"]) await spill.put(queue, gone);
    await spill.put("github-push", stays);
    for (const event of [gone, stays]) await sendTo("hookline-dlq-dev-github-push", event);
    await archive.put("replays/r-1.json", "{}");
    const text = { le: { S: "Error: secret of evt-gone" }, as: { L: [] }, st: { S: "dead" }, n: { N: "3" } };
    const record1 = "ev#github/push#github#v1#id=evt-gone";
    const records = [record1, `${record1}#replay=r-1`, "ev#github/push#github#v1#id=evt-stays"] as const;
    for (const pk of records) await record(pk, text);
    const kept = (await envelopes()).get("evt-stays");

    const plan = await run("--id", "evt-gone", "--dry-run");
    assert.equal(plan.code, 0);
    assert.match(
      plan.printed,
      /3 in the archive, 2 in the spill, 1 in DLQs \(github\/push, github\/star\); large bodies: 1; records with an error's text: 2 would be erased/,
    );
    assert.deepEqual(await keys("erased/"), []);
    assert.match(await wholeBucket(), /secret of evt-gone/);

    const refused = await runGiven({ ask: async () => false }, "--id", "evt-gone");
    assert.equal(refused.code, 1);
    assert.match(await wholeBucket(), /secret of evt-gone/);

    const { code, printed } = await run("--id", "evt-gone", "--yes");
    assert.equal(code, 0, printed);
    assert.match(
      printed,
      /erased: 3 in the archive, 2 in the spill, 1 in DLQs \(github\/push, github\/star\); large bodies: 1; .*text: 2/,
    );
    assert.match(printed, /filter @message like "evt-gone"/);
    assert.doesNotMatch(await wholeBucket(), /evt-gone/);
    assert.deepEqual((await keys("claims/")).toSorted(), ["claims/github/other"]);
    assert.equal((await keys("spill/github-push/")).length, 1);
    assert.deepEqual(await listed(), ["evt-stays"]);
    assert.equal((await envelopes()).get("evt-stays"), kept);
    const [first, ofReplay, ofOther] = await Promise.all(records.map(item));
    for (const erased of [first, ofReplay]) {
      assert.deepEqual(Object.keys(erased ?? {}).sort(), ["ex", "n", "pk", "st"]);
      assert.equal(erased?.st?.S, "dead");
    }
    assert.equal(ofOther?.le?.S, text.le.S);
    const QueueUrl = await urlOf("hookline-dlq-dev-github-push");
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 0 }),
    );
    assert.deepEqual(
      Messages.map(({ Body = "" }) => JSON.parse(Body).id),
      ["evt-stays"],
    );

    const again = await run("--id", "evt-gone", "--yes");
    assert.equal(again.code, 0);
    assert.match(again.printed, /erased: no copy; large bodies: 0; records with an error's text: 0/);
  });

  it("hides what is archived later, from events and from replays, until a second run erases it", async () => {
    const late = pushed("evt-late", now - 3 * minute, { tenant: "acme" });
    await sendTo("hookline-dev-archive", late);
    const { code, printed } = await run("--tenant", "acme", "--yes");
    assert.equal(code, 1, printed);
    assert.match(printed, /may hold a copy that is to run, or to be archived: hookline-dev-archive$/m);
    assert.match(printed, /once more, when these are empty: npm run erase -- --until 2[^ ]+ --tenant=acme/);

    const QueueUrl = await urlOf("hookline-dev-archive");
    await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    await archive.write([late, pushed("evt-new", Date.now() + minute, { tenant: "acme" })]);
    assert.equal((await listed()).includes("evt-late"), false);
    const lines: string[] = [];
    const to = ["--to", "github/push", "--id", "evt-late", "--since", "1h", "--dry-run", "--json"];
    await replay(to, (line) => lines.push(line), { folder }).catch(() => {});
    assert.equal(JSON.parse(lines[0] ?? "{}").plan?.events, 0);
    await run("--tenant", "acme", "--yes");
    const left = await envelopes();
    assert.equal(left.has("evt-late"), false);
    assert.equal(left.has("evt-new"), true, "what a tenant sends afterwards is not erased");
  });

  it("erases by source where one is given, and refuses one that the stage has not", async () => {
    const ofBoth = ["github", "stripe"].map((source) => pushed("evt-both", now - 2 * minute, { source }));
    await archive.write(ofBoth);
    await run("--id", "evt-both", "--source", "stripe", "--yes");
    assert.deepEqual(
      [...(await envelopes())].filter(([id]) => id === "evt-both").map(([, text]) => JSON.parse(text).source),
      ["github"],
    );
    await archive.write(ofBoth);
    assert.equal((await listed()).filter((id) => id === "evt-both").length, 1, "the tombstone is of one source");
    await assert.rejects(run("--id", "evt-both", "--source", "strip", "--yes"), /strip.*has github, stripe/);
  });

  it("keeps every other envelope as it was, whatever is erased", async (t) => {
    t.diagnostic(`seed ${seed}`);
    const random = randomOf(seed);
    const some = Array.from({ length: 150 }, (_, index) => {
      const body = Uint8Array.from({ length: Math.floor(random() * 300) }, () => Math.floor(random() * 256));
      const text = new TextEncoder().encode(`{"index":${index},"text":"é\\n𝒳"}`);
      const tenant = `tenant-${Math.floor(random() * 5)}`;
      const received = now - Math.floor(random() * 90) * minute;
      return pushed(`evt-${index}`, received, { tenant, body: random() < 0.5 ? body : text });
    });
    for (let at = 0; at < some.length; at += 50) await archive.write(some.slice(at, at + 50));
    const first = await envelopes();
    const erased = ["tenant-1", "tenant-3"];
    for (const tenant of erased) await run("--tenant", tenant, "--yes");
    await run("--id", "evt-7", "--yes");
    const isErased = (id: string) =>
      id === "evt-7" || erased.includes(some.find((one) => one.id === id)?.tenant ?? "none");
    assert.deepEqual([...(await envelopes())].sort(), [...first].filter(([id]) => !isErased(id)).sort());
    assert.ok(some.some(({ id }) => isErased(id)) && some.some(({ id }) => !isErased(id)));
  });

  it("reads an object anew that somebody else has written meanwhile", async () => {
    await archive.write([pushed("evt-mine", now - minute), pushed("evt-theirs", now - minute)]);
    let isFirst = true;
    const stage = await stageWith(async (command, key) => {
      if (command !== "PutObjectCommand" || !key.startsWith("archive/") || !isFirst) return;
      isFirst = false;
      await run("--id", "evt-theirs", "--yes");
      throw Object.assign(new Error("At least one of the preconditions did not hold"), { name: "PreconditionFailed" });
    });
    const erasure = { kind: "id", value: "evt-mine", source: undefined } as const;
    await erase(stage, erasure, { until: Date.now(), dryRun: false });
    stage.clients.close();
    const left = await envelopes();
    assert.deepEqual([isFirst, left.has("evt-mine"), left.has("evt-theirs")], [false, false, false]);
  });

  it("finds everything again that a run has left which ended in between", async () => {
    const event = pushed("evt-cut", now - minute);
    await archive.write([event]);
    const pk = "ev#github/push#github#v1#id=evt-cut";
    await record(pk, { le: { S: "Error: secret" } });
    let puts = 0;
    let leftFirst: unknown = "not looked at";
    const stage = await stageWith(async (command, key) => {
      if (command !== "PutObjectCommand" || !key.startsWith("archive/")) return;
      puts += 1;
      leftFirst = (await item(pk))?.le;
      throw new Error("ended");
    });
    const erasure = { kind: "id", value: "evt-cut", source: undefined } as const;
    await assert.rejects(erase(stage, erasure, { until: Date.now(), dryRun: false }), /ended/);
    stage.clients.close();
    assert.deepEqual(
      [puts, leftFirst],
      [1, undefined],
      "error texts go first: without the event nothing leads to them",
    );
    assert.equal((await listed()).includes("evt-cut"), false, "it is hidden at once");
    const { printed } = await run("--id", "evt-cut", "--yes");
    assert.match(printed, /1 in the archive/);
    assert.equal((await item(pk))?.le, undefined);
    assert.equal((await envelopes()).has("evt-cut"), false);
  });

  it("tells all ids as JSON, by which logs are looked through", async () => {
    await archive.write([
      pushed("evt-a", now - minute, { tenant: "told" }),
      pushed("evt-b", now - minute, { tenant: "told" }),
    ]);
    const { printed } = await run("--tenant", "told", "--dry-run", "--json");
    const { ids, archived, queues } = JSON.parse(printed);
    assert.deepEqual(
      [ids.sort(), archived, queues.includes("hookline-dev-github-push")],
      [["evt-a", "evt-b"], 2, false],
    );
  });

  it("refuses what names nothing to erase, or two things", async () => {
    await assert.rejects(run("--yes"), /expected --id or --tenant, received none/);
    await assert.rejects(run("--yes", "--id", ""), /received an empty one/);
    await assert.rejects(run("--yes", "--id", "a", "--tenant", "b"), /received both/);
    await assert.rejects(run("--json", "--id", "a"), /give --yes or --dry-run/);
  });
});
