import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { GetObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { clientFor } from "../../local/aws/endpoint.ts";
import type { LocalLine } from "../../local/lines.ts";
import { runLocal } from "../../local/run-local.ts";
import type { LocalStack } from "../../local/run-stack.ts";
import { replay } from "../../operate/cli/replay.ts";
import { rollback } from "../../operate/cli/rollback.ts";
import { send } from "../../operate/cli/send.ts";
import { askFacts } from "../../operate/rollback/ask-facts.ts";

const folder = mkdtempSync(join(tmpdir(), "hookline-archive-"));
let stack: LocalStack;
let archivedEvents = 0;
let told = () => {};

/** The objects of the archive, by their keys. */
async function objects(): Promise<ReadonlyMap<string, Uint8Array>> {
  const client = new S3Client(clientFor(stack.run.endpoints.s3, stack.run.accessKeyId));
  const Bucket = stack.run.bucket;
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket, Prefix: "archive/" }));
  const read = Contents.map(async ({ Key = "" }) => {
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
    return [Key, (await Body?.transformToByteArray()) ?? new Uint8Array()] as const;
  });
  const found = new Map(await Promise.all(read));
  client.destroy();
  return found;
}

async function archived(events: number): Promise<void> {
  while (archivedEvents < events) await new Promise<void>((resolve) => (told = resolve));
}

describe("the archive of a local run", () => {
  before(async () => {
    const events = fileURLToPath(new URL("../fixtures/events", import.meta.url));
    const log = (report: LocalLine) => {
      if (report.from !== "lambda") return;
      archivedEvents += Number(/"text":"archived".*"events":(\d+)/.exec(report.line.text)?.[1] ?? 0);
      told();
    };
    stack = await runLocal({ port: 0, events, folder, log });
  });

  after(async () => {
    await stack?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("has every accepted event once, and every ignored one, and is read by the commands of docs/formats.md", async (t) => {
    const post = async (...given: readonly string[]) => {
      const printed: string[] = [];
      await send(given, (line) => printed.push(line), folder);
      return printed[0];
    };
    assert.equal(await post("github/push", "--id", "one"), "200 accepted one");
    assert.equal(await post("github/push", "--id", "one"), "200 duplicate one");
    assert.equal(await post("github/star", "--id", "two"), "200 ignored two");
    assert.match((await post("stripe/invoice.paid", "--id", "evt_3")) ?? "", /^200 accepted evt_3/);
    await archived(3);

    const found = [...(await objects())];
    for (const [key] of found) assert.match(key, /^archive\/\d{4}(\/\d\d){3}\/(\d\d-){4}[0-9a-f]{16}\.jsonl\.gz$/);
    const texts = found.map(([, body]) => gunzipSync(body).toString("utf8").trimEnd());
    const lines = texts.flatMap((text) => text.split("\n").map((line) => JSON.parse(line)));
    const facts = lines.filter(({ f }) => f === 1).map(({ id, queues }) => [id, queues]);
    assert.deepEqual(facts.sort(), [
      ["evt_3", ["stripe-audit", "stripe-invoice_paid"]],
      ["one", ["github-push"]],
      ["two", []],
    ]);
    const paid = lines.find(({ id, hooklinekey }) => hooklinekey !== undefined && id === "evt_3");
    assert.equal(JSON.parse(paid.body).type, "invoice.paid");

    try {
      execFileSync("sh", ["-c", "command -v zcat && command -v gzip && command -v jq"], { stdio: "ignore" });
    } catch {
      return t.diagnostic("zcat or jq is not here: the commands of the page are not run");
    }
    const files = found.map(([, body], index) => {
      const path = join(folder, `object-${index}.jsonl.gz`);
      writeFileSync(path, body);
      return path;
    });
    const page = readFileSync(new URL("../../docs/formats.md", import.meta.url), "utf8");
    const [, block = ""] = /## Archive[\s\S]*?```sh\n([\s\S]*?)```/.exec(page) ?? [];
    const commands = block
      .trim()
      .replaceAll("evt_1", "evt_3")
      .replaceAll("object.jsonl.gz", files.join(" "))
      .split("\n");
    const [listed = "", body = ""] = commands.map((command) =>
      execFileSync("sh", ["-c", command], { encoding: "utf8" }),
    );
    assert.equal(listed.trim().split("\n").length, 3);
    assert.equal(body.trimEnd(), paid.body);
  });

  it("is replayed by what the run's own verifier says that it routes; the run has one version of it", async () => {
    const ran = async (command: typeof replay | typeof rollback, ...args: readonly string[]) => {
      const printed: string[] = [];
      return { code: await command(args, (line) => printed.push(line), { folder }), said: printed.join("\n") };
    };
    const lambda = new LambdaClient({ ...clientFor(stack.run.lambda, stack.run.accessKeyId) });
    const { facts } = await askFacts(lambda, stack.run.verifier, "live").finally(() => lambda.destroy());
    assert.deepEqual([facts?.table, facts?.bucket, facts?.archive], [stack.run.table, stack.run.bucket, "archive"]);
    assert.deepEqual(
      facts?.routes.map(({ queue }) => queue),
      stack.run.events.map(({ queue }) => queue),
    );
    const { code, said } = await ran(replay, "--to", "github/push", "--mode", "again", "--dry-run");
    assert.equal(code, 0);
    assert.match(said, /^1 event received/m);
    assert.doesNotMatch(said, /does not say/);
    assert.match(
      (await ran(rollback)).said,
      /^Stage dev in the local run\n1 .* live.*\nIt has one version of the verifier/,
    );
    assert.match((await ran(rollback, "--to", "1", "--yes")).said, /^Version 1 answers already\.$/m);
    assert.equal(JSON.parse((await ran(rollback, "--json")).said).live, "1");
  });
});
