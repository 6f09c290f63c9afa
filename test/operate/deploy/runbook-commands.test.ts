import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import process from "node:process";
import { after, describe, it } from "node:test";

const runbook = readFileSync(new URL("../../../infra/RUNBOOK.md", import.meta.url), "utf8");
const part = runbook.split("\n# The first deploy failed\n")[1] ?? "";
const blocks = [...part.matchAll(/^ *```sh\n([\s\S]*?)^ *```$/gm)].map(([, block = ""]) => block);
const removal = blocks.find((block) => block.includes("delete-queue")) ?? "";
const folder = mkdtempSync(join(tmpdir(), "hookline-runbook-"));

after(() => rmSync(folder, { recursive: true }));

/** The AWS CLI, of an account whose queues hold so many events. It notes what it deletes. */
function runWith(queues: Readonly<Record<string, string>>) {
  const cases = Object.entries(queues).map(([name, events]) => `*/${name}) printf '${events}\\n' ;;`);
  const urls = (prefix: string) =>
    Object.keys(queues)
      .filter((name) => name.startsWith(prefix))
      .map((name) => `https://sqs/1/${name}`)
      .join("\\t") || "None";
  const program = `#!/bin/sh
case "$2" in
  list-queues) case "$4" in
    hookline-prod-) printf '${urls("hookline-prod-")}\\n' ;;
    hookline-dlq-prod-) printf '${urls("hookline-dlq-prod-")}\\n' ;;
  esac ;;
  get-queue-attributes) case "$4" in ${cases.join(" ")} esac ;;
  delete-queue) echo "deleted $4" ;;
esac
`;
  writeFileSync(join(folder, "aws"), program, { mode: 0o755 });
  const PATH = [folder, process.env.PATH].join(delimiter);
  const { stdout, status } = spawnSync("sh", ["-c", removal], { encoding: "utf8", env: { PATH } });
  assert.equal(status, 0);
  return stdout.split("\n").filter((line) => line !== "");
}

/** The programs of the block that a system has, beside AWS's own. */
const { status: found } = spawnSync("sh", ["-c", "command -v tr && command -v grep"]);
const skip = found === 0 ? false : "tr or grep is not here: the runbook's command is not run";

describe("the runbook's command for queues that a failed first deployment left", { skip }, () => {
  it("removes the empty ones, and names the others", () => {
    const said = runWith({
      "hookline-prod-github-push": "0\\t0\\t0",
      "hookline-prod-archive": "0\\t2\\t0",
      "hookline-dlq-prod-github-push": "10\\t0\\t0",
      "hookline-dlq-prod-stripe-x": "0\\t0\\t0",
      "hookline-dev-github-push": "0\\t0\\t0",
    });
    assert.deepEqual(said, [
      "deleted https://sqs/1/hookline-prod-github-push",
      "stays: https://sqs/1/hookline-prod-archive 0\t2\t0",
      "stays: https://sqs/1/hookline-dlq-prod-github-push 10\t0\t0",
      "deleted https://sqs/1/hookline-dlq-prod-stripe-x",
    ]);
  });

  it("removes none that could not be asked, and does nothing where there are none", () => {
    assert.deepEqual(runWith({ "hookline-prod-github-push": "" }), ["stays: https://sqs/1/hookline-prod-github-push "]);
    assert.deepEqual(runWith({}), []);
  });
});

describe("the part of the runbook about a first deployment that failed", () => {
  it("has the commands that the examination prints for a stack that is held", () => {
    const held = blocks.find((block) => block.includes("--no-enable-termination-protection")) ?? "";
    assert.deepEqual(
      held
        .trim()
        .split("\n")
        .map((line) => line.trim().split(" ").slice(0, 3).join(" ")),
      [
        "aws cloudformation update-termination-protection",
        "aws cloudformation delete-stack",
        "aws cloudformation wait",
      ],
    );
    assert.match(part, /Wait for 60 seconds/);
    assert.match(part, /retired and deleted/);
  });
});
