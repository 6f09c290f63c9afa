import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { formatLine, type LocalLine } from "../../local/lines.ts";
import { readLocalRun } from "../../local/local-run.ts";
import { runLocal } from "../../local/run-local.ts";
import type { LocalStack } from "../../local/run-stack.ts";
import { secret as setSecret } from "../../operate/cli/secret.ts";
import { send } from "../../operate/cli/send.ts";

process.env.HOOKLINE_CHILD_IMPORT = fileURLToPath(new URL("../only-loopback.js", import.meta.url));

const folder = mkdtempSync(join(tmpdir(), "hookline-taken-up-"));
const events = join(folder, "events");
const lines: string[] = [];
const waiting = new Set<() => void>();

function log(report: LocalLine): void {
  lines.push(formatLine(report));
  for (const look of waiting) look();
}

/** Resolves once there is a line with these words. */
function line(...words: readonly string[]): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (!lines.some((text) => words.every((word) => text.includes(word)))) return;
      waiting.delete(look);
      resolve();
    };
    waiting.add(look);
    look();
  });
}

function writeEvent(name: string, text?: string): void {
  const path = join(events, `${name}.ts`);
  mkdirSync(dirname(path), { recursive: true });
  const core = JSON.stringify(fileURLToPath(new URL("../../lambdas/core/processing/processor.ts", import.meta.url)));
  const made = `import { processor } from ${core};\nexport default processor({ impact: "Harm" }, async () => {});\n`;
  writeFileSync(path, text ?? made);
}

async function sent(...args: readonly string[]): Promise<string> {
  const printed: string[] = [];
  await send(args, (text) => printed.push(text), folder);
  return printed.join("\n");
}

describe("event files that change while a local run is on", () => {
  let stack: LocalStack;
  before(async () => {
    writeEvent("github/push");
    stack = await runLocal({ port: 0, folder, events, log });
  });
  after(async () => {
    await stack.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("are taken up where they are new, of a new source too, and secrets and records stay", async () => {
    const { github } = stack.run.sources;
    const { ino } = statSync(join(folder, "stack"));
    assert.equal(await sent("github/push", "--id", "before"), "200 accepted before");
    await line("process", "github/push before done");
    writeEvent("stripe/invoice.paid");
    await line("took up stripe/invoice.paid.ts");
    await line("stripe is a new source: its URL is");
    assert.deepEqual(stack.run.sources.github, github);
    // Processes that start meanwhile load their code from it.
    assert.equal(statSync(join(folder, "stack")).ino, ino, "the code of the start was moved");
    assert.deepEqual(
      readLocalRun(folder)?.events.map(({ name }) => name),
      ["github/push", "stripe/invoice.paid"],
    );
    assert.equal(await sent("github/push", "--id", "before"), "200 duplicate before");
    assert.equal(await sent("stripe/invoice.paid", "--id", "new"), "200 accepted new");
    await line("process", "stripe/invoice.paid new done");
  });

  it("are left out where they are broken, and the run goes on", async () => {
    writeEvent("github/issues", "export default nothing;\n");
    await line("could not take up github/issues.ts, the run goes on without: Cannot load event file github/issues.ts");
    assert.equal(await sent("github/push", "--id", "meanwhile"), "200 accepted meanwhile");
    writeEvent("github/issues");
    await line("took up github/issues.ts");
    assert.ok(stack.run.sources.github?.queues.issues);
  });

  it("are named with file, line and code where they are broken at a save, and the run goes on with what it has", async () => {
    const core = JSON.stringify(fileURLToPath(new URL("../../lambdas/core/mod.ts", import.meta.url)));
    const head = `import { processor } from ${core};\n`;
    for (const [text, ...said] of [
      [
        `${head}export default processor({ impact: "Harm", timeoutSecond: 3 }, async () => {});\n`,
        ":2:16: ",
        "did you mean timeoutSeconds?",
      ],
      [`${head}export default processor({ impact: "Harm" }, async () => { const a = ; });\n`, ":2:"],
      [`${head}throw new Error("at the top");\n`, ":2:7: at the top"],
      [`${head}export const nothing = 1;\n`, "must export default processor(options, run)"],
      [`import { processor } from "./nowhere.ts";\nexport default processor;\n`, ":1:", "nowhere"],
    ] as const) {
      lines.length = 0;
      writeEvent("github/push", text);
      await line("could not rebuild github/push, the one before goes on: Cannot", "event file github/push.ts", ...said);
    }
    assert.equal(await sent("github/push", "--id", "still"), "200 accepted still");
    lines.length = 0;
    writeEvent("github/push");
    await line("rebuilt github/push in");
    // As an editor saves that writes another file and moves it.
    for (const _ of [1, 2, 3]) {
      lines.length = 0;
      const path = join(events, "github/push.ts");
      writeFileSync(`${path}~`, `${readFileSync(path, "utf8")}// again\n`);
      renameSync(`${path}~`, path);
      await line("rebuilt github/push in");
    }
  });

  it("are routed no more once they are gone", async () => {
    rmSync(join(events, "stripe/invoice.paid.ts"));
    await line("took up stripe/invoice.paid.ts in", "ms");
    await line("stripe/invoice.paid.ts is gone");
    while (readLocalRun(folder)?.events.some(({ name }) => name === "stripe/invoice.paid")) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.equal(stack.run.sources.stripe, undefined);
  });

  it("keeps secrets for the next run, for their owner alone, unless fresh ones are wanted", async () => {
    const secret = stack.run.sources.github?.secret;
    await stack.close();
    const file = join(folder, "secrets/secrets.json");
    assert.ok(existsSync(file));
    if (process.platform !== "win32") assert.equal(statSync(file).mode & 0o777, 0o600);
    stack = await runLocal({ port: 0, folder, events, log });
    assert.equal(stack.run.sources.github?.secret, secret);
    await setSecret(["github"], () => {}, { folder, read: async () => "of the provider\n" });
    await stack.close();
    stack = await runLocal({ port: 0, folder, events, log });
    assert.equal(stack.run.sources.github?.secret, "of the provider");
    assert.equal(await sent("github/push", "--id", "by-the-new"), "200 accepted by-the-new");
    await stack.close();
    stack = await runLocal({ port: 0, folder, events, freshSecrets: true, log });
    assert.notEqual(stack.run.sources.github?.secret, secret);
  });
});
