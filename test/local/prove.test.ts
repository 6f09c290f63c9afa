import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { accountSteps, lastSteps } from "../../operate/prove/account-steps.ts";
import { eventSteps } from "../../operate/prove/event-steps.ts";

const path = (file: string) => fileURLToPath(new URL(`../../${file}`, import.meta.url));
const runtime = "Deno" in globalThis ? ["run", "-A", "--no-check"] : ["--import", path("infra/require-node.js")];

describe("prove --local", () => {
  const cwd = mkdtempSync(join(tmpdir(), "hookline-proved-"));
  after(() => rmSync(cwd, { recursive: true, force: true }));

  it("runs each step that a local run can show, and reports them and all others", { timeout: 300_000 }, async () => {
    const env = {
      ...process.env,
      HOOKLINE_CHILD_IMPORT: path("test/only-loopback.js"),
      // Nothing of an account is asked: this would be a refused connection.
      AWS_ENDPOINT_URL: "http://127.0.0.1:1",
    };
    const { code, said } = await new Promise<{ code: unknown; said: string }>((resolve) => {
      const words = [...runtime, path("operate/cli/hookline.ts"), "prove", "--local"];
      execFile(process.execPath, words, { cwd, env, encoding: "utf8" }, (error, stdout, stderr) => {
        resolve({ code: error?.code ?? 0, said: `${stdout}${stderr}` });
      });
    });
    assert.equal(code, 0, said);
    const [file = "", ...others] = readdirSync(cwd);
    assert.deepEqual(others, []);
    assert.match(file, /^hookline-proof-proof-\d{4}-\d\d-\d\d\.md$/);
    assert.ok(said.includes(`Every step passed; the report is ${file}.`), said);
    const report = readFileSync(join(cwd, file), "utf8");
    const rows = Array.from(
      report.matchAll(/^\| \[([a-z-]+)\]\(#.*?\) \| .* \| (passed|failed|not tried) \| \d+ \|$/gm),
      ([, step = "", outcome = ""]) => [step, outcome] as const,
    );
    const isHere = (name: string) => eventSteps.some((step) => step.name === name);
    const all = [...accountSteps, ...lastSteps].map(
      ({ name }) => [name, isHere(name) ? "passed" : "not tried"] as const,
    );
    assert.deepEqual(Object.fromEntries(rows), Object.fromEntries(all), report);
    assert.equal(report.split("an account alone can show it").length - 1, all.length - eventSteps.length);
    assert.match(report, /^50 of 50 acknowledged, p50 \d+ ms, .*; \d+ cold starts?, \d+ ms in the median$/m);
    assert.match(report, /^in the DLQ: PermanentError: The proof wants the first run to fail for good$/m);
    assert.match(report, /^done in its attempt 2$/m);
    assert.match(report, /^1 copy was sent; its run is done$/m);
    assert.doesNotMatch(report, /whsec_/);
  });
});
