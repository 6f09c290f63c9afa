import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { clientFor } from "../../local/aws/endpoint.ts";
import type { LocalLine } from "../../local/lines.ts";
import { runLocal } from "../../local/run-local.ts";
import type { LocalStack } from "../../local/run-stack.ts";
import { send } from "../../operate/cli/send.ts";

const folder = mkdtempSync(join(tmpdir(), "hookline-spill-"));
const lines: string[] = [];
let stack: LocalStack;
let told = () => {};

async function post(event: string, id: string): Promise<string> {
  const printed: string[] = [];
  await send([event, "--id", id], (line) => printed.push(line), folder);
  return printed.join("\n").slice(0, 3);
}

async function spilled(): Promise<readonly string[]> {
  const client = new S3Client(clientFor(stack.run.endpoints.s3, stack.run.accessKeyId));
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: stack.run.bucket, Prefix: "spill/" }));
  client.destroy();
  return Contents.map(({ Key = "" }) => Key);
}

const linesOf = (text: string, id: string) =>
  lines.filter((line) => line.includes(`"text":"${text}"`) && line.includes(`"${id}"`));

async function seen(text: string, id: string): Promise<void> {
  const deadline = AbortSignal.timeout(120_000);
  while (linesOf(text, id).length === 0) {
    await new Promise<void>((resolve, reject) => {
      told = resolve;
      deadline.addEventListener("abort", () =>
        reject(new Error(`waited 2 minutes for ${text} ${id}, saw\n${lines.slice(-20).join("\n")}`)),
      );
    });
  }
}

describe("a source", () => {
  before(async () => {
    const events = fileURLToPath(new URL("../fixtures/events", import.meta.url));
    const log = (report: LocalLine) => {
      if (report.from === "lambda") lines.push(report.line.text);
      told();
    };
    const config = { sources: { stripe: { spill: false } } };
    stack = await runLocal({ port: 0, events, folder, config, log });
  });

  after(async () => {
    await stack?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("answers 200 while the queues are away, the archive's among them, and its events run once a drain has brought them", async () => {
    assert.equal(await post("github/push", "before"), "200");
    await seen("done", "before");
    const back = await stack.queuesAway("fails");
    assert.equal(await post("github/push", "during"), "200");
    assert.equal(await post("github/push", "during"), "200");
    assert.equal(linesOf("spilled", "during").length, 2);
    assert.equal(linesOf("duplicate", "during").length, 1);
    assert.deepEqual(
      (await spilled()).map((key) => key.split("/").slice(0, 2).join("/")),
      ["spill/archive", "spill/github-push"],
    );
    await stack.runSchedules();
    assert.equal((await spilled()).length, 2);
    await back();
    await stack.runSchedules();
    assert.deepEqual(await spilled(), []);
    await seen("done", "during");
    assert.equal(linesOf("done", "during").length, 1);
    await seen("archived", "archive");
  });

  it("answers 503 where its stage says that it does not spill", async () => {
    const back = await stack.queuesAway("fails");
    assert.equal(await post("stripe/invoice.paid", "other"), "503");
    await back();
    assert.deepEqual(await spilled(), []);
  });
});
