import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { DynamoDBClient, GetItemCommand, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { clientFor } from "../../local/aws/endpoint.ts";
import { startFakeCloudFormation } from "../operate/fake-cloudformation.ts";
import { deployed } from "../operate/stage-fixture.ts";
import { createProject, lineOf, linesOf, runtimes } from "./project.ts";

const project = createProject();
after(() => project.remove());
const program = join(project.folder, "node_modules/@hookline/hookline/operate/cli/package-bin.js");
const isDeno = (runtime: string) => /deno[^/]*$/.test(runtime);

function commandOf(runtime: string, ...args: readonly string[]): readonly [string, readonly string[]] {
  return [runtime, [...(isDeno(runtime) ? ["run", "-A", "--no-remote"] : []), program, ...args]];
}

/** Runs the package's program in the project. */
function hookline(runtime: string, ...args: readonly string[]) {
  const [command, given] = commandOf(runtime, ...args);
  const { status, stdout, stderr } = spawnSync(command, given, {
    cwd: project.folder,
    encoding: "utf8",
    env: project.env,
  });
  return { status, stdout, stderr };
}

const packaged = [
  "start",
  "send",
  "sources",
  "endpoints",
  "secret",
  "doctor",
  "events",
  "replay",
  "dlq",
  "pause",
  "resume",
  "why",
  "check-endpoint",
];

for (const runtime of runtimes) {
  const typed = isDeno(runtime) ? "deno run -A node_modules/.bin/hookline" : "npx --no-install hookline";

  describe(`the package's program, under ${runtime}`, () => {
    it("lists its commands, in the words of the runner", () => {
      const { status, stdout, stderr } = hookline(runtime);
      assert.deepEqual([status, stderr], [0, ""]);
      for (const name of packaged) assert.match(stdout, new RegExp(`^  ${name} `, "m"));
      assert.match(stdout, /^ {2}dlq +needs packages that are not installed, and names them when it is run$/m);
      assert.match(stdout, new RegExp(`^Help of one: ${typed} <command> --help$`, "m"));
      assert.doesNotMatch(stdout, /npm run|deno task/);
    });

    it("says why and checks an endpoint with no other package there", () => {
      writeFileSync(join(project.folder, "secret.txt"), "a secret");
      writeFileSync(join(project.folder, "body.json"), "{}");
      const files = ["--secret-file", "secret.txt", "--provider", "github"];
      const why = hookline(runtime, "why", ...files, "--body-file", "body.json");
      assert.deepEqual([why.status, why.stderr], [1, ""]);
      assert.match(why.stdout, /signature-missing/);
      const wrong = hookline(
        runtime,
        "check-endpoint",
        "http://127.0.0.1:1",
        ...files.slice(0, 2),
        "--provider",
        "nobody",
      );
      assert.equal(wrong.status, 2);
      const off = hookline(runtime, "send", "github/push");
      assert.deepEqual([off.status, off.stdout], [1, ""]);
      assert.ok(off.stderr.includes(`no local run is on (${typed} start)`), off.stderr);
    });
  });
}

describe("the package's program without the packages that it needs", () => {
  it("names them, the reason and the line that installs them, and no stack", () => {
    for (const runtime of runtimes) {
      const { status, stderr } = hookline(runtime, "start");
      assert.equal(status, 1);
      assert.match(
        stderr,
        /^Cannot run start: .*aws-cdk-lib.* are not installed; the local run .+ npm install --save-dev .*dynalite@4\.0\.0 .*fauxqs@2\.4\.1.*\n$/,
      );
    }
  });
});

/** Installs all the packages that a command names, and no more. */
function installMissing(runtime: string, ...args: readonly string[]): void {
  const [, line = ""] = /npm install --save-dev (.+)$/m.exec(hookline(runtime, ...args).stderr) ?? [];
  project.install(line.split(" ").flatMap((one) => /^(.+)@/.exec(one)?.[1] ?? []));
}

describe("hookline start in a CDK app of one's own", () => {
  for (const runtime of runtimes) {
    it(`runs its receiver, and tells what it skips, under ${runtime}`, async () => {
      installMissing(runtime, "start", "--port", "0", "--app", "exit 3");
      cpSync(fileURLToPath(new URL("../../examples/cdk-app", import.meta.url)), project.folder, { recursive: true });
      const pipelines = readFileSync(join(project.folder, "webhooks.pipelines.json"), "utf8");
      writeFileSync(
        join(project.folder, "cdk.json"),
        JSON.stringify({ app: isDeno(runtime) ? `${runtime} run -A app.ts` : `${runtime} app.ts` }),
      );
      writeFileSync(
        join(project.folder, "issue.json"),
        '{"action":"opened","issue":{"number":7,"title":"It is late"}}',
      );

      const [command, args] = commandOf(runtime, "start", "--port", "0");
      const child = spawn(command, args, { cwd: project.folder, env: project.env });
      const seen = linesOf(child);
      try {
        await lineOf(child, seen, /^Ready after/);
        for (const line of [
          /runs Shop\/Issues \(AWS::DynamoDB::Table\), too: the receiver refers to it$/,
          /skips Shop\/Key \(AWS::KMS::Key\); in its place the receiver has arn:aws:kms:us-east-1:000000000000:placeholder\/Key\w+$/,
          /skips Shop\/OnCall \(AWS::SNS::Topic\)/,
          /^Hookline runs the stack Shop on this machine\.$/,
        ]) {
          assert.equal(seen.filter((one) => line.test(one)).length, 1, `${line}\n${seen.join("\n")}`);
        }
        const sent = hookline(runtime, "send", "github/issues", "--id", "demo", "--body-file", "issue.json");
        assert.deepEqual([sent.status, sent.stdout], [0, "200 accepted demo\n"], sent.stderr);
        await lineOf(child, seen, /demo +→ done/);
        writeFileSync(join(project.folder, "any.json"), "{}");
        hookline(runtime, "send", "github/star", "--body-file", "any.json");
        installMissing(runtime, "dlq", "list");
        const remedied = hookline(runtime, "sources");
        assert.match(
          remedied.stdout,
          /github\/star came once and has no event file: write github\/star\.ts among your event files$/m,
        );
        assert.doesNotMatch(remedied.stdout, /lambdas\/events|infra\/config|hookline new/);
        const sources = hookline(runtime, "sources", "--json");
        assert.equal(JSON.parse(sources.stdout).secret, "hookline/shop/github", sources.stderr);
        const run = JSON.parse(readFileSync(join(project.folder, ".hookline/local.json"), "utf8"));
        const client = new DynamoDBClient(clientFor(run.endpoints.dynamodb, run.accessKeyId));
        const { TableNames = [] } = await client.send(new ListTablesCommand({}));
        const TableName = TableNames.find((name) => name.startsWith("Shop-Issues"));
        const { Item } = await client.send(new GetItemCommand({ TableName, Key: { id: { S: "7" } } }));
        assert.equal(Item?.title?.S, "It is late");
        client.destroy();
        assert.equal(readFileSync(join(project.folder, "webhooks.pipelines.json"), "utf8"), pipelines);

        const star = join(project.folder, "webhooks/github/star.ts");
        cpSync(join(project.folder, "webhooks/github/issues.ts"), star);
        await lineOf(child, seen, /took up github\/star\.ts/);
        writeFileSync(join(project.folder, "issue.json"), '{"issue":{"number":8,"title":"It is new"}}');
        hookline(runtime, "send", "github/star", "--id", "taken-up", "--body-file", "issue.json");
        await lineOf(child, seen, /taken-up +→ (done|failed)/);
        rmSync(star);
        const issues = join(project.folder, "webhooks/github/issues.ts");
        writeFileSync(issues, `${readFileSync(issues, "utf8")}// saved\n`);
        await lineOf(child, seen, /rebuilt github\/issues in/);
      } finally {
        child.kill("SIGINT");
        if (child.exitCode === null) await once(child, "close");
      }
      assert.ok(!existsSync(join(project.folder, ".hookline/local.json")));
    });
  }

  it("acts on a stack on AWS by --stack, whose outputs and metadata say what it needs", async () => {
    const events = [deployed("pay/invoice.paid")];
    const outputs = { FunctionUrl: "https://abc.lambda-url.eu-west-1.on.aws/" };
    const cloudFormation = await startFakeCloudFormation({
      Shop: { stage: "shop", sources: { pay: "stripe" }, events, outputs },
    });
    const keys = { AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local", AWS_REGION: "eu-west-1" };
    const [command, args] = commandOf(runtimes[0] ?? "", "sources", "--stack", "Shop");
    const env = { ...project.env, ...keys, AWS_ENDPOINT_URL_CLOUDFORMATION: cloudFormation.url };
    const child = spawn(command, args, { cwd: project.folder, env });
    const [said, complained] = await Promise.all([text(child.stdout), text(child.stderr)]);
    cloudFormation.close();
    assert.equal(complained, "");
    assert.match(said, /^pay \(stripe\)\n {2}url {5}https:\/\/abc\.lambda-url\.eu-west-1\.on\.aws\/pay\n/);
  });

  it("asks for the stack of a stage that is no local run", () => {
    const { status, stderr } = hookline(runtimes[0] ?? "", "pause", "prod", "github/issues");
    assert.deepEqual(
      [status, stderr],
      [2, `Cannot find stage "prod": give --stack, the name of your app's stack with the WebhookReceiver\n`],
    );
  });

  it("says in one sentence that there is no app, that it fails, or that it has no receiver", () => {
    const [runtime = ""] = runtimes;
    writeFileSync(join(project.folder, "cdk.json"), "{}");
    const said = (...args: readonly string[]) => hookline(runtime, "start", "--port", "0", ...args).stderr;
    assert.match(said(), /^Cannot start: .+ has no cdk\.json with an "app"; .+\n$/);
    for (const text of ["null", "{bad", "1"]) {
      writeFileSync(join(project.folder, "cdk.json"), text);
      assert.match(said(), /^Cannot read .+cdk\.json: it is no JSON( object)?\n$/);
    }
    writeFileSync(join(project.folder, "cdk.json"), "{}");
    assert.match(said("--app", ""), /^Cannot start: .+ has no cdk\.json with an "app"; .+\n$/);
    const [program, manifest] = ["broken.ts", 'join(process.env.CDK_OUTDIR, "manifest.json")'];
    writeFileSync(
      join(project.folder, program),
      `import { mkdirSync, writeFileSync } from "node:fs"; import { join } from "node:path"; import process from "node:process";
mkdirSync(process.env.CDK_OUTDIR, { recursive: true }); writeFileSync(${manifest}, "{");`,
    );
    assert.match(
      said("--app", `${runtime} ${isDeno(runtime) ? "run -A --no-check " : ""}${program}`),
      /^Cannot read the app's cloud assembly: its manifest\.json is missing or no JSON\n$/,
    );
    assert.match(said("--app", "exit 3"), /^Cannot synthesize: exit 3 ended with 3; see its lines above\n$/);
    assert.match(said("--app", "true"), /^Cannot synthesize: true wrote no cloud assembly; .+\n$/);
    project.run(
      'import { App, Stack } from "aws-cdk-lib"; const app = new App(); new Stack(app, "Bare"); app.synth();',
    );
    const app = isDeno(runtime) ? `${runtime} run -A run.ts` : `${runtime} run.ts`;
    assert.match(said("--app", app), /^Cannot start: no stack of the app has a WebhookReceiver; it has Bare\n$/);
  });
});
