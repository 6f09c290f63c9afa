import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { PutSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { canarySource } from "../../lambdas/aws/canary-source.ts";
import { clientFor } from "../../local/aws/endpoint.ts";
import type { LocalLine } from "../../local/lines.ts";
import { runLocal } from "../../local/run-local.ts";
import type { LocalStack } from "../../local/run-stack.ts";
import { send } from "../../operate/cli/send.ts";

const folder = mkdtempSync(join(tmpdir(), "hookline-canary-"));
const lines: LocalLine[] = [];
let stack: LocalStack;
let told = () => {};

/** The lines of the functions so far that have this text. */
const logged = (text: string) =>
  lines.flatMap((report) => (report.from === "lambda" && report.line.text.includes(text) ? [report.line.text] : []));

/** The schedules' functions that failed. */
const failures = () =>
  lines.flatMap((report) => (report.from === "run" && report.text.startsWith("schedule") ? [report.text] : []));

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise<void>((resolve) => (told = resolve));
}

const clientOf = (service: "s3" | "secretsmanager" | "sqs") =>
  clientFor(stack.run.endpoints[service], stack.run.accessKeyId);

/** The ids in the canary's queue. */
async function queued(): Promise<readonly string[]> {
  const client = new SQSClient({ ...clientOf("sqs"), useQueueUrlAsEndpoint: false });
  const QueueUrl = `${stack.run.endpoints.sqs}/000000000000/hookline-${stack.run.stage}-canary`;
  const { Messages = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
  client.destroy();
  return Messages.map(({ Body = "{}" }) => JSON.parse(Body).id);
}

async function archived(): Promise<readonly string[]> {
  const client = new S3Client(clientOf("s3"));
  const { Contents = [] } = await client.send(
    new ListObjectsV2Command({ Bucket: stack.run.bucket, Prefix: "archive/" }),
  );
  client.destroy();
  return Contents.map(({ Key = "" }) => Key);
}

describe("the canary of a local run", () => {
  before(async () => {
    const events = fileURLToPath(new URL("../fixtures/events", import.meta.url));
    const log = (report: LocalLine) => {
      lines.push(report);
      told();
    };
    stack = await runLocal({ port: 0, events, folder, log });
  });

  after(async () => {
    await stack?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("goes the whole way through both entrances, and leaves no trace in archive, figures and what the terminal shows", async () => {
    await stack.runSchedules();
    const ids = await queued();
    assert.equal(ids.length, 2, "one through each entrance");
    for (const id of ids) assert.match(id, /^canary_/);
    assert.equal(logged('"text":"new","step":"dedupe","source":"canary"').length, 2, "each has a line");
    assert.equal(logged('"text":"refused","step":"verify","source":"canary"').length, 2);
    // The event behind it is in the archive: what was before it would be, too.
    assert.equal(await send(["github/star"], () => {}, folder), 0);
    await until(() => logged('"text":"archived"').length > 0);
    assert.equal((await archived()).length, 1);
    assert.equal(logged('"text":"archived"').length, 1);
    assert.match(logged('"text":"archived"')[0] ?? "", /"events":1,/);
    for (const line of logged(`"source":"${canarySource}"`)) assert.doesNotMatch(line, /CloudWatchMetrics/);
    assert.match(logged('"text":"ignored"')[0] ?? "", /CloudWatchMetrics/, "those of others have figures");
    const shown = lines.flatMap((report) => (report.from === "delivery" ? [report.delivery.source] : []));
    assert.deepEqual(shown, ["github"]);
    assert.deepEqual(failures(), []);
  });

  it("fails where its queue takes nothing: its events never wait in the bucket, as others do", async () => {
    const back = await stack.queuesAway("fails");
    try {
      await stack.runSchedules();
    } finally {
      await back();
    }
    assert.match(failures()[0] ?? "", /^schedule of \S*Canary\S*: Error$/);
    assert.deepEqual(logged('"text":"spilled"'), []);
  });

  it("fails once the stage takes its deliveries no more", async () => {
    const before = failures().length;
    const client = new SecretsManagerClient(clientOf("secretsmanager"));
    const SecretId = `hookline/${stack.run.stage}/${canarySource}`;
    await client.send(new PutSecretValueCommand({ SecretId, SecretString: "{" }));
    client.destroy();
    await stack.runSchedules();
    assert.match(logged('"step":"canary"').at(-1) ?? "", /wrong answer/);
    const [failed, ...more] = failures().slice(before);
    assert.deepEqual(more, []);
    assert.match(failed ?? "", /^schedule of \S*Canary\S*: Error$/);
  });
});
