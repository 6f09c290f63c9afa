import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { createSecrets } from "../../../lambdas/aws/secrets/secrets.ts";
import { MalformedSecretError } from "../../../lambdas/core/mod.ts";
import { clientFor } from "../../../local/aws/endpoint.ts";
import { startSecretsManager } from "../../../local/aws/secrets-manager.ts";
import { secret } from "../../../operate/cli/secret.ts";
import { fakeAws } from "../stage-fixture.ts";

const start = new Date("2026-01-05T10:00:00Z");
const day = 24 * 3_600_000;
const known = ["github", "stripe", "slack", "asana", "many", "whop", "box", "leaked"];
let endpoint: Awaited<ReturnType<typeof startSecretsManager>>;
let client: SecretsManagerClient;

before(async () => {
  endpoint = await startSecretsManager({});
  client = new SecretsManagerClient(clientFor(endpoint.url, "local"));
  for (const source of known) {
    await client.send(new CreateSecretCommand({ Name: `hookline/dev/${source}` }));
  }
});
after(async () => {
  client.destroy();
  await endpoint.close();
});

async function run(input: string, now: Date, ...args: readonly string[]): Promise<string> {
  const lines: string[] = [];
  const sources = Object.fromEntries(known.map((source) => [source, source]));
  const awsClients = fakeAws({ stage: "dev", sources, events: [] }, { secretsmanager: client });
  await secret(args, (line) => lines.push(line), { awsClients, now, read: async () => input });
  assert.equal(lines.shift(), "Stage dev on AWS: stack Hookline-dev in eu-west-1, account 123456789012");
  return lines.join("\n");
}

async function list(source: string): Promise<unknown> {
  const { SecretString = "" } = await client.send(new GetSecretValueCommand({ SecretId: `hookline/dev/${source}` }));
  return JSON.parse(SecretString);
}

/** What the verifier would take at a time, having cached nothing. */
const taken = (source: string, at: Date) => createSecrets(client, "hookline/dev/", () => at)(source).secrets();

describe("secret", () => {
  it("adds what it reads, and gives those before it a day more", async () => {
    const said = await run("one\n", start, "dev", "github");
    assert.match(
      said,
      /^hookline\/dev\/github holds 1 that counts for good\.\nThe verifier takes it at the next delivery/,
    );
    await run("two", start, "--", "dev", "github");
    const until = new Date(start.getTime() + day).toISOString();
    assert.deepEqual(await list("github"), [{ secret: "two" }, { secret: "one", until }]);
  });

  it("is told by README and the page of the local run as it is: the command, and the sentence that it prints", async () => {
    const [readme, page] = ["README.md", "docs/local.md"].map((file) =>
      readFileSync(new URL(`../../../${file}`, import.meta.url), "utf8").replaceAll(/\s+/g, " "),
    );
    for (const text of [readme, page]) assert.ok(text?.includes("`npm run secret -- stripe --local < secret.txt`"));
    const said = await run("of-a-page", start, "dev", "slack");
    const [sentence = ""] = /The verifier takes it .*/.exec(said) ?? [];
    assert.ok(page?.includes(`"${sentence}"`), sentence);
    assert.match(
      said,
      /\nIf you made it, give it to the provider now\. If the provider made it, nothing is left to do\.$/,
    );
  });

  it("keeps the secret in use when a typo is corrected", async () => {
    const later = new Date(start.getTime() + 60_000);
    await run("three", later, "dev", "github");
    const ends = [start, later].map((time) => new Date(time.getTime() + day).toISOString());
    assert.deepEqual(await list("github"), [
      { secret: "three" },
      { until: ends[1], secret: "two" },
      { secret: "one", until: ends[0] },
    ]);
    assert.deepEqual(await taken("github", later), ["three", "two", "one"]);
    const said = await run("four", new Date(later.getTime() + day), "dev", "github");
    assert.ok(!/one|two|three|four/.test(said));
    assert.equal(((await list("github")) as readonly unknown[]).length, 2, "what has expired is dropped");
  });

  it("keeps other secrets beside it without an end, and renews one that was to end", async () => {
    await run("test", start, "dev", "stripe");
    await run("live", start, "dev", "stripe", "--beside");
    assert.deepEqual(await list("stripe"), [{ secret: "live" }, { secret: "test" }]);
    await run("test", start, "dev", "stripe", "--beside");
    assert.deepEqual(await list("stripe"), [{ secret: "test" }, { secret: "live" }]);
  });

  it("opens a handshake, which stores one secret beside the others, once", async () => {
    const keepAt = (at: Date) => createSecrets(client, "hookline/dev/", () => at)("asana").keep;
    assert.equal(await keepAt(start)("never asked for"), false);
    await run("first", start, "dev", "asana");
    assert.equal(await keepAt(start)("not asked for"), false);
    const said = await run("", start, "dev", "asana", "--handshake", "10m");
    assert.match(said, /may hand over a secret until 2026-01-05T10:10:00\.000Z/);
    assert.equal(await keepAt(new Date(start.getTime() + 600_000))("too late"), false);
    const both = await Promise.all([keepAt(start)("second"), keepAt(start)("of somebody else")]);
    assert.deepEqual(both.toSorted(), [false, true]);
    assert.equal(await keepAt(start)("third"), false);
    const kept = both[0] ? "second" : "of somebody else";
    assert.deepEqual(await list("asana"), [{ secret: "first" }, { secret: kept }]);
    assert.deepEqual(await taken("asana", start), ["first", kept]);
  });

  it("is revoked at once by --replace-now, and so is what counted for good", async () => {
    await run("test-key", start, "dev", "leaked");
    await run("leaked", start, "dev", "leaked", "--beside");
    const said = await run("new", start, "dev", "leaked", "--replace-now");
    assert.deepEqual(await taken("leaked", start), ["new"], "the version before counts for a day, too");
    assert.match(said, /^hookline\/dev\/leaked holds 1 that counts for good\.\nThose before it count no more: /);
    await run('["odd"', start, "dev", "leaked", "--replace-now");
    assert.deepEqual(await taken("leaked", start), ['["odd"']);
  });

  it("is replaced in one way", async () => {
    for (const other of [["--beside"], ["--handshake", "10m"]]) {
      await assert.rejects(run("new", start, "dev", "leaked", "--replace-now", ...other), {
        message: /--beside, --replace-now and --handshake are three ways: give one/,
      });
    }
  });

  it("takes 16 and no more", async () => {
    for (let count = 1; count <= 16; count += 1) await run(`secret ${count}`, start, "dev", "many", "--beside");
    await assert.rejects(run("one more", start, "dev", "many"), {
      message: /it holds 16, and a source takes at most 16/,
    });
    assert.equal((await taken("many", start)).length, 16);
  });

  it("stores a secret that looks like JSON so that it counts, and never shows it", async () => {
    for (const odd of ['{"a":1}', "[b]", "{c"]) {
      const said = await run(odd, start, "dev", "whop", "--beside");
      assert.ok(!said.includes(odd));
    }
    assert.deepEqual(await taken("whop", start), ["{c", "[b]", '{"a":1}']);
  });

  it("replaces a stored value that is neither a secret nor a list of them, and says so", async () => {
    for (const text of ['{"secret":"private"}', "[private", '[{"secret":"private","until":"tomorrow"}]']) {
      await client.send(new PutSecretValueCommand({ SecretId: "hookline/dev/box", SecretString: text }));
      await assert.rejects(taken("box", start), MalformedSecretError);
      const said = await run("right", start, "dev", "box");
      assert.match(said, /^The value stored before was neither a secret nor a list of them/);
      assert.ok(!said.includes("private"));
      assert.deepEqual(await taken("box", start), ["right"]);
    }
  });

  it("fails for invalid input, and repeats no secret", async () => {
    const failing = (input: string, args: readonly string[], message: RegExp) =>
      assert.rejects(run(input, start, ...args), (error: Error) => {
        assert.match(error.message, message);
        return error instanceof TypeError && !error.message.includes("private");
      });
    await failing("x", [], /expected \[<stage>\] <source>, received nothing/);
    await failing("x", ["dev", "github", "private"], /expected \[<stage>\] <source>, received 3 arguments/);
    await failing(
      "x",
      ["dev", "gihtub"],
      /Cannot find source "gihtub": stage dev has github, .*did you mean github\?$/,
    );
    await failing("x", ["dev", "Private: private"], /^Cannot find source: stage dev has github/);
    await failing("x", ["stage", "github"], /infra\/config\.ts has dev, prod/);
    await failing("", ["dev", "github"], /holds none, or a placeholder/);
    for (const none of ["{}", "null", "sk_test_...", "\u200b", "\0"])
      await failing(none, ["dev", "github"], /holds none/);
    await failing("changeme\n", ["dev", "github"], /holds none, or a placeholder/);
    await failing("private\nprivate\n", ["dev", "github"], /several lines/);
    for (const time of ["10", "0m", "61m", "2h", "m"]) {
      await failing("", ["dev", "asana", "--handshake", time], /--handshake takes 1m to 1h/);
    }
  });
});
