import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { text } from "node:stream/consumers";
import { after, before, beforeEach, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { CreateSecretCommand } from "@aws-sdk/client-secrets-manager";
import { type EndpointsFixture, startFixture } from "../endpoints/endpoints-fixture.ts";
import { fakeHackmamba } from "../endpoints/fake-apis.ts";
import { startFakeCloudFormation } from "../fake-cloudformation.ts";
import { deployed } from "../stage-fixture.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const url = "https://hooks.example.com";
const key = "hm_live_private";
let place: EndpointsFixture;
let cloudFormation: Awaited<ReturnType<typeof startFakeCloudFormation>>;

/** The command as a process, on "AWS" by the SDK's own variables. */
function start(...args: readonly string[]) {
  const runtime =
    process.versions.deno === undefined ? ["--import", "./infra/require-node.js"] : ["run", "--no-check", "-A"];
  const given = ["dev", "hackmamba", ...args, "--url", url, "--api", place.url];
  return spawn(process.execPath, [...runtime, "operate/cli/hookline.ts", "endpoints", ...given], {
    cwd: root,
    env: {
      ...process.env,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "local",
      AWS_SECRET_ACCESS_KEY: "local",
      AWS_ENDPOINT_URL_SECRETS_MANAGER: place.secretsUrl,
      AWS_ENDPOINT_URL_CLOUDFORMATION: cloudFormation.url,
    },
  });
}

const placeLine = "Stage dev on AWS: stack Hookline-dev in eu-west-1, account 123456789012";

/** Its exit code and the lines that it printed. */
async function run(input: string, ...args: readonly string[]) {
  const child = start(...args);
  child.stdin.end(input);
  const [said, complained, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  assert.ok(!`${said}${complained}`.includes("private"), "no key is told");
  return { code, said, complained };
}

describe("endpoints, as a process", () => {
  before(async () => {
    place = await startFixture("hackmamba", fakeHackmamba(), {});
    const events = [deployed("hackmamba/user.created")];
    const sources = { hackmamba: "hackmamba" };
    cloudFormation = await startFakeCloudFormation({ "Hookline-dev": { stage: "dev", sources, events } });
  });
  beforeEach(() => {
    place.kept.length = 0;
    place.requests.length = 0;
  });
  after(async () => {
    cloudFormation.close();
    await place.close();
  });

  it("the command takes the key from standard input, creates the endpoint, and tells the secret to nobody", async () => {
    const { code, said, complained } = await run(`${key}\n`, "apply", "--key-file", "-", "--yes");
    assert.deepEqual([code, complained], [0, ""]);
    assert.match(
      said,
      /^Stage dev on AWS: stack Hookline-dev in eu-west-1, account 123456789012\n\+ https:\/\/hooks\.example\.com\/hackmamba {2}not registered at Hackmamba yet\n/,
    );
    assert.match(said, /^\+ user\.created$/m);
    assert.match(said, /\nCreated hm_\d+ at Hackmamba\.\n$/);
    assert.deepEqual(await place.secrets(), [place.kept[0]?.secret]);
    assert.ok(!said.includes(place.kept[0]?.secret ?? ""));
  });

  it("the command takes it from a file, asks before it changes anything, and takes no answer as no", async () => {
    const file = ["--key-file", place.keyFile];
    const no = await run("", "apply", ...file);
    assert.equal(no.code, 1);
    assert.match(no.complained, /^Apply this at Hackmamba\? \[y\/N\]$/m);
    assert.deepEqual(place.kept, []);
    assert.equal((await run("yes\n", "apply", ...file)).code, 0);
    assert.equal(place.kept.length, 1);
  });

  it("the command takes it from the secret hookline-api/<stage>/<source>, and ends with 1 and one line where it is refused", async () => {
    const none = await run("", "list");
    assert.deepEqual([none.code, none.said], [1, `${placeLine}\n`]);
    assert.match(none.complained, /^Cannot find the API key: .+ or create the secret hookline-api\/dev\/hackmamba\n$/);
    const Name = "hookline-api/dev/hackmamba";
    await place.client.send(new CreateSecretCommand({ Name, SecretString: key }));
    assert.match((await run("", "list")).said, /^Stage dev .+\nHackmamba has no endpoint that this key sees\.\n$/);
    place.faults.push({ status: 401, json: { error: `no such key ${key}` } });
    const refused = await run("", "list");
    assert.equal(refused.code, 1);
    assert.match(refused.complained, /^Cannot list the endpoints at Hackmamba: it answered 401: .+\n$/);
  });

  for (const more of [[], ["--remove-at-end"]]) {
    it(`apply ${more[0] ?? "alone"} ends no creation half-way where it is interrupted meanwhile`, async () => {
      const child = start("apply", "--key-file", place.keyFile, "--yes", ...more);
      place.hooks.beforeAnswer = async ({ method }) => {
        if (method !== "POST") return;
        process.kill(Number(child.pid), "SIGINT");
        process.kill(Number(child.pid), "SIGTERM");
        // As long as a process that is not held needs to end; one that is held stays until it is answered.
        await Promise.race([once(child, "close"), sleep(300)]);
      };
      const [said, [code, signal]] = await Promise.all([text(child.stdout), once(child, "close")]);
      place.hooks.beforeAnswer = async () => {};
      assert.deepEqual([code, signal], [0, null]);
      assert.match(said, /\nCreated hm_\d+ at Hackmamba\.\n/);
      assert.equal(place.kept.length, more.length === 0 ? 1 : 0);
    });
  }

  it("apply stays with --remove-at-end until it is interrupted, and deletes the endpoint then", async () => {
    const child = start("apply", "--key-file", place.keyFile, "--yes", "--remove-at-end");
    const closed = once(child, "close");
    let said = "";
    child.stdout.setEncoding("utf8").on("data", (part: string) => {
      const before = said;
      said += part;
      const waits = (text: string) => text.includes("Ctrl-C deletes the endpoint.");
      if (waits(said) && !waits(before)) process.kill(Number(child.pid), "SIGINT");
    });
    assert.deepEqual(await closed, [0, null]);
    assert.deepEqual(place.calls(), [
      "GET /v1/webhooks",
      "POST /v1/webhooks",
      `DELETE /v1/webhooks/${/hm_\d+/.exec(said)}`,
    ]);
    assert.match(said, /Ctrl-C deletes the endpoint\.\nDeleted hm_\d+ at Hackmamba\.\n$/);
    assert.deepEqual(place.kept, []);
  });
});
