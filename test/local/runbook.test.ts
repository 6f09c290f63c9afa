import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { runLocal } from "../../local/run-local.ts";
import type { LocalStack } from "../../local/run-stack.ts";
import type { Print } from "../../operate/cli/command.ts";
import { allOptions } from "../../operate/cli/help.ts";
import { stageCommands } from "../../operate/cli/stage-commands.ts";
import { filled } from "../../operate/runbook/runbook.ts";
import { findStage } from "../../operate/stage/find-stage.ts";

process.env.HOOKLINE_CHILD_IMPORT = fileURLToPath(new URL("../only-loopback.js", import.meta.url));

const folder = mkdtempSync(join(tmpdir(), "hookline-runbook-"));
const page = readFileSync(new URL("../../infra/RUNBOOK.md", import.meta.url), "utf8");
const commands = Array.from(page.matchAll(/^```sh\n([\s\S]*?)^```$/gm), ([, block = ""]) => block.trim().split("\n"));
let stack: LocalStack;
let lines: readonly string[];

/** The words of a command as a shell has them; it has single quotes alone. */
const wordsOf = (line: string) =>
  Array.from(line.matchAll(/'([^']*)'|(\S+)/g), ([, quoted, bare]) => quoted ?? bare ?? "");

/** The commands that read a secret or call a provider: their names and options are checked, and they are not run. */
const unrun = ["secret", "endpoints"];

/** AWS's own program, of a version whose commands and options these are; undefined where it is not here. */
const aws = ["/usr/bin/aws", "aws"].find((program) => {
  try {
    return execFileSync(program, ["--version"], { encoding: "utf8" }).startsWith("aws-cli/2.");
  } catch {
    return false;
  }
});

describe("the commands of the runbook", () => {
  before(async () => {
    const path = join(folder, "events/github/push.ts");
    mkdirSync(dirname(path), { recursive: true });
    const core = fileURLToPath(new URL("../../lambdas/core/processing/processor.ts", import.meta.url));
    writeFileSync(
      path,
      `import { processor } from ${JSON.stringify(core)};\nexport default processor({ impact: "Harm" }, async () => {});\n`,
    );
    stack = await runLocal({ port: 0, events: join(folder, "events"), folder, log: () => {} });
    const stage = await findStage({}, { folder });
    // Names that only a deployed stage has.
    const named = { ...stage, aws: { stack: "Hookline-dev", verifier: "verifier", topic: "topic" } };
    lines = filled(commands.flat(), named, "github-push").map((line) =>
      line.replaceAll("<version>", "1").replaceAll("<number>", "2000").replaceAll("<rule>", "rule"),
    );
    stage.clients.close();
  });
  after(async () => {
    await stack.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("have every name filled in, and are all of four programs", () => {
    assert.ok(lines.length > 40, `${lines.length} commands`);
    for (const line of lines) assert.doesNotMatch(line, /<[a-z]+>/, line);
    assert.deepEqual([...new Set(lines.map((line) => wordsOf(line)[0]))].sort(), ["aws", "curl", "npm"]);
  });

  it("of hookline run against the local run as they are written", async () => {
    let run = 0;
    for (const line of new Set(lines.filter((one) => one.startsWith("npm run ")))) {
      const [, , name = "", dashes, ...args] = wordsOf(line.replace(/ < \S+$/, ""));
      assert.equal(dashes, "--", line);
      const load = stageCommands[name];
      assert.ok(load !== undefined, line);
      const command = await load();
      const options = args.filter((arg) => arg.startsWith("--")).map((arg) => arg.slice(2));
      for (const option of options) assert.ok(Object.hasOwn(allOptions(command.help), option), `${line}: --${option}`);
      if (unrun.includes(name)) continue;
      const printed: string[] = [];
      const print: Print = (text) => printed.push(text);
      // 1 says that something was found; wrong use and a fault are thrown.
      const code = await (command as (...given: unknown[]) => Promise<number>)(args, print, { folder });
      assert.ok(code === 0 || code === 1, `${line}: ${code}`);
      assert.match(printed.join("\n"), /local run|127\.0\.0\.1/, line);
      run++;
    }
    assert.ok(run >= 12, `${run} commands`);
  });

  it("of curl get 401, the right answer to a post without a signature", async (t) => {
    const [line = "", ...others] = new Set(lines.filter((one) => one.startsWith("curl ")));
    assert.deepEqual(others, []);
    try {
      execFileSync("sh", ["-c", "command -v curl"], { stdio: "ignore" });
    } catch {
      return t.diagnostic("curl is not here: its command is not run");
    }
    const { stdout } = await promisify(execFile)("sh", ["-c", line]);
    assert.equal(stdout, "401\n");
  });

  it("of aws run against the local run, or, where it has no such service, are commands and options that there are", async (t) => {
    if (aws === undefined) return t.diagnostic("AWS's program is not here: its commands are not run");
    // It refuses whatever it is asked: a command that comes so far has the right names.
    const refusing = createServer((_, response) => {
      response.writeHead(400, { "content-type": "application/x-amz-json-1.1" });
      response.end('{"__type":"AccessDeniedException","message":"refused by the test"}');
    });
    await new Promise<void>((resolve) => refusing.listen(0, "127.0.0.1", resolve));
    t.after(() => refusing.close());
    const refusal = `http://127.0.0.1:${(refusing.address() as AddressInfo).port}`;
    const { endpoints, accessKeyId } = stack.run;
    const own: Readonly<Record<string, string | undefined>> = {
      "s3 ls": endpoints.s3,
      "dynamodb describe-table": endpoints.dynamodb,
    };
    const env = {
      ...{ PATH: process.env.PATH, HOME: folder, AWS_DEFAULT_REGION: "us-east-1", AWS_PAGER: "" },
      ...{ AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: "local", AWS_MAX_ATTEMPTS: "1" },
    };
    let here = 0;
    for (const line of new Set(lines.filter((one) => one.startsWith("aws ")))) {
      const [, service = "", name = "", ...args] = wordsOf(line);
      const isHere = own[`${service} ${name}`] !== undefined;
      // AWS's program takes a second each time, and beside a server that refuses there is nothing of ours: once, by Node, is enough.
      if (!isHere && "Deno" in globalThis) continue;
      const endpoint = own[`${service} ${name}`] ?? refusal;
      const ended = await promisify(execFile)(aws, [service, name, ...args, "--endpoint-url", endpoint], { env }).then(
        ({ stdout }) => ({ code: 0, said: stdout }),
        ({ code, stderr }) => ({ code, said: String(stderr) }),
      );
      if (!isHere) {
        assert.match(ended.said, /AccessDeniedException/, `${line}: ${ended.said}`);
        continue;
      }
      // An empty folder of the bucket is exit code 1.
      assert.ok(
        ended.code === 0 || (service === "s3" && ended.code === 1 && ended.said === ""),
        `${line}: ${ended.said}`,
      );
      here++;
    }
    assert.equal(here, 2);
  });
});
