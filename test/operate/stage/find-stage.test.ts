import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { text } from "node:stream/consumers";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { findStage, type StagePlaces } from "../../../operate/stage/find-stage.ts";
import { createClients } from "../../../operate/stage/stage.ts";
import { startFakeCloudFormation } from "../fake-cloudformation.ts";
import { deployed } from "../stage-fixture.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const facts = { sources: { github: "github" }, events: [deployed("github/push")] };
let cloudFormation: Awaited<ReturnType<typeof startFakeCloudFormation>>;
const regions: (string | undefined)[] = [];

before(async () => {
  cloudFormation = await startFakeCloudFormation({
    "Hookline-dev": {
      ...facts,
      stage: "dev",
      outputs: { FunctionUrl: "https://a.example/", TableName: "table-1", BucketName: "bucket-1" },
    },
    Shop: { ...facts, stage: "shop", allowSend: true, outputs: { ApiUrl: "https://api.example" } },
  });
});
after(() => cloudFormation.close());

const credentials = { accessKeyId: "local", secretAccessKey: "local" };

/** The SDK's own client, which asks the fake. */
function places(stages: StagePlaces["stages"] = {}): StagePlaces {
  return {
    stages,
    awsClients: (region) => {
      regions.push(region);
      return createClients(() => ({ region: region ?? "eu-west-1", endpoint: cloudFormation.url, credentials }));
    },
  };
}

describe("findStage", () => {
  it("reads a stage on AWS from its stack", async () => {
    const { clients, ...found } = await findStage({ stage: "dev" }, places({ dev: { region: "eu-central-1" } }));
    assert.deepEqual(found, {
      ...facts,
      name: "dev",
      place: "Stage dev on AWS: stack Hookline-dev in eu-west-1, account 123456789012",
      words: ["dev"],
      url: "https://a.example",
      table: "table-1",
      bucket: "bucket-1",
      replays: false,
      allowSend: false,
      aws: { stack: "Hookline-dev", verifier: "", topic: "" },
    });
    assert.ok(clients.of("cloudformation", CloudFormationClient) instanceof CloudFormationClient);
    clients.close();
  });

  it("asks in the region that is given, else in the stage's, else in the SDK's", async () => {
    regions.length = 0;
    await findStage({ stage: "dev", region: "us-east-1" }, places({ dev: { region: "eu-central-1" } }));
    await findStage({ stage: "dev" }, places({ dev: { region: "eu-central-1" } }));
    await findStage({ stage: "dev" }, places());
    assert.deepEqual(regions, ["us-east-1", "eu-central-1", undefined]);
  });

  it("reads a stack of somebody's own, whose outputs have other keys; its address is the API's where that alone is open", async () => {
    const { name, url, words, allowSend } = await findStage({ stack: "Shop", region: "eu-west-1" }, places());
    assert.equal(allowSend, true);
    assert.deepEqual([name, url, words], ["shop", "https://api.example", ["--stack", "Shop", "--region", "eu-west-1"]]);
  });

  for (const [what, wanted, stages, message] of [
    [
      "a stack that is not there",
      { stage: "prod" },
      {},
      /^Cannot find stack Hookline-prod in eu-west-1: deploy it first/,
    ],
    [
      "another account",
      { stage: "dev" },
      { dev: { account: "210987654321" } },
      /^Cannot act on stage "dev": infra\/config\.ts says account 210987654321, and these credentials are of 123456789012$/,
    ],
    ["a stage that the stack has not", { stack: "Shop", stage: "dev" }, {}, /stage "dev" in stack Shop: it has shop$/],
  ] as const) {
    it(`refuses ${what}`, async () => {
      await assert.rejects(findStage(wanted, places(stages)), (error: Error) => {
        assert.ok(error instanceof TypeError);
        assert.match(error.message, message);
        return true;
      });
    });
  }
});

describe("a command on AWS, as a process", () => {
  const run = async (environment: Readonly<Record<string, string>>, ...args: readonly string[]) => {
    const runtime =
      process.versions.deno === undefined ? ["--import", "./infra/require-node.js"] : ["run", "--no-check", "-A"];
    const kept = Object.entries(process.env).filter(([name]) => !name.startsWith("AWS_"));
    const nowhere = {
      AWS_CONFIG_FILE: "/dev/null",
      AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
      AWS_EC2_METADATA_DISABLED: "true",
    };
    const child = spawn(process.execPath, [...runtime, "operate/cli/hookline.ts", ...args], {
      cwd: root,
      env: { ...Object.fromEntries(kept), ...nowhere, ...environment },
    });
    child.stdin.end();
    const [said, complained, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, "close"),
    ]);
    return [code, said, complained];
  };
  const keys = { AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local" };

  for (const [what, environment, message] of [
    ["no region", keys, /^Cannot reach AWS: no region is set; give --region, or set AWS_REGION\n$/],
    [
      "no credentials",
      { AWS_REGION: "eu-west-1" },
      /^Cannot reach AWS: no credentials were found; sign in \(aws sso login\), or set AWS_PROFILE\n$/,
    ],
    [
      "no network",
      { ...keys, AWS_REGION: "eu-west-1", AWS_ENDPOINT_URL: "http://127.0.0.1:9", AWS_MAX_ATTEMPTS: "1" },
      /^Cannot reach 127\.0\.0\.1:9: ECONNREFUSED; see that it is on, and that this machine may reach it\n$/,
    ],
  ] as const) {
    it(`says in one sentence that there is ${what}`, async () => {
      const [code, said, complained] = await run(environment, "doctor", "dev");
      assert.match(String(complained), message);
      assert.deepEqual([code, said], [1, ""]);
    });
  }
});

describe("clients of AWS", () => {
  it("are made by a stage alone, so that each asks in the region of that stage", () => {
    const files = readdirSync(join(root, "operate"), { recursive: true, encoding: "utf8" });
    const made = files
      .filter((file) => file.endsWith(".ts"))
      .filter((file) => /new \w+Client\(/.test(readFileSync(join(root, "operate", file), "utf8")));
    assert.deepEqual(made, []);
  });
});
