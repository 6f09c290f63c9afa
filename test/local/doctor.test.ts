import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { buffer } from "node:stream/consumers";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { GetQueueAttributesCommand, PurgeQueueCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { readEventFiles } from "../../infra/build/event-files.ts";
import { clientFor } from "../../local/aws/endpoint.ts";
import { banner } from "../../local/banner.ts";
import { formatLine } from "../../local/lines.ts";
import { writeLocalRun } from "../../local/local-run.ts";
import { runLocal } from "../../local/run-local.ts";
import type { LocalStack } from "../../local/run-stack.ts";
import { doctor } from "../../operate/cli/doctor.ts";
import { pause, resume } from "../../operate/cli/pause.ts";
import { send } from "../../operate/cli/send.ts";
import { sources } from "../../operate/cli/sources.ts";
import { ignoredTypes } from "../../operate/log-counts/ignored-types.ts";
import { sampleTypes } from "../../operate/samples/sample.ts";
import { answering } from "../answering.ts";

process.env.HOOKLINE_CHILD_IMPORT = fileURLToPath(new URL("../only-loopback.js", import.meta.url));

const folder = mkdtempSync(join(tmpdir(), "hookline-doctor-"));
const events = join(folder, "events");
const lines: string[] = [];
/** The sources of the refusals that were explained. */
const explained: string[] = [];
let stack: LocalStack;
let sqs: SQSClient;

function writeEvent(name: string): void {
  const path = join(events, `${name}.ts`);
  mkdirSync(dirname(path), { recursive: true });
  const core = fileURLToPath(new URL("../../lambdas/core/processing/processor.ts", import.meta.url));
  const made = `export default processor({ impact: "Harm" }, async () => {});\n`;
  writeFileSync(path, `import { processor } from ${JSON.stringify(core)};\n${made}`);
}

/** The exit code, and the rows by their check: state and the rest. */
async function examined(given: Parameters<typeof doctor>[2] = {}) {
  const printed: string[] = [];
  const code = await doctor([], (line) => printed.push(line), { folder, ...given });
  const rows = printed.slice(1, -1).map((line) => {
    const [, check = "", state = "", says = ""] = /^(.+?) {2,}(ok|warn|FAIL|not checked here) +(.+)$/.exec(line) ?? [];
    return [check, { state, says }] as const;
  });
  return { code, printed, rows: Object.fromEntries(rows), failed: rows.filter(([, { state }]) => state === "FAIL") };
}

async function visibleIn(QueueUrl: string | undefined): Promise<string | undefined> {
  const AttributeNames = ["ApproximateNumberOfMessages" as const];
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }));
  return Attributes?.ApproximateNumberOfMessages;
}

describe("an operator of a local run", () => {
  before(async () => {
    for (const name of ["generic/_other", "github/push", "stripe/invoice.paid"]) writeEvent(name);
    stack = await runLocal({
      port: 0,
      events,
      folder,
      log: (report) => lines.push(formatLine(report)),
      onRefused: async ({ source }) => {
        explained.push(source);
        return [];
      },
    });
    sqs = new SQSClient({ ...clientFor(stack.run.endpoints.sqs, stack.run.accessKeyId), useQueueUrlAsEndpoint: false });
  });
  after(async () => {
    sqs.destroy();
    await stack.close();
    rmSync(folder, { recursive: true, force: true });
  });

  describe("doctor on a local run", () => {
    it("finds nothing wrong in a sound run, and does not call a check ok that it cannot make", async () => {
      const queues = Object.values(stack.run.sources).flatMap((source) => Object.values(source.queues));
      const { code, printed, rows } = await examined();
      assert.equal(code, 0, printed.join("\n"));
      assert.match(printed[0] ?? "", /^Stage dev in the local run, http:\/\/127\.0\.0\.1:\d+$/);
      assert.equal(printed.at(-1), "Nothing is wrong in what was checked.");
      const states = Object.fromEntries(Object.entries(rows).map(([check, { state }]) => [check, state]));
      assert.deepEqual(states, {
        archive: "ok",
        "secret of generic": "ok",
        "secret of github": "ok",
        "secret of stripe": "ok",
        "URL of generic": "ok",
        "URL of github": "ok",
        "URL of stripe": "ok",
        "bytes of a body": "ok",
        clock: "ok",
        DLQs: "ok",
        mappings: "ok",
        "event types": "ok",
        "URL permissions": "not checked here",
        "alarm subscription": "not checked here",
        concurrency: "not checked here",
        "stack's runtime": "not checked here",
        "verifier's version": "not checked here",
        versions: "ok",
      });
      assert.match(rows["bytes of a body"]?.says ?? "", /^\/github takes .* and ignores it$/);
      for (const { queue } of queues) assert.equal(await visibleIn(queue), "0");
      assert.ok(!lines.some((line) => /dedupe .* new( |$)|unreadable/.test(line)), "it had no effect");
    });

    it("posts nothing that the run keeps or explains: why --last is of somebody's delivery", async () => {
      assert.ok(
        lines.some((line) => /POST \/github 401/.test(line)),
        "doctor was refused",
      );
      assert.deepEqual(explained, []);
      assert.deepEqual(await (await fetch(stack.run.deliveries)).json(), []);
      await fetch(`${stack.run.functionUrl}/github`, { method: "POST", body: "{}" }).then((answer) => answer.text());
      assert.deepEqual(explained, ["github"]);
      const kept = await (await fetch(stack.run.deliveries)).json();
      assert.deepEqual(
        kept.map(({ source, status }: { readonly source: string; readonly status: number }) => [source, status]),
        [["github", 401]],
      );
    });

    it("has a line to try for every source, that of _other alone too", async () => {
      const shown = banner(stack.run, "Hookline-dev", sampleTypes);
      const tries = Array.from(shown.matchAll(/try {5}npm run send -- (.+)$/gm), ([, name = ""]) => name);
      assert.deepEqual(tries, ["generic/form.submitted", "github/push", "stripe/invoice.paid"]);
      const said: string[] = [];
      for (const name of tries) await send([name], (line) => said.push(line), folder);
      for (const line of said) assert.match(line, /^200 accepted /);
    });

    it("lists a type that came and has no event file, as do sources and the end of the run; nothing unsigned counts", async () => {
      const said: string[] = [];
      const post = (type: string, ...more: readonly string[]) =>
        send([`github/${type}`, "--body-file", join(folder, "body.json"), ...more], (line) => said.push(line), folder);
      writeFileSync(join(folder, "body.json"), '{"action":"created"}');
      await post("star", "--id", "one");
      await post("star", "--id", "two");
      await post("fork", "--tamper");
      assert.deepEqual(
        said.map((line) => line.split(" ").slice(0, 2).join(" ")),
        ["200 ignored", "200 ignored", "401 signature-wrong"],
      );
      const ignored = lines.filter((line) => line.includes("ignored") && line.includes("star"));
      assert.equal(ignored.length, 2, "one line each");
      assert.match(ignored[0] ?? "", /dedupe +github\/star\.created one ignored reason=no-processor$/);

      const says = "github/star.created came 2 times and has no event file";
      const remedy = "npm run new -- event github/star.created";
      const { code, printed } = await examined();
      assert.equal(code, 0, printed.join("\n"));
      assert.deepEqual(
        printed.filter((line) => line.startsWith("event types")).map((line) => line.split(/ {2,}/)),
        [["event types", "warn", `${says} → ${remedy}`]],
      );
      const told: string[] = [];
      await sources([], (line) => told.push(line), { events, folder });
      assert.ok(told.includes(`  note    ${says}: ${remedy}`), told.join("\n"));
      const files = { events: await readEventFiles(events), sources: { github: "github" } };
      assert.deepEqual(ignoredTypes(stack.counts(), files).listed, [{ source: "github", says, remedy }]);
      assert.ok(!JSON.stringify(stack.counts()).includes("fork"));
    });

    it("finds a secret that is unset, a dead event, a paused processor and a wrong clock, each with what to do", async () => {
      const secrets = new SecretsManagerClient(clientFor(stack.run.endpoints.secretsmanager, stack.run.accessKeyId));
      const SecretId = "hookline/dev/stripe";
      const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId }));
      await secrets.send(new PutSecretValueCommand({ SecretId, SecretString: "changeme" }));
      const half = await examined();
      assert.match(half.rows["secret of stripe"]?.says ?? "", /^what was written last is none: .* for a day at most →/);
      await secrets.send(new PutSecretValueCommand({ SecretId, SecretString: '{"stripe":"private"}' }));
      const odd = await examined();
      assert.match(
        odd.rows["secret of stripe"]?.says ?? "",
        /no list of secrets, or each has ended: .* → npm run secret -- stripe$/,
      );
      assert.equal(odd.rows["secret of stripe"]?.state, "FAIL");
      assert.ok(!odd.printed.join().includes("private"));
      await secrets.send(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true }));
      const { dlq } = stack.run.sources.stripe?.queues["invoice.paid"] ?? {};
      await sqs.send(new SendMessageCommand({ QueueUrl: dlq, MessageBody: "dead" }));
      await pause(["--", "dev", "github/push", "--local"], () => {}, { folder });

      const { code, printed, rows, failed } = await examined({ now: () => new Date(Date.now() + 3_600_000) });
      assert.equal(code, 1);
      const text = printed.join("\n");
      assert.match(rows["secret of stripe"]?.says ?? "", /^none is set: .* → npm run secret -- stripe$/, text);
      assert.match(rows.DLQs?.says ?? "", /^stripe\/invoice\.paid has 1 → npm run dlq -- list$/, text);
      assert.match(rows.mappings?.says ?? "", /^github\/push is Disabled → npm run resume -- github\/push;/, text);
      // An entrance says its time in whole seconds.
      assert.match(
        rows.clock?.says ?? "",
        /^this machine's is 3(599|6\d\d) s from the entrance's → set this machine's clock/,
        text,
      );
      // Its 503 would count as a fault of the stage.
      assert.equal(rows["URL of stripe"]?.state, "not checked here", text);
      const found = failed.map(([check]) => check);
      assert.deepEqual(found.sort(), ["DLQs", "clock", "mappings", "secret of stripe"], text);
      for (const { secret } of Object.values(stack.run.sources)) assert.ok(!text.includes(secret), "no secret is told");

      await resume(["github/push"], () => {}, { folder });
      await secrets.send(new CreateSecretCommand({ Name: SecretId, SecretString }));
      await sqs.send(new PurgeQueueCommand({ QueueUrl: dlq }));
      // A process that has used up its two fetches of the unset secret answers 503 until the first is 30 s old, no longer.
      let again = await examined();
      while (again.failed.length === 1 && again.failed[0]?.[0] === "URL of stripe") again = await examined();
      assert.equal(again.code, 0, again.printed.join("\n"));
      secrets.destroy();
    });

    it("finds a URL that is closed and one where bytes are changed on the way", async () => {
      const closed = join(folder, "closed");
      mkdirSync(closed);
      writeLocalRun({ ...stack.run, functionUrl: "http://127.0.0.1:9" }, closed);
      const { rows } = await examined({ folder: closed });
      for (const source of ["generic", "github", "stripe"]) assert.equal(rows[`URL of ${source}`]?.state, "FAIL");

      // What decodes a body and encodes it again, as some proxies do.
      const proxy = answering(async (request, response) => {
        const body = (await buffer(request)).toString("utf8");
        const headers = Object.entries(request.headers).filter(
          ([name]) => !/^(content-length|host|connection)$/.test(name),
        );
        const method = request.method ?? "POST";
        const answer = await fetch(`${stack.run.functionUrl}${request.url}`, {
          method,
          headers: headers.map(([name, value]): [string, string] => [name, String(value)]),
          ...(method === "HEAD" ? {} : { body }),
        });
        response.writeHead(answer.status).end(Buffer.from(await answer.arrayBuffer()));
      });
      await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
      const { port } = proxy.address() as AddressInfo;
      writeLocalRun({ ...stack.run, functionUrl: `http://127.0.0.1:${port}` }, closed);
      // As above: the verifier's other process may not have asked for the secret of stripe since it was set.
      let changed = await examined({ folder: closed });
      while (changed.failed.some(([check]) => check === "URL of stripe")) changed = await examined({ folder: closed });
      proxy.close();
      proxy.closeAllConnections();
      assert.deepEqual(
        changed.failed.map(([check]) => check),
        ["bytes of a body"],
        changed.printed.join("\n"),
      );
    });

    it("fails for invalid arguments, and where no run is on", async () => {
      const failing = (args: readonly string[], message: RegExp) =>
        assert.rejects(
          doctor(args, () => {}, { folder: join(folder, "nowhere") }),
          (error: Error) => error instanceof TypeError && message.test(error.message),
        );
      await failing([], /no local run is on \(npm start\), and none on AWS is named/);
      await failing(["nowhere"], /infra\/config\.ts has dev, prod/);
      await failing(["dev", "--local"], /no local run is on/);
    });
  });

  describe("pause and resume in the local run", () => {
    it("keep events in the queue while paused, and process them after", async () => {
      const said: string[] = [];
      await pause(["github/push"], (line) => said.push(line), { folder });
      assert.match(
        said.join(" "),
        /^Stage dev in the local run github\/push is paused; about 0 events wait .* kept for 7 days/,
      );
      const sent: string[] = [];
      await send(["github/push", "--id", "waits"], (line) => sent.push(line), folder);
      assert.deepEqual(sent, ["200 accepted waits"]);
      const isDone = () => lines.some((line) => line.includes("waits") && line.includes("done"));
      assert.equal(await visibleIn(stack.run.sources.github?.queues.push?.queue), "1");
      const deadline = AbortSignal.timeout(120_000);
      said.length = 0;
      await resume(["github/push", "--local"], (line) => said.push(line), { folder });
      assert.deepEqual(said, [
        "Stage dev in the local run",
        "github/push runs again; about 1 event waits in its queue.",
      ]);
      while (!isDone()) {
        deadline.throwIfAborted();
        await new Promise((resolve) => setImmediate(resolve));
      }
    });

    it("fail for an event file or a stage that is not there", async () => {
      const failing = (args: readonly string[], message: RegExp) =>
        assert.rejects(
          pause(args, () => {}, { folder }),
          (error: Error) => error instanceof TypeError && message.test(error.message),
        );
      await failing(["dev"], /Cannot find dev: no event file of the stage has this name/);
      await failing(["nowhere", "github/push"], /infra\/config\.ts has dev, prod/);
      await failing(["dev", "github/pull", "--local"], /there is generic\/_other, github\/push, stripe\/invoice/);
      await failing(["prod", "github/push", "--local"], /the local run is of dev$/);
    });
  });
});
