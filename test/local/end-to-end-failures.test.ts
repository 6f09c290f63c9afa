import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, before, describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";
import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { CreateSecretCommand, DeleteSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SQSClient } from "@aws-sdk/client-sqs";
import { sign } from "../../lambdas/core/verify/sign.ts";
import { providers } from "../../lambdas/providers/mod.ts";
import { clientFor } from "../../local/aws/endpoint.ts";
import { formatLine, type LocalLine } from "../../local/lines.ts";
import { runLocal } from "../../local/run-local.ts";
import type { LocalStack } from "../../local/run-stack.ts";
import { dlq } from "../../operate/cli/dlq.ts";
import { countOf } from "../../operate/dead-events/dead-letters.ts";
import { stamp } from "../../operate/samples/sample.ts";

// Children of the local run connect to this machine alone, too.
process.env.HOOKLINE_CHILD_IMPORT = fileURLToPath(new URL("../only-loopback.js", import.meta.url));

const folder = mkdtempSync(join(tmpdir(), "hookline-failures-"));
const events = join(folder, "events");
const repaired = join(folder, "repaired");
const lines: string[] = [];
const reports: LocalLine[] = [];
const waiting = new Set<() => void>();
let stack: LocalStack;
let killed: Promise<void>;

const matching = (...words: readonly string[]) => lines.filter((line) => words.every((word) => line.includes(word)));

/** Resolves once it is so, asked again at every line of the run. */
async function until(what: string, isSo: () => boolean, seconds = 120): Promise<void> {
  const deadline = AbortSignal.timeout(seconds * 1000);
  while (!isSo()) {
    assert.ok(!deadline.aborted, `waited ${seconds} s for ${what}, saw\n${lines.slice(-40).join("\n")}`);
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, 1000);
      waiting.add(done);
    });
  }
}

const seen = (...words: readonly string[]) => until(words.join(" "), () => matching(...words).length > 0);

/** Posts a rightly signed delivery. */
async function post(source: string, type: string, id: string): Promise<Response> {
  const { url, secret } = stack.run.sources[source] ?? { url: "", secret: "" };
  const provider = providers[source];
  assert.ok(provider);
  const unsigned = stamp(provider, { url, body: new TextEncoder().encode('{"note":"a payload"}'), id, type }, false);
  const { method, headers, body } = await sign(unsigned, { provider, secret, now: new Date(), url });
  return await fetch(url, { method, headers, body });
}

async function accepted(type: string, id: string): Promise<void> {
  assert.deepEqual(await (await post("github", type, id)).json(), { received: true, outcome: "accepted", id });
}

/** The records whose key holds a text. */
async function records(text: string): Promise<number> {
  const client = new DynamoDBClient(clientFor(stack.run.endpoints.dynamodb, stack.run.accessKeyId));
  const { Items = [] } = await client.send(new ScanCommand({ TableName: stack.run.table, ProjectionExpression: "pk" }));
  client.destroy();
  return Items.filter(({ pk }) => pk?.S?.includes(text)).length;
}

/** How many messages a queue and its DLQ hold, those under way included. */
async function queued(source: string, type: string): Promise<{ readonly queue: number; readonly dlq: number }> {
  const urls = stack.run.sources[source]?.queues[type];
  assert.ok(urls);
  const sqs = new SQSClient({
    ...clientFor(stack.run.endpoints.sqs, stack.run.accessKeyId),
    useQueueUrlAsEndpoint: false,
  });
  const counts = { queue: await countOf(sqs, urls.queue), dlq: await countOf(sqs, urls.dlq) };
  sqs.destroy();
  return counts;
}

/** Waits until a queue and its DLQ hold so many: SQS moves or deletes a message a moment after its run has ended. */
async function holds(type: string, counts: { readonly queue: number; readonly dlq: number }): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!isDeepStrictEqual(await queued("github", type), counts) && Date.now() < deadline) await delay(50);
  assert.deepEqual(await queued("github", type), counts);
}

async function run(
  ...args: readonly string[]
): Promise<{ readonly code: number; readonly printed: readonly string[] }> {
  const printed: string[] = [];
  const code = await dlq(args, (line) => printed.push(line), { folder });
  assert.equal(printed.shift(), "Stage dev in the local run");
  return { code, printed };
}

/** Kills the process in which the event runs, in the middle of its first run. */
async function killInTheMiddle(id: string): Promise<void> {
  await accepted("cut", id);
  await seen("run", id, "running", "attempt=1");
  const report = reports.find((found) => found.from === "lambda" && found.line.text.includes('"running"'));
  assert.ok(report?.from === "lambda" && report.line.pid > 0);
  process.kill(report.line.pid, "SIGKILL");
  await seen(`pid ${report.line.pid}: exit signal: SIGKILL`);
}

describe("failures, through the synthesized stack with fast retries", () => {
  before(async () => {
    cpSync(new URL("../fixtures/failing-events", import.meta.url), events, { recursive: true });
    for (const file of readdirSync(events, { recursive: true, encoding: "utf8" }).filter((path) =>
      path.endsWith(".ts"),
    )) {
      const core = new URL("../../lambdas/core/processing/processor.ts", import.meta.url).pathname;
      const text = readFileSync(join(events, file), "utf8").replace(
        "../../../../lambdas/core/processing/processor.ts",
        core,
      );
      writeFileSync(join(events, file), text.replace("REPAIRED", repaired));
    }
    const log = (report: LocalLine) => {
      reports.push(report);
      lines.push(formatLine(report));
      for (const wake of waiting) wake();
    };
    stack = await runLocal({ port: 0, events, folder, fastRetries: true, log });
    // What takes longest begins first; the last tests see how it ended.
    await accepted("stuck", "never-ends");
    killed = killInTheMiddle("killed");
    killed.catch(() => {});
  });
  after(async () => {
    await stack?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("answers 404 where nothing listens and 405 to GET, at both entrances", async () => {
    for (const entrance of [stack.run.functionUrl, stack.run.apiUrl]) {
      assert.equal((await fetch(`${entrance}/nobody`, { method: "POST", body: "{}" })).status, 404, entrance);
      assert.equal((await fetch(`${entrance}/github/too/deep`, { method: "POST", body: "{}" })).status, 404, entrance);
      assert.equal((await fetch(`${entrance}/github`)).status, 405, entrance);
    }
  });

  it("accepts nothing while no secret is set, and takes the first one as soon as it is", async () => {
    const secrets = new SecretsManagerClient(clientFor(stack.run.endpoints.secretsmanager, stack.run.accessKeyId));
    const Name = "hookline/dev/stripe";
    await secrets.send(new DeleteSecretCommand({ SecretId: Name, ForceDeleteWithoutRecovery: true }));
    const refused = await post("stripe", "invoice.paid", "evt_unset");
    assert.equal(refused.status, 503);
    assert.ok(Number(refused.headers.get("retry-after")) > 0);
    assert.equal((await refused.json()).error, "secret-unset");
    assert.equal(await records("stripe"), 0);
    assert.deepEqual(await queued("stripe", "invoice.paid"), { queue: 0, dlq: 0 });
    assert.equal(matching("evt_unset").length, 0, "its id was read");

    const SecretString = stack.run.sources.stripe?.secret;
    await secrets.send(new CreateSecretCommand({ Name, SecretString }));
    secrets.destroy();
    assert.equal((await post("stripe", "invoice.paid", "evt_unset")).status, 200);
    await seen("process", "evt_unset", "done");
  });

  it("lists dead events with their reasons, and processes them after a redrive", async () => {
    const ids = ["dead-one", "dead-two", "dead-three"];
    for (const id of ids) await accepted("refused", id);
    await holds("refused", { queue: 0, dlq: 3 });
    await seen("ALARM", "hookline-dlq-dev-github-refused");

    const { printed } = await run("list", "github/refused");
    assert.equal(printed.length, 3, printed.join("\n"));
    for (const id of ids) {
      const line = new RegExp(
        `^github/refused {2}${id} {2}1 attempt {2}\\d+ (?:s|min) ago {2}.*The tracker is not repaired$`,
      );
      assert.equal(printed.filter((found) => line.test(found)).length, 1, printed.join("\n"));
    }
    const shown = (await run("show", "github/refused", "--id", "dead-two")).printed.join("\n");
    assert.match(
      shown,
      /^id {8}dead-two\nsource {4}github\ntype {6}refused\nreceived .*\nreason {4}.*\n {10}at .*\/events\/github\/refused\.ts:\d+:\d+\)?\nattempts {2}1\n/,
    );
    assert.doesNotMatch(shown, /a payload/);
    const withBody = (await run("show", "github/refused", "--id", "dead-two", "--payload")).printed;
    assert.equal(withBody.at(-1), '  {"note":"a payload"}');
    assert.deepEqual(matching("dlq-dev-github-refused is empty"), [], "looking at them ended the alarm");

    assert.deepEqual(await run("redrive", "github/refused", "--dry-run"), {
      code: 0,
      printed: ["would redrive about 3 to the queue of github/refused"],
    });
    assert.deepEqual(await queued("github", "refused"), { queue: 0, dlq: 3 });

    writeFileSync(repaired, "");
    assert.deepEqual(await run("redrive", "github/refused", "--id", "dead-two"), {
      code: 0,
      printed: ["redriven: dead-two to the queue of github/refused"],
    });
    await seen("process", "dead-two", "done");
    assert.deepEqual(await queued("github", "refused").then(({ dlq }) => dlq), 2, "the others stay");

    assert.deepEqual((await run("redrive", "github/refused")).printed, [
      "redriven: about 2 to the queue of github/refused",
    ]);
    for (const id of ids) await seen("process", id, "done");
    assert.deepEqual((await run("redrive", "github/refused")).printed, ["nothing to redrive in github/refused"]);
    assert.deepEqual((await run("list", "github/refused")).printed, [
      "no dead events in github/refused; an event that is still retried is not dead yet",
    ]);
    await seen("OK", "hookline-dlq-dev-github-refused is empty");
  });

  it("loses nothing that it answered 200 when the table is away for 5 s under load", async () => {
    const total = 120;
    const answers = new Map<string, string>();
    const back = Promise.withResolvers<void>();
    let outage: Promise<void> | undefined;
    let next = 0;
    /** A quarter before the outage, half of them in it, a quarter after it; 503 is tried again, as providers do. */
    const deliver = async () => {
      while (next < total) {
        const number = next++;
        if (number === total / 4) {
          outage = stack.tableAway().then(async (comeBack) => {
            await Promise.all([delay(5000), seen("process", "claim failed")]);
            await comeBack();
            back.resolve();
          });
          outage.catch(back.reject);
        }
        if (number >= (3 * total) / 4) await back.promise;
        const id = `load-${number}.`;
        for (let tries = 0; tries < 20 && !answers.has(id); tries += 1) {
          const response = await post("github", "load", id);
          if (response.status === 200) answers.set(id, (await response.json()).outcome);
          else assert.equal(response.status, 503);
        }
      }
    };
    await Promise.all(Array.from({ length: 8 }, deliver));
    const pids = Object.values(stack.pids());
    assert.ok(pids.flat().length <= 2 * pids.length, `${pids.flat().length} processes for ${pids.length} functions`);
    await outage;
    assert.equal(answers.size, total);
    assert.ok(matching("process", "claim failed").length > 0, "no processor noticed the outage");
    const done = (id: string) => matching("process", id, "done").length > 0;
    // A claim that the outage cut off may hold its event until its lease ends.
    await until("every accepted event to be done", () => [...answers.keys()].every(done));
    await holds("load", { queue: 0, dlq: 0 });
  });

  it("retries an event whose process was killed, in one further run", async () => {
    await killed;
    await seen("process", "killed", "done", "attempt=2");
    assert.equal((await queued("github", "cut")).dlq, 0);
  });

  it("ends a run that never ends at its function's timeout, and says so", async () => {
    await seen("timeout", "Task timed out after 1");
    await seen("ALARM", "hookline-dlq-dev-github-stuck");
    const [line = ""] = (await run("list", "github/stuck")).printed;
    assert.match(
      line,
      /^github\/stuck {2}never-ends {2}1 attempt {2}\d+ (?:s|min) ago {2}killed: timeout, memory or crash, after 1/,
    );
  });
});
