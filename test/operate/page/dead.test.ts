import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, before, beforeEach, describe, it } from "node:test";
import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import {
  CreateQueueCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { toEnvelope, type WebhookEvent } from "../../../lambdas/core/events/envelope.ts";
import { clientFor } from "../../../local/aws/endpoint.ts";
import { writeLocalRun } from "../../../local/local-run.ts";
import { countOf } from "../../../operate/dead-events/dead-letters.ts";
import { Bucket, pushed, startArchive, TableName } from "../events/archive-fixture.ts";
import { deployed, localRun } from "../stage-fixture.ts";
import { type Answer, type Ask, jobOf } from "./browse.ts";
import { type OpenPage, openPage } from "./open-page.ts";

const folder = mkdtempSync(join(tmpdir(), "hookline-dead-page-"));
const minute = 60_000;
const day = 86_400;
/** Markup in each field that a provider can fill. */
const markup = `"><img src=x onerror=alert(1)><script>alert(2)</script>'`;

describe("the page of dead events", () => {
  let archive: Awaited<ReturnType<typeof startArchive>>;
  let sqs: SQSClient;
  let queues: { readonly queue: string; readonly dlq: string };
  let ask: Ask;
  let readOnly: Ask;
  const opened: OpenPage[] = [];

  async function open(...args: readonly string[]): Promise<Ask> {
    const one = await openPage(args, { folder });
    opened.push(one);
    return one.ask;
  }
  async function createQueue(QueueName: string, Attributes: Record<string, string> = {}): Promise<string> {
    return (await sqs.send(new CreateQueueCommand({ QueueName, Attributes }))).QueueUrl ?? "";
  }
  /** Puts an event into the DLQ of github/push, that was received so many minutes ago and failed for a reason. */
  async function bury(id: string, minutes: number, reason = "Error: no route", given: Partial<WebhookEvent> = {}) {
    const event = pushed(id, Date.now() - minutes * minute, given);
    await sqs.send(new SendMessageCommand({ QueueUrl: queues.dlq, MessageBody: toEnvelope(event) }));
    const Item = {
      pk: { S: `ev#github/push#github#v1#id=${id}` },
      st: { S: "failed" },
      n: { N: "14" },
      le: { S: reason },
    };
    await archive.dynamoDb.send(new PutItemCommand({ TableName, Item }));
  }
  const counts = async () => [await countOf(sqs, queues.queue), await countOf(sqs, queues.dlq)];
  const pageOf = async (filter = "") => (await ask(`/dead?processor=github/push${filter}`)).text;
  /** Posts the form of a button of a page. */
  const press = async (shown: string, path: string, button: string): Promise<Answer> => {
    assert.match(shown, new RegExp(`<button>${button}</button>`));
    return await ask.submit(shown, path, {}, `<button>${button}</button>`);
  };
  const idsIn = (text: string) => [...text.matchAll(/<td class="id">(?:<a [^>]*>)?([^<]*)</g)].map(([, id]) => id);

  before(async () => {
    archive = await startArchive();
    const { accessKeyId, endpoints } = archive.standIns;
    sqs = new SQSClient({ ...clientFor(endpoints.sqs, accessKeyId), useQueueUrlAsEndpoint: false });
    const dlq = await createQueue("hookline-dlq-dev-github-push", { MessageRetentionPeriod: String(14 * day) });
    const deadLetterTargetArn = "arn:aws:sqs:us-east-1:000000000000:hookline-dlq-dev-github-push";
    queues = { dlq, queue: await createQueue("hookline-dev-github-push") };
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 3 });
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl: queues.queue, Attributes: { RedrivePolicy } }));
    for (const name of ["hookline-dev-github-star", "hookline-dlq-dev-github-star"]) await createQueue(name);
    writeLocalRun(
      localRun({
        ...{ accessKeyId, endpoints, table: TableName, bucket: Bucket },
        sources: { github: { provider: "github", url: "http://127.0.0.1:1", secret: "s", queues: {} } },
        events: [deployed("github/push"), deployed("github/star")],
      }),
      folder,
    );
    ask = await open();
    readOnly = await open("--read-only");
  });
  beforeEach(async () => {
    for (const QueueUrl of Object.values(queues)) await sqs.send(new PurgeQueueCommand({ QueueUrl }));
  });
  after(async () => {
    for (const one of opened) await one.close();
    sqs?.destroy();
    await archive?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("counts the dead events of each processor, and receives none for that", async () => {
    assert.match(
      (await ask("/dead")).text,
      /no dead events in 2 queues; an event that is still retried is not dead yet/,
    );
    await bury("one", 1);
    await bury("two", 2);
    const { text } = await ask("/dead");
    assert.match(text, /<a href="\/dead\?processor=github%2Fpush">github\/push<\/a><\/td><td>2</);
    assert.doesNotMatch(text, /github%2Fstar/);
    assert.match(text, /To look at events is to receive them/);
    const all = { MaxNumberOfMessages: 10, MessageSystemAttributeNames: ["All" as const] };
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: queues.dlq, ...all }));
    assert.deepEqual(
      Messages.map(({ Attributes }) => Attributes?.ApproximateReceiveCount),
      ["1", "1"],
    );
  });

  it("lists the events of a processor by reason and oldest first, with the time until SQS deletes them", async () => {
    await bury("young", 1);
    await bury("old", 3 * 1440, "Error: full");
    await bury("middle", 60, "Error: no route", { tenant: "acme" });
    await sqs.send(new SendMessageCommand({ QueueUrl: queues.dlq, MessageBody: "no envelope" }));
    const text = await pageOf();
    assert.deepEqual(idsIn(text).slice(0, 3), ["old", "middle", "young"]);
    assert.match(text, /4 dead events/);
    assert.match(text, /<tr><td>2<\/td><td>[^\n]*60 min ago[^\n]*>Error: no route<\/a>/);
    assert.match(text, /its envelope cannot be read/);
    assert.equal(text.match(/>in 14 d</g)?.length, 4, "from each send on");
    assert.match(text, /<td class="id"><a href="\/event\?source=github&amp;id=old&amp;received=/);
    assert.deepEqual(idsIn(await pageOf("&tenant=acme&id=&reason=")), ["middle"]);
    assert.deepEqual(idsIn(await pageOf("&reason=FULL")), ["old"]);
    assert.deepEqual(idsIn(await pageOf("&since=2h&until=10min")), ["middle"]);
    assert.match(await pageOf("&id=nobody"), /no dead event in github\/push fits/);
    assert.deepEqual(await counts(), [0, 4]);
  });

  it("shows 100 events at most, and says so", async () => {
    const reason = `Error: ${"long ".repeat(300)}`;
    await Promise.all(Array.from({ length: 120 }, (_, index) => bury(`many-${index}`, index, `${reason}${index}`)));
    const text = await pageOf();
    assert.deepEqual([idsIn(text).length, idsIn(text)[0]], [100, "many-119"]);
    assert.match(text, /The 100 oldest of 120 are shown/);
    assert.match(text, /and 100 more reasons/);
    assert.ok(text.length < 100_000, `a page has less than 100 KB, this one ${text.length}`);
  });

  it("reads 1,000 of a DLQ that has more, says so, and redrives all of it", async () => {
    const body = (index: number) => toEnvelope(pushed(`flood-${index}`, Date.now() - minute));
    const letters = Array.from({ length: 1005 }, async (_, index) => {
      await sqs.send(new SendMessageCommand({ QueueUrl: queues.dlq, MessageBody: body(index) }));
    });
    await Promise.all(letters);
    const text = await pageOf();
    assert.match(text, /1000 of about 1005.*npm run dlq takes a higher --most/);
    assert.equal(idsIn(text).length, 100);
    const all = await press(text, "/dead/redrive", "Redrive all, about 1005");
    assert.equal((await jobOf(ask, all)).at(-1), "redriven: about 1005 to the queue of github/push");
    assert.deepEqual(await counts(), [1005, 0]);
  });

  it("says that somebody else holds events, and not that there are none", async () => {
    await bury("held", 1);
    const all = { QueueUrl: queues.dlq, VisibilityTimeout: 60 };
    assert.equal((await sqs.send(new ReceiveMessageCommand(all))).Messages?.length, 1);
    const held = /github\/push {2}0 of about 1 were read; somebody else holds the rest for a moment/;
    for (const path of ["/dead?processor=github/push", "/dead/drop?processor=github/push"]) {
      const { text } = await ask(path);
      assert.match(text, held, path);
      assert.doesNotMatch(text, /no dead events in|--most/, path);
    }
    const one = await ask.post("/dead/redrive", (await ask("/")).text, { processor: "github/push", id: "held" });
    const lines = (await jobOf(ask, one)).join("\n");
    assert.match(lines, held);
    assert.doesNotMatch(lines, /--most/);
  });

  it("redrives the events of the time that it has counted", async () => {
    await bury("one", 60);
    const [, since = ""] = /name="since" value="(\d[^"]*Z)"/.exec(await pageOf("&since=2h")) ?? [];
    assert.ok(Math.abs(Date.parse(since) - (Date.now() - 2 * 60 * minute)) < minute, since);
  });

  it("redrives one, those of a filter, and all, each as a job", async () => {
    for (const id of ["one", "two", "three"]) await bury(id, 1, id === "two" ? "Error: full" : "Error: no route");
    await bury("four", 1, "Error: full");
    const shown = await pageOf();
    const redriveOne = async () => await ask.post("/dead/redrive", shown, { processor: "github/push", id: "one" });
    assert.deepEqual(await jobOf(ask, await redriveOne()), [
      "done: 1 of 1",
      "redriven: one to the queue of github/push",
    ]);
    assert.deepEqual(await counts(), [1, 3]);
    assert.match((await jobOf(ask, await redriveOne())).join(), /failed.*no dead event .* has the id one in its DLQ/);
    const full = await press(await pageOf("&reason=full"), "/dead/redrive", "Redrive 2 dead events");
    assert.equal((await jobOf(ask, full)).at(-1), "redriven: 2 dead events to the queue of github/push");
    assert.deepEqual(await counts(), [3, 1]);
    const all = await press(shown, "/dead/redrive", "Redrive all, about 4");
    assert.equal((await jobOf(ask, all)).at(-1), "redriven: about 1 to the queue of github/push");
    assert.deepEqual(await counts(), [4, 0]);
  });

  it("saves events for their owner alone, into the folder that it has named", async () => {
    await bury("one", 1);
    await bury("two", 2);
    const shown = await pageOf("&id=one");
    const [, to = ""] = /go into ([^,]*),/.exec(shown) ?? [];
    assert.ok(to.startsWith(join(folder, "dead", "dev-2")), to);
    assert.deepEqual(await jobOf(ask, await press(shown, "/dead/save", "Save 1 dead event")), [
      "done",
      `saved 1 dead event into ${to}`,
    ]);
    const [file = "", ...others] = readdirSync(to);
    assert.deepEqual(others, []);
    assert.equal(JSON.parse(readFileSync(join(to, file), "utf8")).id, "one");
    if (process.platform !== "win32") {
      assert.deepEqual([statSync(to).mode & 0o777, statSync(join(to, file)).mode & 0o777], [0o700, 0o600]);
    }
    assert.deepEqual(await counts(), [0, 2]);
  });

  it("drops the events that its confirmation has counted, once they are saved, and none that died since", async () => {
    await bury("one", 1);
    await bury("two", 2);
    await bury("other", 3, "Error: full");
    const link =
      /href="(\/dead\/drop\?[^"]*)"/.exec(await pageOf("&reason=route"))?.[1]?.replaceAll("&amp;", "&") ?? "";
    const { text } = await ask(link);
    assert.match(text, /<h1>Drop 2 dead events of github\/push<\/h1>/);
    assert.deepEqual(await counts(), [0, 3], "it asks first");
    await bury("three", 1);
    const [, to = ""] = /saved into ([^<]*)\.<\/p>/.exec(text) ?? [];
    assert.deepEqual(await jobOf(ask, await press(text, "/dead/drop", "Drop 2 dead events for good")), [
      "done: 2 of 2",
      `saved 2 dead events into ${to}`,
      "dropped 2 dead events of github/push",
    ]);
    assert.equal(readdirSync(to).length, 2);
    assert.deepEqual(idsIn(await pageOf()), ["other", "three"]);
    const again = await jobOf(ask, await press(text, "/dead/drop", "Drop 2 dead events for good"));
    assert.match(again.join(), /failed.*no dead event of github\/push fits in its DLQ/);
    assert.deepEqual(await counts(), [0, 2]);
  });

  it("keeps markup text in every field that a provider can fill", async () => {
    await bury(markup, 1, `Error: ${markup}`, { tenant: markup, type: markup });
    const filter = { id: markup, tenant: markup, reason: markup };
    const fits = new URLSearchParams({ processor: "github/push", ...filter });
    const fitsNot = new URLSearchParams({ processor: "github/push", ...filter, type: markup.slice(1) });
    const unknown = new URLSearchParams({ processor: markup });
    for (const path of [`/dead?${fits}`, `/dead/drop?${fits}`, `/dead?${fitsNot}`, `/dead?${unknown}`]) {
      const { text } = await ask(path);
      assert.doesNotMatch(text, /<img|<script>|onerror=alert\(1\)>/, path);
      assert.match(text, /&lt;script&gt;/, path);
    }
    assert.equal(idsIn((await ask(`/dead?${fits}`)).text).length, 1);
  });

  it("has no button where the page is read-only, and takes no form", async () => {
    await bury("one", 1);
    const { text } = await readOnly("/dead?processor=github/push");
    assert.deepEqual(idsIn(text), ["one"]);
    assert.doesNotMatch(text, /method="post"|Redrive<|Drop…/);
    assert.doesNotMatch((await readOnly("/dead/drop?processor=github/push")).text, /method="post"/);
    const writable = await pageOf();
    for (const path of ["/dead/redrive", "/dead/save", "/dead/drop"]) {
      const { status, text: says } = await readOnly.post(path, writable, { processor: "github/push" });
      assert.deepEqual([status, says], [403, "This page is read-only\n"], path);
    }
    assert.deepEqual(await counts(), [0, 1]);
  });

  it("refuses a processor, a time and a folder that cannot be, and redrives nothing", async () => {
    await bury("one", 1);
    const wrong = async (path: string, fields: Record<string, string>) => {
      const { status, text } = await ask.post(path, await pageOf(), fields);
      assert.equal(status, 400, path);
      return text;
    };
    assert.match(
      await wrong("/dead/redrive", { processor: "github/pull" }),
      /Cannot find github\/pull.*there is github\/push/,
    );
    assert.match(await wrong("/dead/redrive", {}), /processor takes &lt;source&gt;\/&lt;type&gt;, received none/);
    assert.match(
      await wrong("/dead/redrive", { processor: "github/push", since: "x" }),
      /since takes .*received &quot;x&quot;/,
    );
    assert.match(await wrong("/dead/save", { processor: "github/push", at: "../.." }), /at takes a time.*received/);
    assert.match(await wrong("/dead/drop", { processor: "github/push", at: "" }), /letters takes .* received none/);
    assert.equal((await ask("/dead?processor=github/pull")).status, 400);
    assert.equal((await ask("/dead?processor=github/push&since=1h&until=2h")).status, 400);
    assert.deepEqual(await counts(), [0, 1]);
  });
});
