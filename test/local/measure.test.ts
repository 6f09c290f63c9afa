import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { runLocal } from "../../local/run-local.ts";
import type { LocalStack } from "../../local/run-stack.ts";
import { events } from "../../operate/cli/events.ts";
import { send } from "../../operate/cli/send.ts";

process.env.HOOKLINE_CHILD_IMPORT = fileURLToPath(new URL("../only-loopback.js", import.meta.url));

const path = (file: string) => fileURLToPath(new URL(`../../${file}`, import.meta.url));
const runtime = "Deno" in globalThis ? ["run", "-A", "--no-check"] : ["--import", path("infra/require-node.js")];
const folder = mkdtempSync(join(tmpdir(), "hookline-measured-"));
let stack: LocalStack;

/** Measures the run in a process of its own, as somebody would at a terminal. */
async function measured(...args: readonly string[]) {
  const env = { ...process.env, HOOKLINE_FOLDER: folder };
  return await new Promise<{ code: unknown; lines: readonly string[]; stderr: string }>((resolve) => {
    const words = [...runtime, path("operate/cli/hookline.ts"), "measure", ...args];
    execFile(process.execPath, words, { env, encoding: "utf8" }, (error, stdout, stderr) => {
      resolve({ code: error?.code ?? 0, lines: stdout.trimEnd().split("\n"), stderr });
    });
  });
}

describe("measure on a local run", () => {
  before(async () => {
    mkdirSync(join(folder, "events/github"), { recursive: true });
    const core = path("lambdas/core/processing/processor.ts");
    const text = `export default processor({ impact: "Harm" }, async () => {});\n`;
    writeFileSync(join(folder, "events/github/push.ts"), `import { processor } from ${JSON.stringify(core)};\n${text}`);
    stack = await runLocal({ port: 0, events: join(folder, "events"), folder, log: () => {} });
  });
  after(async () => {
    await stack.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("tells outcomes, times, and the starts of the environments that its first deliveries waited for", async () => {
    const { code, lines, stderr } = await measured("--events", "20", "--rate", "50");
    assert.equal(code, 0, stderr);
    assert.equal(lines[0], `Stage dev in the local run, ${stack.run.functionUrl}/canary`);
    assert.match(lines[1] ?? "", /^20 deliveries in \d+\.\d s, 50 a second were asked for$/);
    assert.equal(lines[2], "     20  200 accepted");
    assert.match(lines[3] ?? "", /^acknowledged within p50 \d+ ms, p95 \d+ ms, p99 \d+ ms, slowest \d+ ms$/);
    assert.match(
      lines.at(-1) ?? "",
      /^cold starts: \d+ deliver.* of an environment, which took \d+ ms to start in the median/,
    );
  });

  it("has each environment's start once: a second measurement finds warm ones", async () => {
    const first = JSON.parse((await measured("--events", "1", "--json")).lines.join(""));
    assert.deepEqual([first.acknowledged, first.starts], [1, { environments: 0 }]);
  });

  it("leaves nothing in the archive, whose other events are there", async () => {
    const list = async () => {
      const found: string[] = [];
      await events(["list", "--json"], (line) => found.push(JSON.parse(line).source), { folder });
      return found;
    };
    assert.equal(await send(["github/push", "--id", "kept"], () => {}, folder), 0);
    while ((await list()).length === 0) await sleep(100);
    assert.deepEqual(await list(), ["github"]);
  });
});
