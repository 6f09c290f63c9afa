import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { clientFor } from "../../local/aws/endpoint.ts";
import { formatLine } from "../../local/lines.ts";
import { type LocalRun, readLocalRun } from "../../local/local-run.ts";
import { runLocal } from "../../local/run-local.ts";
import type { LocalStack } from "../../local/run-stack.ts";
import { dlq } from "../../operate/cli/dlq.ts";
import { send } from "../../operate/cli/send.ts";

process.env.HOOKLINE_CHILD_IMPORT = fileURLToPath(new URL("../only-loopback.js", import.meta.url));

const folder = mkdtempSync(join(tmpdir(), "hookline-keep-"));
const events = join(folder, "events");
const object = { Bucket: "bodies", Key: "large" };

function writeEvent(name: string, fixture: string): void {
  const path = join(events, `${name}.ts`);
  mkdirSync(join(path, ".."), { recursive: true });
  const text = readFileSync(new URL(`../fixtures/events/github/${fixture}.ts`, import.meta.url), "utf8");
  const core = new URL("../../lambdas/core/processing/processor.ts", import.meta.url).pathname;
  writeFileSync(path, text.replace("../../../../lambdas/core/processing/processor.ts", core));
}

/** A run in a process of its own; `line` resolves with the first line, printed or to come, that holds the words. */
function spawnRun(): { readonly child: ChildProcess; line(...words: readonly string[]): Promise<string> } {
  const program = fileURLToPath(new URL("kept-run.ts", import.meta.url));
  const runner = "Deno" in globalThis ? ["run", "-A", "--no-check"] : [];
  const child = spawn(process.execPath, [...runner, program, folder, events], { stdio: ["ignore", "pipe", "inherit"] });
  const printed: string[] = [];
  const reader = createInterface({ input: child.stdout });
  reader.on("line", (text) => printed.push(text));
  return {
    child,
    async line(...words) {
      for (;;) {
        const found = printed.find((text) => words.every((word) => text.includes(word)));
        if (found !== undefined) return found;
        await once(reader, "line", { signal: AbortSignal.timeout(120_000) });
      }
    },
  };
}

async function sent(...args: readonly string[]): Promise<readonly string[]> {
  const printed: string[] = [];
  await send(args, (line) => printed.push(line), folder);
  return printed;
}

async function deadEvents(): Promise<readonly string[]> {
  const printed: string[] = [];
  await dlq(["list"], (line) => printed.push(line), { folder });
  return printed.slice(1);
}

async function s3Of(run: LocalRun): Promise<S3Client> {
  return new S3Client({ ...clientFor(run.endpoints.s3, run.accessKeyId), forcePathStyle: true });
}

describe("a local run that keeps its state", () => {
  let killed: LocalRun | undefined;
  let stack: LocalStack | undefined;
  const seen: string[] = [];
  before(() => {
    writeEvent("github/push", "push");
    writeEvent("github/issues", "issues");
    writeFileSync(join(folder, "body.json"), '{"action":"opened"}');
  });
  after(async () => {
    await stack?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("locks its folder against a second one, and is killed", async () => {
    const { child, line } = spawnRun();
    await line("ready");
    killed = readLocalRun(folder);
    assert.ok(killed);
    assert.deepEqual(await sent("github/push", "--id", "first"), ["200 accepted first"]);
    await line("process", "first", "done");
    await sent("github/issues", "--id", "dead", "--body-file", join(folder, "body.json"));
    await line("ALARM", "github-issues");
    const s3 = await s3Of(killed);
    await s3.send(new CreateBucketCommand({ Bucket: object.Bucket }));
    await s3.send(new PutObjectCommand({ ...object, Body: "a large body" }));
    s3.destroy();

    const held = { message: new RegExp(`^Cannot start: the local run with pid ${child.pid} holds .*; stop it`) };
    for (const keep of [true, false]) await assert.rejects(runLocal({ port: 0, folder, events, keep, log() {} }), held);
    assert.deepEqual(readLocalRun(folder), killed, "local.json is still that of the first");
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
    await assert.rejects(deadEvents(), /no local run is on/);
  });

  it("is continued with its records, dead events, bodies and secrets, and gets a queue for a new event file", async () => {
    writeEvent("github/star", "push");
    const log = (report: Parameters<typeof formatLine>[0]) => seen.push(formatLine(report));
    stack = await runLocal({ port: 0, folder, events, keep: true, fastRetries: true, log });
    assert.equal(stack.run.sources.github?.secret, killed?.sources.github?.secret);
    assert.deepEqual(await sent("github/push", "--id", "first"), ["200 duplicate first"]);
    const [dead = "", ...more] = await deadEvents();
    assert.match(dead, /^github\/issues {2}dead {2}2 attempts {2}\d+ (?:s|min) ago {2}.*The tracker refuses$/);
    assert.deepEqual(more, []);
    const s3 = await s3Of(stack.run);
    const { Body } = await s3.send(new GetObjectCommand(object));
    assert.equal(await Body?.transformToString(), "a large body");
    s3.destroy();
    const body = join(folder, "body.json");
    assert.deepEqual(await sent("github/star", "--id", "new", "--body-file", body), ["200 accepted new"]);
    assert.ok(stack.run.sources.github?.queues.star);
  });

  it("keeps its files for their owner alone", { skip: process.platform === "win32" }, () => {
    assert.equal(statSync(join(folder, "kept")).mode & 0o777, 0o700);
    assert.equal(statSync(join(folder, "secrets", "secrets.json")).mode & 0o777, 0o600);
  });
});
