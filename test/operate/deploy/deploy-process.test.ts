import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { after, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { readAssembly } from "../../../operate/deploy/templates.ts";
import { eventFile, synthesize } from "../../infra/stack-fixture.ts";
import { deployedStack, emptyAccount, startAccount } from "./fake-account.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "hookline-deploy-"));
const app = synthesize([eventFile("github/push")], ["dev"]);
const account = emptyAccount();
account.stacks["Hookline-dev"] = deployedStack(readAssembly(app.of("dev").folder, "Hookline-dev"), "dev");
account.secrets["hookline/dev/github"] = "set";
const aws = await startAccount(account);

after(() => {
  aws.close();
  app.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** A program on the path in place of cdk: it says its words, and does what the variable FAKE_CDK says. */
const program = `#!${process.execPath}
console.log("cdk", process.argv.slice(2).join(" "));
if (process.argv[2] === "deploy" && process.env.FAKE_CDK === "fails") process.exit(1);
if (process.argv[2] === "deploy" && process.env.FAKE_CDK === "asks") {
  process.stdin.once("data", (answer) => { console.log("answered", String(answer).trim()); process.exit(); });
}
if (process.argv[2] === "deploy" && process.env.FAKE_CDK === "waits") process.stdin.resume(); // until this test ends
`;
writeFileSync(join(folder, "cdk"), program, { mode: 0o755 });

function start(does: string, ...args: readonly string[]) {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith("AWS_"));
  return spawn(
    process.execPath,
    ["--import", "./infra/require-node.js", "operate/cli/hookline.ts", "deploy", ...args],
    {
      cwd: root,
      env: {
        ...Object.fromEntries(kept),
        ...{ AWS_CONFIG_FILE: "/dev/null", AWS_SHARED_CREDENTIALS_FILE: "/dev/null", AWS_MAX_ATTEMPTS: "1" },
        ...{ AWS_EC2_METADATA_DISABLED: "true", AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "hidden" },
        ...{ AWS_REGION: "eu-west-1", AWS_ENDPOINT_URL: aws.url },
        ...{ CDK_OUTPUT: app.of("dev").folder, FAKE_CDK: does },
        PATH: [folder, process.env.PATH].join(delimiter),
      },
    },
  );
}

/** The places of texts in what was said, in order. */
const order = (said: string, ...texts: readonly string[]) => texts.map((one) => said.indexOf(one));

// Under Deno the command runs the pinned CLI by Deno itself, and no program of the path.
describe("deploy as a process", { skip: "Deno" in globalThis }, () => {
  it("runs cdk's synth, the examination, cdk's deploy, and says the next steps, in this order", async () => {
    const child = start("deploys", "dev", "--require-approval", "never");
    child.stdin.end();
    const [said, complained, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, "close"),
    ]);
    assert.deepEqual([code, complained], [0, ""], said);
    const assembly = app.of("dev").folder;
    const found = order(
      said,
      `cdk synth Hookline-dev --quiet --output ${assembly}\n`,
      "Nothing stands in the way.\n",
      `cdk deploy Hookline-dev --app ${assembly} --require-approval never\n`,
      "Next:\n",
      "npm run doctor -- dev\n",
    );
    assert.ok(!found.includes(-1), said);
    assert.deepEqual(
      found,
      found.toSorted((one, other) => one - other),
    );
  });

  it("leaves questions of cdk to the terminal, and ends with 1 where cdk fails", async () => {
    const asked = start("asks", "dev");
    asked.stdin.end("y\n");
    const [said, [code]] = await Promise.all([text(asked.stdout), once(asked, "close")]);
    assert.match(said, /^answered y$/m);
    assert.equal(code, 0);
    const failing = start("fails", "dev");
    const [told, [status]] = await Promise.all([text(failing.stdout), once(failing, "close")]);
    assert.match(told, /^The deployment of Hookline-dev failed\.$/m);
    assert.equal(status, 1);
  });

  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    it(`hands ${signal} on to cdk, and says that CloudFormation goes on`, async () => {
      const child = start("waits", "dev");
      const lines: string[] = [];
      for await (const line of createInterface({ input: child.stdout })) {
        lines.push(line);
        if (line.startsWith("cdk deploy")) child.kill(signal);
      }
      const said = lines.join("\n");
      assert.match(
        said,
        /was interrupted: what CloudFormation has begun goes on\.\nthen +ok +Hookline-dev is UPDATE_COMPLETE$/m,
      );
      if (child.exitCode === null) await once(child, "close");
      assert.equal(child.exitCode, 1);
    });
  }
});
