import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { runLocal } from "../../local/run-local.ts";
import type { LocalStack } from "../../local/run-stack.ts";
import { secret } from "../../operate/cli/secret.ts";
import { send } from "../../operate/cli/send.ts";

process.env.HOOKLINE_CHILD_IMPORT = fileURLToPath(new URL("../only-loopback.js", import.meta.url));

const folder = mkdtempSync(join(tmpdir(), "hookline-rotation-"));
const events = join(folder, "events");

describe("rotating a source's secret", () => {
  let stack: LocalStack;
  before(async () => {
    mkdirSync(join(events, "github"), { recursive: true });
    const text = readFileSync(new URL("../fixtures/events/github/push.ts", import.meta.url), "utf8");
    const core = new URL("../../lambdas/core/processing/processor.ts", import.meta.url).pathname;
    writeFileSync(
      join(events, "github/push.ts"),
      text.replace("../../../../lambdas/core/processing/processor.ts", core),
    );
    stack = await runLocal({ port: 0, events, folder, log() {} });
  });
  after(async () => {
    await stack.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function sendSigned(by: string, id: string): Promise<readonly string[]> {
    const file = join(folder, "secret");
    writeFileSync(file, by);
    const printed: string[] = [];
    await send(["github/push", "--id", id, "--secret-file", file], (line) => printed.push(line), folder);
    return printed;
  }

  it("needs no deploy and no wait: the next delivery by the new secret is accepted, and so is one by the old", async () => {
    const old = stack.run.sources.github?.secret ?? "";
    assert.deepEqual(await sendSigned(old, "before"), ["200 accepted before"]);
    await secret(["github", "--local"], () => {}, { folder, read: async () => "a new secret\n" });
    assert.deepEqual(await sendSigned("a new secret", "after"), ["200 accepted after"]);
    assert.deepEqual(await sendSigned(old, "late"), ["200 accepted late"]);
    assert.match((await sendSigned("nobody's secret", "junk")).join(), /^401 signature-wrong/);
  });
});
