import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { GetQueueAttributesCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { StageConfig } from "../../infra/stage-config.ts";
import { clientFor } from "../../local/aws/endpoint.ts";
import { banner } from "../../local/banner.ts";
import { formatLine, type LocalLine } from "../../local/lines.ts";
import { readLocalRun } from "../../local/local-run.ts";
import { runLocal } from "../../local/run-local.ts";
import type { LocalStack } from "../../local/run-stack.ts";
import { send } from "../../operate/cli/send.ts";

// Children of the local run connect to this machine alone, too.
process.env.HOOKLINE_CHILD_IMPORT = fileURLToPath(new URL("../only-loopback.js", import.meta.url));

/** `.ci/run` runs this file a second time with the functions on the Deno layer. */
const runtime: Partial<StageConfig> =
  process.env.HOOKLINE_TEST_RUNTIME === "deno"
    ? { runtime: "deno", architecture: process.arch === "arm64" ? "arm64" : "x86_64" }
    : {};

const folder = mkdtempSync(join(tmpdir(), "hookline-"));
const events = join(folder, "events");
const reports: LocalLine[] = [];
const waiting = new Set<() => void>();
let stack: LocalStack;

/** Every line of the run that holds all of these words. */
function lines(...words: readonly string[]): readonly string[] {
  return reports.map((report) => formatLine(report)).filter((line) => words.every((word) => line.includes(word)));
}

/** Resolves once so many lines hold the words. */
async function until(count: number, ...words: readonly string[]): Promise<readonly string[]> {
  const deadline = AbortSignal.timeout(120_000);
  while (lines(...words).length < count) {
    assert.ok(
      !deadline.aborted,
      `waited 2 minutes for ${count} lines with ${words.join(" ")}, saw\n${lines().join("\n")}`,
    );
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, 1000);
      waiting.add(done);
    });
  }
  return lines(...words);
}

async function sendTo(
  ...args: readonly string[]
): Promise<{ readonly code: number; readonly printed: readonly string[] }> {
  const printed: string[] = [];
  const code = await send(args, (line) => printed.push(line), folder);
  return { code, printed };
}

async function records(): Promise<number> {
  const client = new DynamoDBClient(clientFor(stack.run.endpoints.dynamodb, stack.run.accessKeyId));
  const { Count = 0 } = await client.send(new ScanCommand({ TableName: stack.run.table, Select: "COUNT" }));
  client.destroy();
  return Count;
}

/** The fixtures' event files in a folder of the test's own, so that it can save over them. */
function copyEvents(): void {
  const core = new URL("../../lambdas/core/processing/processor.ts", import.meta.url).pathname;
  const fixtures = new URL("../fixtures/events/", import.meta.url);
  for (const source of readdirSync(fixtures)) {
    mkdirSync(join(events, source), { recursive: true });
    for (const name of readdirSync(new URL(source, fixtures))) {
      const text = readFileSync(new URL(`${source}/${name}`, fixtures), "utf8");
      writeFileSync(join(events, source, name), text.replace("../../../../lambdas/core/processing/processor.ts", core));
    }
  }
}

/** The hex HMAC-SHA256 of a file, by a program that is not ours. */
function signByHand(secret: string, file: string): string {
  const printed: string = execFileSync("openssl", ["dgst", "-sha256", "-hmac", secret, file], { encoding: "utf8" });
  return printed.trim().split("= ")[1] ?? "";
}

/** How many copies lie in the queue of pushes, those under way included. */
async function queued(): Promise<number> {
  const sqs = new SQSClient({
    ...clientFor(stack.run.endpoints.sqs, stack.run.accessKeyId),
    useQueueUrlAsEndpoint: false,
  });
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: stack.run.sources.github?.queues.push?.queue, AttributeNames: ["All"] }),
  );
  sqs.destroy();
  const { ApproximateNumberOfMessages, ApproximateNumberOfMessagesNotVisible, ApproximateNumberOfMessagesDelayed } =
    Attributes;
  const counts = [
    ApproximateNumberOfMessages,
    ApproximateNumberOfMessagesNotVisible,
    ApproximateNumberOfMessagesDelayed,
  ];
  return counts.map(Number).reduce((sum, count) => sum + count);
}

describe("one webhook, all the way through the synthesized stack", () => {
  before(async () => {
    const log = (report: LocalLine) => {
      reports.push(report);
      for (const wake of waiting) wake();
    };
    copyEvents();
    stack = await runLocal({ port: 0, events, folder, log, config: runtime });
  });
  after(async () => {
    const pids = Object.values(stack.pids()).flat();
    await stack.close();
    assert.ok(pids.length > 0);
    for (const pid of pids)
      assert.throws(() => process.kill(pid, 0), { code: "ESRCH" }, `process ${pid} is left behind`);
    assert.equal(existsSync(join(folder, "local.json")), false);
    rmSync(folder, { recursive: true, force: true });
  });

  it("says where it runs in a file that its owner alone can read", () => {
    assert.equal(readLocalRun(folder)?.functionUrl, stack.run.functionUrl);
    assert.equal(statSync(join(folder, "local.json")).mode & 0o777, 0o600);
    assert.match(stack.run.functionUrl, /^http:\/\/127\.0\.0\.1:\d+$/);
  });

  it("accepts a delivery, runs its processor, and logs a line of the delivery and one of the run", async () => {
    const { code, printed } = await sendTo("github/push", "--id", "first");
    assert.deepEqual({ code, printed }, { code: 0, printed: ["200 accepted first"] });
    await until(1, "process", "first", "done");
    assert.equal(lines("dedupe", "first", "new").length, 1);
    assert.equal(lines("run ", "first", "ran").length, 1);
    assert.equal(lines("first").filter((line) => /verified|enqueued/.test(line)).length, 0, "details");
  });

  it("has one trace from the delivery to the processor's own lines, and writes the figures of both functions", () => {
    const written = reports.flatMap((report) =>
      report.from === "lambda" && report.line.kind === "stdout" ? [JSON.parse(report.line.text)] : [],
    );
    const own = written.filter(({ id }) => id === "first");
    assert.deepEqual([...new Set(own.map(({ step }) => step))].sort(), ["dedupe", "process", "run"]);
    assert.match(own[0]?.trace, /^1-[0-9a-f]{8}-[0-9a-f]{24}$/);
    assert.equal(new Set(own.map(({ trace }) => trace)).size, 1);
    const figures = written.filter(({ _aws }) => _aws !== undefined);
    assert.ok(written.some(({ init }) => Number.isInteger(init) && init > 0));
    assert.equal(figures.find(({ Accepted }) => Accepted !== undefined)?.Source, "github");
    assert.ok(figures.some(({ ItemsDone, Stage }) => ItemsDone === 1 && Stage === "dev"));
  });

  it("answers the same event again as a duplicate and does not run it again", async () => {
    const { code, printed } = await sendTo("github/push", "--id", "first");
    assert.deepEqual({ code, printed }, { code: 0, printed: ["200 duplicate first"] });
    await sendTo("github/push", "--id", "second");
    await until(1, "process", "second", "done");
    assert.equal(lines("run", "first", "ran").length, 1);
  });

  it("runs an event once that is delivered 50 times at once", async () => {
    const { code, printed } = await sendTo("github/push", "--id", "fifty", "--times", "50", "--concurrency", "50");
    assert.equal(code, 0);
    const [accepted, duplicate, times = "", ...more] = printed.toSorted();
    assert.deepEqual([accepted, duplicate, more], ["200 accepted fifty", "200 duplicate fifty (49 times)", []]);
    assert.match(times, /^50 deliveries in /);
    await until(1, "process", "fifty", "done");
    await sendTo("github/push", "--id", "behind-fifty");
    await until(1, "process", "behind-fifty", "done");
    assert.equal(lines("run", "fifty", "ran", "attempt=1").filter((line) => !line.includes("behind")).length, 1);
  });

  it("refuses a delivery that was tampered with, and touches neither table nor queue", async () => {
    // What was done is deleted from its queue a moment later.
    const deadline = Date.now() + 60_000;
    while ((await queued()) > 0 && Date.now() < deadline);
    const kept = await records();
    const { code, printed } = await sendTo("github/push", "--id", "tampered", "--tamper");
    assert.deepEqual({ code, printed }, { code: 1, printed: ["401 signature-wrong tampered"] });
    assert.equal(await records(), kept);
    assert.equal(await queued(), 0);
    assert.equal(lines("tampered").length, 0);
  });

  it("accepts a push signed by hand with openssl, by the function URL and by the HTTP API", async () => {
    const source = stack.run.sources.github;
    assert.ok(source);
    for (const [id, url] of [
      ["by-url", source.url],
      ["by-api", `${stack.run.apiUrl}/github`],
    ] as const) {
      const file = join(folder, "body.json");
      writeFileSync(file, `{"zen":"Anything added dilutes everything else. ${id} ✓"}\r\n`);
      const signature = signByHand(source.secret, file);
      const headers = {
        "content-type": "application/json",
        "x-github-event": "push",
        "x-github-delivery": id,
        "x-hub-signature-256": `sha256=${signature}`,
      };
      const response: Response = await fetch(url, { method: "POST", headers, body: readFileSync(file) });
      assert.deepEqual(await response.json(), { received: true, outcome: "accepted", id });
      await until(1, "process", id, "done");
    }
  });

  it("answers 404 for a source that it does not know, 405 for GET, and 200 ignored for a type without a file", async () => {
    assert.equal((await fetch(`${stack.run.functionUrl}/nobody`, { method: "POST", body: "{}" })).status, 404);
    assert.equal((await fetch(stack.run.sources.github?.url ?? "")).status, 405);
    const body = join(folder, "star.json");
    writeFileSync(body, "{}");
    const { printed } = await sendTo("github/star", "--id", "star", "--body-file", body);
    assert.deepEqual(printed, ["200 ignored star"]);
  });

  it("takes a body of 2 MB by way of the bucket, to the byte, and answers 413 for 7 MB", async () => {
    const body = join(folder, "large.json");
    const large = (bytes: number) => {
      const text = `{"id":"large","type":"invoice.paid","note":"\u00e9"}`;
      writeFileSync(body, text.padEnd(bytes - 1, " "));
      return sendTo("stripe/invoice.paid", "--id", "large", "--body-file", body);
    };
    assert.deepEqual(await large(2_000_000), { code: 0, printed: ["200 accepted large"] });
    await until(1, "run", "large", "ran", "bytes=2000000");
    await until(1, "process", "stripe/invoice.paid", "large", "done");
    const s3 = new S3Client(clientFor(stack.run.endpoints.s3, stack.run.accessKeyId));
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: stack.run.bucket }));
    s3.destroy();
    assert.deepEqual(
      Contents.filter(({ Key }) => !Key?.startsWith("archive/")).map(({ Key, Size }) => {
        return [Key?.startsWith("claims/stripe/"), Size];
      }),
      [[true, 2_000_000]],
    );
    const { code, printed } = await large(7_000_000);
    assert.deepEqual({ code, printed }, { code: 1, printed: ["413 answered large"] });
  });

  it("sends an event to every processor whose types match, and to _other only where none does", async () => {
    const body = join(folder, "other.json");
    const deliver = async (type: string) => {
      writeFileSync(body, JSON.stringify({ id: type, type }));
      assert.deepEqual((await sendTo(`stripe/${type}`, "--id", type, "--body-file", body)).printed, [
        `200 accepted ${type}`,
      ]);
      return async (...processors: readonly string[]) => {
        for (const name of processors) await until(1, "run ", `${name} ${type} `);
        assert.equal(lines("run ", ` ${type} `).length, processors.length);
      };
    };
    await (await deliver("invoice.payment_failed"))("stripe/invoice.paid", "stripe/audit");
    await (await deliver("invoice.voided"))("stripe/audit");
    await (await deliver("customer.created"))("stripe/_other");
  });

  it("retries a processor that throws, then leaves the event in the DLQ and raises the alarm", async () => {
    const body = join(folder, "issue.json");
    writeFileSync(body, '{"action":"opened"}');
    const { printed } = await sendTo("github/issues", "--id", "failing", "--body-file", body);
    assert.deepEqual(printed, ["200 accepted failing"]);
    await until(1, "ALARM", "hookline-dlq-dev-github-issues", "Nobody is harmed");
    assert.equal(lines("process", "failing", "failed", "attempt=1").length, 1);
    assert.equal(lines("process", "failing", "dead", "attempt=2", "The tracker refuses").length, 1);

    const sqs = new SQSClient({
      ...clientFor(stack.run.endpoints.sqs, stack.run.accessKeyId),
      useQueueUrlAsEndpoint: false,
    });
    const QueueUrl = stack.run.sources.github?.queues.issues?.dlq;
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }));
    sqs.destroy();
    assert.deepEqual(
      Messages.map((found) => JSON.parse(found.Body ?? "").id),
      ["failing"],
    );
  });

  it("serves the provider's resend after a final failure", async () => {
    const { printed } = await sendTo("github/issues", "--id", "failing", "--body-file", join(folder, "issue.json"));
    assert.deepEqual(printed, ["200 accepted failing"]);
    await until(2, "process", "failing", "dead");
  });

  it("rebuilds the processor of an event file that is saved, and says so", async () => {
    const file = join(events, "github", "push.ts");
    writeFileSync(file, readFileSync(file, "utf8").replace('"ran"', '"ran anew"'));
    await until(1, "rebuilt github/push");
    await sendTo("github/push", "--id", "after-saving");
    await until(1, "run", "after-saving", "ran anew");
  });

  it("continues after every function's process was killed", async () => {
    // Nothing is running now: killing a warm environment must cost nothing but a new one.
    for (const pid of Object.values(stack.pids()).flat()) {
      process.kill(pid, "SIGKILL");
      await until(1, `pid ${pid}: exit`);
    }
    const { printed } = await sendTo("github/push", "--id", "after-kill");
    assert.deepEqual(printed, ["200 accepted after-kill"]);
    await until(1, "process", "after-kill", "done");
  });

  it("prints the block that docs/local.md shows", () => {
    const page = readFileSync(new URL("../../docs/local.md", import.meta.url), "utf8");
    const shown = /```text\n(Hookline runs the stack[\s\S]*?)```/.exec(page)?.[1];
    const github = {
      provider: "github",
      url: "http://127.0.0.1:8787/github",
      secret: "9f2c…",
      queues: { push: { queue: "", dlq: "" } },
    };
    const run = { ...stack.run, apiUrl: "http://127.0.0.1:8788", sources: { github } };
    assert.equal(banner(run, "Hookline-dev", () => []).trimEnd(), shown?.trimEnd());
  });

  it("logs no secret and no body", () => {
    const secret = stack.run.sources.github?.secret ?? "";
    assert.ok(secret.length > 20);
    assert.equal(
      lines().some((line) => line.includes(secret) || line.includes("Anything added dilutes")),
      false,
    );
  });
});
