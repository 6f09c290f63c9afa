import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { createApp } from "../../infra/app.ts";

import { providers } from "../../lambdas/providers/mod.ts";
import { clientFor } from "../../local/aws/endpoint.ts";
import { writeLocalRun } from "../../local/local-run.ts";
import { type LocalStack, runStack } from "../../local/run-stack.ts";
import { bundleTogether } from "../../local/synth/one-build.ts";
import { secret } from "../../operate/cli/secret.ts";
import { send } from "../../operate/cli/send.ts";
import { why } from "../../operate/cli/why.ts";
import { localCounts } from "../../operate/log-counts/local-counts.ts";
import { sampleType } from "../../operate/samples/sample.ts";
import { whyRefused } from "../../operate/why/why-refused.ts";

const samples = new URL("../../lambdas/providers/samples/", import.meta.url);
const folder = mkdtempSync(join(tmpdir(), "hookline-every-"));
const said: string[] = [];
let stack: LocalStack;

describe("a local run with every provider as a source", () => {
  before(async () => {
    const sources = Object.fromEntries(Object.keys(providers).map((name) => [name, name]));
    const { bundles } = await bundleTogether({ events: [], sources }, folder);
    const assembly = join(folder, "cdk.out");
    const stages = { dev: { removeData: true, logDays: 1 } } as const;
    createApp({ stages, events: [], sources, bundles, outdir: assembly }).synth();
    stack = await runStack({
      ...{ assembly, stack: "Hookline-dev", stage: "dev", events: [], sources, port: 0, onRefused: whyRefused },
      log: (report) => {
        if (report.from === "run") said.push(report.text);
      },
    });
    writeLocalRun(stack.run, folder);
  });

  after(async () => {
    await stack?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  for (const [name, { answer }] of Object.entries(providers)) {
    const [file = ""] = readdirSync(new URL(`${name}/`, samples), { recursive: true, encoding: "utf8" }).filter(
      (path) => /\.(json|form)$/.test(path),
    );
    const event = `${name}/${sampleType(file)}`;

    it(`takes what send posts as ${event}`, async () => {
      const lines: string[] = [];
      assert.equal(await send([event], (line) => lines.push(line), folder), 0, lines.join("\n"));
      assert.match(lines[0] ?? "", new RegExp(`^${answer?.status ?? 200} `));
    });
  }

  it("keeps the secret that Asana hands over while an operator's window is open, once, and not otherwise", async () => {
    const { asana } = stack.run.sources;
    assert.ok(asana !== undefined);
    const client = new SecretsManagerClient(clientFor(stack.run.endpoints.secretsmanager, stack.run.accessKeyId));
    const shake = async (handed: string) => {
      const { status, headers } = await fetch(asana.url, { method: "POST", headers: { "x-hook-secret": handed } });
      return [status, headers.get("x-hook-secret")];
    };
    await secret(["asana", "--handshake", "10m"], () => {}, { folder });
    assert.deepEqual(await shake("of Asana"), [200, "of Asana"]);
    assert.deepEqual(await shake("of somebody else"), [401, null]);
    const { SecretString = "" } = await client.send(new GetSecretValueCommand({ SecretId: "hookline/dev/asana" }));
    assert.deepEqual(JSON.parse(SecretString), [{ secret: asana.secret }, { secret: "of Asana" }]);
    client.destroy();
  });

  it("repeats what it has kept, as it came or signed anew, for those who know the address alone", async () => {
    const printed: string[] = [];
    const print = (line: string) => printed.push(line);
    await send(["github/push", "--id", "kept-1"], print, folder);
    await send(["stripe/invoice.paid", "--stale"], print, folder);
    assert.equal(await send(["--last"], print, folder), 1);
    assert.match(
      printed.splice(0).join("\n"),
      /\n401 timestamp-outside-window[^\n]*\nIts signed time is too long ago\./,
    );
    const { url = "" } = stack.run.sources.stripe ?? {};
    assert.equal(await send(["--repeat", "kept-1", "--times", "2"], print, folder), 0);
    assert.match(printed.splice(0)[0] ?? "", /^200 ignored kept-1 \(2 times\)$/);
    await send(["stripe/invoice.paid", "--stale"], () => {}, folder);
    assert.equal(await send(["--last", "--forward", url], print, folder), 0, printed.join("\n"));
    assert.match(printed.splice(0).join("\n"), /^Signs for .*\/stripe, and posts there\.\n200 ignored [0-9a-f-]{36}$/);
    await assert.rejects(send(["--repeat", "never"], print, folder), /has kept no delivery of an event "never"/);
    const [, secretPath] = /^http:\/\/[^/]+\/(\w+)$/.exec(stack.run.deliveries) ?? [];
    const { status } = await fetch(stack.run.deliveries.replace(String(secretPath), "guessed"));
    assert.equal(status, 403);
  });

  it("logs why it refuses, and does not tell the sender", async () => {
    said.length = 0;
    const lines: string[] = [];
    assert.equal(await send(["github/push", "--tamper"], (line) => lines.push(line), folder), 1);
    assert.match(lines[0] ?? "", /^401 signature-wrong /);
    assert.ok(
      said.some((text) => /^why github: No cause was found/.test(text)),
      said.join("\n"),
    );
    const secret = stack.run.sources.github?.secret ?? "";
    assert.ok(secret !== "" && !said.join("\n").includes(secret));
  });

  it("has why explain the delivery that came last, by the secrets of the run and one that is named", async () => {
    const printed: string[] = [];
    const asked = (...args: string[]) => why(["--last", ...args], (line) => printed.push(line), folder);
    const wrong = join(folder, "wrong.txt");
    writeFileSync(wrong, "a secret of nobody");
    await send(["github/push", "--secret-file", wrong], () => {}, folder);
    assert.equal(await asked(), 1);
    assert.match(
      printed.splice(0).join("\n"),
      /^signature-wrong\n.*\nNo cause was found\..*the secrets of other sources/,
    );
    assert.equal(await asked("--other-secret-file", wrong), 1);
    assert.match(printed.splice(0).join("\n"), /\nThe signature is right for the secret of .*wrong\.txt\.\n/);
    await send(["github/push"], () => {}, folder);
    assert.deepEqual([await asked(), printed.splice(0)], [0, ["verified", "It is rightly signed."]]);
    assert.deepEqual(
      await asked("--provider", "stripe").catch(({ message }) => /--\w+ does not .*/.exec(message)?.[0]),
      "--provider does not go with it. Help: npm run why -- --help",
    );
    await fetch(new URL("/nowhere", stack.run.functionUrl), { method: "POST", body: "{}" });
    await assert.rejects(
      asked(),
      /^TypeError: Cannot say why: it came to a path that no source has; there are .*stripe/,
    );
    await assert.rejects(
      why(["--last"], () => {}, join(folder, "nothing")),
      /no local run is on \(npm start\)/,
    );
  });

  it("counts the event types that came and have no file, and refusals with the headers of a sibling", async () => {
    const { hotmart } = stack.run.sources;
    assert.ok(hotmart !== undefined);
    const headers = { "x-hotmart-hottok": "anybody's" };
    assert.equal((await fetch(hotmart.url, { method: "POST", headers, body: "{}" })).status, 401);
    const { ignored, siblings } = await localCounts(stack.run);
    assert.deepEqual(siblings, [{ source: "hotmart", sibling: "hotmart-hottok", refusals: 1 }]);
    const types = ignored.filter(({ source }) => source === "stripe").map(({ type, events }) => [type, events]);
    assert.deepEqual(types, [
      ["charge.refunded", 1],
      ["invoice.paid", 1],
    ]);
  });

  it("names the source whose secret signed a delivery that was sent to another source", async () => {
    said.length = 0;
    const { hackmamba, github } = stack.run.sources;
    assert.ok(hackmamba !== undefined && github !== undefined);
    const body = "{}";
    const { createHmac } = await import("node:crypto");
    const signature = createHmac("sha256", hackmamba.secret).update(body).digest("hex");
    const headers = { "x-hub-signature-256": `sha256=${signature}` };
    assert.equal((await fetch(github.url, { method: "POST", headers, body })).status, 401);
    assert.ok(said.includes("why github: The signature is right for the secret of source hackmamba."), said.join("\n"));
  });
});
