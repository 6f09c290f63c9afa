import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, describe, it } from "node:test";
import { writeLocalRun } from "../../../local/local-run.ts";
import { send } from "../../../operate/cli/send.ts";
import type { StagePlaces } from "../../../operate/stage/find-stage.ts";
import { startDeployedReceiver, verifying } from "../deployed-receiver.ts";
import { localRun } from "../stage-fixture.ts";

const place = "Stage dev on AWS: stack Hookline-dev in eu-west-1, account 123456789012";

describe("send to a stage on AWS", () => {
  const folder = mkdtempSync(join(tmpdir(), "hookline-send-aws-"));
  const lines: string[] = [];
  let stage: Awaited<ReturnType<typeof startDeployedReceiver>>;

  before(async () => {
    stage = await startDeployedReceiver();
    writeFileSync(join(folder, "secret"), verifying.github);
    // A local run is on, which has the same source: nothing may go there.
    const github = { provider: "github", url: "http://127.0.0.1:1/github", secret: "local", queues: {} };
    writeLocalRun(localRun({ sources: { github } }), folder);
  });
  after(async () => {
    await stage?.close();
    rmSync(folder, { recursive: true });
  });
  beforeEach(() => {
    lines.length = 0;
    stage.paths();
    stage.read();
  });

  const sendTo = async (places: StagePlaces, ...args: readonly string[]) =>
    await send(args, (line) => lines.push(line), folder, places);
  const sending = async (...args: readonly string[]) => await sendTo(stage.places, ...args);

  it("signs with the stage's own secret and posts to the stage's URL, which it names first", async () => {
    assert.equal(await sending("github/push", "--stage", "dev", "--id", "one", "--times", "2"), 0);
    assert.deepEqual(lines.slice(0, 3), [place, "200 accepted one", "200 duplicate one"]);
    assert.deepEqual(stage.paths(), ["/github", "/github"]);
    assert.deepEqual(stage.read(), ["hookline/dev/github"]);
    assert.ok(!lines.join("\n").includes(verifying.github));
  });

  it("finds a stack of somebody's own, and prints objects alone with --json", async () => {
    assert.equal(await sending("stripe/invoice.paid", "--stack", "Shop", "--region", "eu-west-1", "--json"), 0);
    assert.deepEqual(
      lines.map((line) => JSON.parse(line).outcome),
      ["accepted"],
    );
  });

  it("is refused where the delivery is tampered with or stale, or the stored secret is another than the receiver's", async () => {
    assert.equal(await sending("github/push", "--stage", "dev", "--tamper", "--id", "i"), 1);
    assert.equal(await sending("stripe/invoice.paid", "--stage", "dev", "--stale", "--id", "i"), 1);
    assert.equal(await sending("foreign/push", "--stage", "dev", "--id", "i"), 1);
    assert.deepEqual(
      lines.filter((line) => line !== place),
      ["401 signature-wrong i", "401 timestamp-outside-window i", "401 signature-wrong i"],
    );
  });

  it("does nothing to a stage that was deployed without allowSend, and names the setting", async () => {
    const closed = await startDeployedReceiver({});
    try {
      for (const named of [
        ["--stage", "dev"],
        ["--stack", "Shop"],
      ]) {
        await assert.rejects(sendTo(closed.places, "github/push", ...named), {
          name: "TypeError",
          message:
            "Cannot send to stage dev: it was deployed without allowSend: true; where test events may run, set it in infra/config.ts and deploy again",
        });
      }
      assert.deepEqual([closed.read(), closed.paths()], [[], []]);
    } finally {
      await closed.close();
    }
  });

  it("refuses a source that the stage has not, and one that nothing stored signs for", async () => {
    for (const [event, name, message] of [
      ["gitlab/push", "UsageError", /^Cannot find source "gitlab": stage dev has github, stripe/],
      ["unset/push", "TypeError", /dev\/unset holds no secret that counts; npm run secret -- dev unset adds one$/],
      ["malformed/push", "TypeError", /^Cannot sign for malformed: hookline\/dev\/malformed holds no secret/],
      ["paypal/PAYMENT.CAPTURE.COMPLETED", "TypeError", /^Cannot sign for paypal: PayPal signs with a private key/],
    ] as const) {
      await assert.rejects(sending(event, "--stage", "dev"), { name, message });
    }
    assert.deepEqual(stage.paths(), []);
  });

  it("refuses options that do not go with a stage", async () => {
    const file = join(folder, "secret");
    for (const [args, message] of [
      [["github/push", "--stage", "dev", "--url", stage.url], /at its own URL, .*: --url does not go with it/],
      [["github/push", "--stack", "Shop", "--forward", stage.url], /: --forward does not go with it/],
      [["github/push", "--stage", "dev", "--secret-file", file], /: --secret-file does not go with it/],
      [["github/push", "--region", "eu-west-1"], /--region goes with --stage or --stack/],
      [["--last", "--stage", "dev"], /--last repeats one delivery as it came: --stage does not go with it/],
      [
        ["github/push", "--stage", "dve"],
        /^Cannot find stage "dve": infra\/config\.ts has dev, prod; did you mean dev/,
      ],
    ] as const) {
      await assert.rejects(sending(...args), { name: "UsageError", message });
    }
    assert.deepEqual([stage.read(), stage.paths()], [[], []]);
  });
});
