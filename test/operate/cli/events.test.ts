import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, before, describe, it } from "node:test";
import { type AttributeValue, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { CreateQueueCommand, SQSClient } from "@aws-sdk/client-sqs";
import { createSpill } from "../../../lambdas/aws/s3/spill.ts";
import { fromEnvelope, toEnvelope } from "../../../lambdas/core/events/envelope.ts";
import { clientFor } from "../../../local/aws/endpoint.ts";
import { writeLocalRun } from "../../../local/local-run.ts";
import { openMappings } from "../../../local/mapping/mappings-endpoint.ts";
import { events } from "../../../operate/cli/events.ts";
import { replay } from "../../../operate/cli/replay.ts";
import { run as runCommand } from "../../../operate/cli/run.ts";
import { lacking } from "../../shipped-event.ts";
import { Bucket, pushed, startArchive, TableName } from "../events/archive-fixture.ts";
import { deployed, fakeAws, localRun } from "../stage-fixture.ts";

const folder = mkdtempSync(join(tmpdir(), "hookline-events-"));
const arn = (queue: string) => `arn:aws:sqs:us-east-1:000000000000:hookline-dev-${queue}`;
const minute = 60_000;
const now = Date.now();

describe("events", () => {
  let archive: Awaited<ReturnType<typeof startArchive>>;
  let mappings: Awaited<ReturnType<typeof openMappings>>;

  async function run(...args: readonly string[]) {
    const printed: string[] = [];
    const code = await events(args, (line) => printed.push(line), { folder });
    if (!args.includes("--json")) assert.equal(printed.shift(), "Stage dev in the local run");
    return { code, printed };
  }

  async function record(pk: string, fields: Record<string, AttributeValue>): Promise<void> {
    const ex = { N: String(Math.floor(now / 1000) + 3600) };
    await archive.dynamoDb.send(new PutItemCommand({ TableName, Item: { pk: { S: pk }, ex, ...fields } }));
  }

  before(async () => {
    archive = await startArchive();
    const { accessKeyId, endpoints } = archive.standIns;
    const mapping = { pause: async () => {}, resume: () => {} };
    const all = ["github-push", "github-pause", "stripe-paid"].map((queue) => ({
      queueArn: arn(queue),
      functionArn: "",
      mapping,
    }));
    mappings = await openMappings(all, accessKeyId);
    const provided = (provider: string) => ({ provider, url: "http://127.0.0.1:1", secret: "s", queues: {} });
    writeLocalRun(
      localRun({
        ...{ accessKeyId, endpoints, lambda: mappings.url, table: TableName, bucket: Bucket },
        sources: { github: provided("github"), stripe: provided("stripe") },
        events: [deployed("github/push"), deployed("stripe/invoice.paid")],
      }),
      folder,
    );
    const spilled = pushed("spilled", now - 5 * minute);
    await archive.write([
      pushed("done", now - 1 * minute),
      pushed("dead", now - 2 * minute),
      pushed("queued", now - 3 * minute),
      pushed("ignored", now - 4 * minute, { type: "star", queues: [] }),
      spilled,
      pushed("removed", now - 6 * minute, { type: "gone", queues: ["github-gone"] }),
      pushed("back-filled", now - 7 * minute, { queues: [] }),
    ]);
    const key = (id: string) => `ev#github/push#github#v1#id=${id}`;
    await record(key("done"), { st: { S: "done" }, n: { N: "1" } });
    await record(key("dead"), {
      st: { S: "failed" },
      n: { N: "14" },
      nx: { N: "0" },
      le: { S: "Error: no route\nat f (a.ts:1:1)" },
    });
    await record(key("back-filled"), { st: { S: "done" }, n: { N: "1" } });
    await createSpill(Bucket, async () => archive.s3).put("github-push", spilled);
  });
  after(async () => {
    await mappings?.close();
    await archive?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("list has each event with its state, newest first", async () => {
    const { code, printed } = await run("list");
    assert.equal(code, 0);
    assert.deepEqual(
      printed.map((line) => line.split(/ {2,}/).slice(1)),
      [
        ["done", "github/push", "done"],
        ["dead", "github/push", "dead", "Error: no route"],
        ["queued", "github/push", "queued"],
        ["ignored", "github/star", "ignored"],
        ["spilled", "github/push", "spilled"],
        ["queued", "github/gone", "removed"],
        ["done", "github/push", "back-filled"],
      ],
    );
  });

  it("list filters by state, range and number", async () => {
    const ids = async (...args: readonly string[]) => {
      const { printed } = await run("list", "--json", ...args);
      return printed.map((line) => JSON.parse(line).id);
    };
    assert.deepEqual(await ids("--state", "dead"), ["dead"]);
    assert.deepEqual(await ids("--state", "ignored"), ["ignored"]);
    assert.deepEqual(await ids("--limit", "2"), ["done", "dead"]);
    assert.deepEqual(await ids("--since", new Date(now - 3 * minute).toISOString()), ["done", "dead", "queued"]);
    assert.deepEqual(await ids("--until", new Date(now - 6 * minute).toISOString()), ["back-filled"]);
    assert.deepEqual(await ids("--type", "st*"), ["ignored"]);
  });

  it("list finds the events of a trace, as logs have it, and replay takes no others", async () => {
    const trace = "1-5759e988-bd862e3fe1be46a994272793";
    const parts = `Root=${trace};Parent=53995c3f42cd8ad8;Sampled=1`;
    const both = ["traced", "too"].map((id) => pushed(id, now - 9 * minute, { queues: [] }));
    await archive.write(both, undefined, parts);
    const { printed } = await run("list", "--id", trace);
    assert.deepEqual(printed.map((line) => line.split("  ")[3]).sort(), ["too", "traced"]);
    const [json = ""] = (await run("list", "--id", trace, "--json")).printed;
    assert.equal(JSON.parse(json).trace, trace);
    assert.match((await run("get", "--id", "traced")).printed.join("\n"), new RegExp(`^trace {5}${trace}$`, "m"));
    const lines: string[] = [];
    const to = ["--to", "github/push", "--id", trace, "--dry-run"];
    await replay(to, (line) => lines.push(line), { folder });
    assert.match(lines.join("\n"), /2 to send/);
  });

  it("say where there is none whether the stage archives any", async () => {
    const without = await run("list", "--source", "stripe");
    assert.match(
      without.printed.join("\n"),
      /^no such event .*, and the stage archives none: its setting is `archive: false`$/,
    );
    const { accessKeyId, endpoints } = archive.standIns;
    const sqs = new SQSClient({ ...clientFor(endpoints.sqs, accessKeyId), useQueueUrlAsEndpoint: false });
    await sqs.send(new CreateQueueCommand({ QueueName: "hookline-dev-archive" }));
    sqs.destroy();
    const { code, printed } = await run("list", "--source", "stripe");
    assert.equal(code, 0);
    assert.match(printed.join("\n"), /^no such event was received from .* to .*; give an earlier --since$/);
  });

  it("tells of a paused processor", async () => {
    const { LambdaClient, ListEventSourceMappingsCommand, UpdateEventSourceMappingCommand } = await import(
      "@aws-sdk/client-lambda"
    );
    const { clientFor } = await import("../../../local/aws/endpoint.ts");
    const lambda = new LambdaClient(clientFor(mappings.url, archive.standIns.accessKeyId));
    const asked = new ListEventSourceMappingsCommand({ EventSourceArn: arn("github-push") });
    const UUID = (await lambda.send(asked)).EventSourceMappings?.[0]?.UUID;
    await lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: false }));
    try {
      const { printed } = await run("list", "--json", "--state", "paused");
      assert.deepEqual(
        printed.map((line) => JSON.parse(line).id),
        ["queued"],
      );
    } finally {
      await lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: true }));
      lambda.destroy();
    }
  });

  it("has the documented fields as JSON", async () => {
    const { printed } = await run("list", "--json", "--id", "dead");
    const [{ received, object, ...told }] = printed.map((line) => JSON.parse(line));
    assert.equal(received, new Date(now - 2 * minute).toISOString());
    assert.match(object, /^archive\/.*\.jsonl\.gz$/);
    assert.deepEqual(told, {
      id: "dead",
      source: "github",
      type: "push",
      state: "dead",
      processors: [
        { processor: "github/push", state: "dead", attempts: 14, reason: "Error: no route", stack: "at f (a.ts:1:1)" },
      ],
      key: "v1#id=dead",
    });
  });

  it("get shows what is known, and the payload masked unless all of it is wanted", async () => {
    const { code, printed } = await run("get", "--id", "dead");
    const text = printed.join("\n");
    assert.equal(code, 0);
    assert.match(text, /^state {5}dead$/m);
    assert.match(text, /^ {2}github\/push: dead, 14 attempts, Error: no route\n {4}at f \(a\.ts:1:1\)$/m);
    assert.match(text, /"secret": "<text of 14>"/);
    assert.doesNotMatch(text, /secret of dead/);
    assert.match((await run("get", "--id", "dead", "--payload")).printed.join("\n"), /"secret":"secret of dead"/);
    const none = await run("get", "--id", "nobody");
    assert.equal(none.code, 1);
    assert.match(none.printed.join("\n"), /^no event with the id nobody was received from /);
  });

  it("get saves the envelope as it was, and the body, for their owner alone", async () => {
    const file = join(folder, "saved.json");
    await run("get", "--id", "queued", "--save", file);
    assert.deepEqual(fromEnvelope(readFileSync(file, "utf8")), pushed("queued", now - 3 * minute));
    assert.equal(readFileSync(`${file}.body`, "utf8"), '{"id":"queued","secret":"secret of queued"}');
    for (const one of [file, `${file}.body`]) assert.equal(statSync(one).mode & 0o777, 0o600);
  });

  it("get saves a test of the event's processor, for its owner alone, and none of an ignored event", async () => {
    const file = join(folder, "push.test.ts");
    const { code, printed } = await run("get", "--id", "queued", "--save-test", file);
    assert.equal(code, 0);
    assert.match(
      printed.at(-1) ?? "",
      /^saved a test into .*push\.test\.ts; it stands beside the event files of github/,
    );
    assert.match(readFileSync(file, "utf8"), /^import processor from "\.\/push\.ts";$/m);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    await assert.rejects(run("get", "--id", "ignored", "--save-test", join(folder, "no.test.ts")), {
      message: "Cannot write a test of ignored: no event file wanted the event",
    });
    assert.equal(existsSync(join(folder, "no.test.ts")), false);
  });

  it("get finds an event before the range where a record tells its hour, also one whose body lies apart", async () => {
    const received = now - 20 * 86_400_000;
    const key = "v1#id=evt_old#type=invoice.paid";
    const { body: _, ...event } = pushed("evt_old", received, {
      source: "stripe",
      type: "invoice.paid",
      key,
      queues: ["stripe-invoice.paid"],
    });
    const deposited = toEnvelope({ ...event, deposit: "claims/stripe/hash" });
    await archive.put("claims/stripe/hash", '{"large":"yes"}');
    await archive.write([], [deposited]);
    assert.equal((await run("get", "--id", "evt_old")).code, 1);
    await record(`in#stripe#${key}`, {
      st: { S: "e" },
      at: { N: String(received - 3 * 3_600_000) },
      sa: { N: String(received) },
    });
    const { code, printed } = await run("get", "--id", "evt_old", "--payload");
    assert.equal(code, 0);
    assert.match(printed.join("\n"), /^body {6}claims\/stripe\/hash$/m);
    assert.match(printed.join("\n"), /"large":"yes"/);
    assert.equal(fromEnvelope(deposited)?.id, "evt_old");
  });

  it("has run take one of them by its id", { skip: lacking("github/push") }, async () => {
    const sample = readFileSync(new URL("../../../lambdas/providers/samples/github/push.json", import.meta.url));
    await archive.write([pushed("sample", now - 8 * minute, { body: new Uint8Array(sample) })]);
    const printed: string[] = [];
    const outbox = process.env.EFFECTS_FOLDER;
    process.env.EFFECTS_FOLDER = folder;
    try {
      assert.equal(await runCommand(["github/push", "--id", "sample"], (line) => printed.push(line), { folder }), 0);
    } finally {
      if (outbox === undefined) delete process.env.EFFECTS_FOLDER;
      else process.env.EFFECTS_FOLDER = outbox;
    }
    assert.match(printed.join("\n"), /^info {2}pushed to the default branch .*\ndone in \d+ ms$/);
    await assert.rejects(
      runCommand(["github/push", "--id", "nobody"], () => {}, { folder }),
      { message: /^Cannot run event nobody: the archive has none of source github since .*; give an earlier --since$/ },
    );
    await assert.rejects(
      runCommand(["github/push", "--id", "a", "--event", "b"], () => {}),
      { name: "UsageError" },
    );
  });

  it("tail prints what comes, and ends", async () => {
    const printed: string[] = [];
    const seen = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<void>();
    const tailing = events(
      ["tail", "--json"],
      (line) => {
        printed.push(JSON.parse(line).id);
        seen.resolve();
      },
      { folder, ended: ended.promise },
    );
    let count = 0;
    const writing = (async () => {
      // What is written before the first look is not new.
      while (printed.length === 0) {
        await archive.write([pushed(`new-${count}`, Date.now())]);
        count += 1;
      }
    })();
    await seen.promise;
    ended.resolve();
    assert.equal(await tailing, 0);
    await writing;
    assert.match(printed[0] ?? "", /^new-\d+$/);
  });

  it("refuses what cannot be", async () => {
    for (const args of [
      ["get"],
      ["list", "--payload"],
      ["list", "--state", "ded"],
      ["list", "--limit", "0"],
      ["list", "--since", "yesterday"],
      ["list", "--since", "1h", "--until", "2h"],
    ]) {
      await assert.rejects(run(...args), { name: "UsageError" }, args.join(" "));
    }
  });

  it("says what to do where a stage was deployed before there was an archive", async () => {
    const stack = { stage: "prod", sources: {}, events: [], outputs: { TableName: "t" } };
    await assert.rejects(
      events(["list", "--stack", "Old"], () => {}, {
        awsClients: fakeAws(stack, { dynamodb: {}, lambda: {}, s3: {} }),
      }),
      { message: /stage prod was deployed before there was an archive; deploy it again$/ },
    );
  });
});
