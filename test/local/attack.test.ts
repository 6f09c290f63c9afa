import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { LambdaClient, ListEventSourceMappingsCommand } from "@aws-sdk/client-lambda";
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { GetQueueAttributesCommand, ListQueuesCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { clientFor, type Listening, listeningNow } from "../../local/aws/endpoint.ts";
import { formatLine } from "../../local/lines.ts";
import { runLocal } from "../../local/run-local.ts";
import type { LocalStack } from "../../local/run-stack.ts";
import { send } from "../../operate/cli/send.ts";

process.env.HOOKLINE_CHILD_IMPORT = fileURLToPath(new URL("../only-loopback.js", import.meta.url));

const folder = mkdtempSync(join(tmpdir(), "hookline-attack-"));
const events = join(folder, "events");
const posix = { skip: process.platform === "win32" && "there are no modes" };
const evil = "https://evil.example";
let stack: LocalStack;

type Asked = { readonly method: string; readonly path: string; readonly headers?: Headers; readonly body?: string };
type Headers = Readonly<Record<string, string>>;
type Answer = { readonly status: number; readonly headers: Readonly<Record<string, unknown>>; readonly text: string };

/** One request as it is written: `fetch` would not let a page's headers be forged. */
function ask(url: string, { method, path, headers = {}, body }: Asked): Promise<Answer> {
  const { port, pathname } = new URL(url);
  const options = { host: "127.0.0.1", port, method, path: join(pathname, path), headers, agent: false };
  return new Promise((resolve, reject) => {
    const sent = request(options, async (response) => {
      let text = "";
      for await (const chunk of response) text += chunk;
      resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
    });
    sent.once("error", reject).end(body);
  });
}

/** What an access key signs, as far as anything here looks at it. */
function signedBy(key: string): Headers {
  const scope = `${key}/20260101/us-east-1/sqs/aws4_request`;
  const authorization = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host;x-amz-date, Signature=${"0".repeat(64)}`;
  return { authorization, "x-amz-date": "20260101T000000Z" };
}

/** What harms, or tells something, wherever it is let in. */
function harms(): readonly Asked[] {
  const { table, bucket, sources } = stack.run;
  const queue = sources.github?.queues.push?.dlq ?? "";
  const json = (target: string, input: object): Asked => ({
    method: "POST",
    path: "/",
    headers: { "x-amz-target": target, "content-type": "application/x-amz-json-1.0" },
    body: JSON.stringify(input),
  });
  const secret = { SecretId: "hookline/dev/github" };
  const next = "2018-06-01/runtime/invocation";
  const mappings = "/2015-03-31/event-source-mappings/";
  return [
    json("DynamoDB_20120810.DeleteTable", { TableName: table }),
    json("AmazonSQS.PurgeQueue", { QueueUrl: queue }),
    json("AmazonSQS.SendMessage", { QueueUrl: queue, MessageBody: "forged" }),
    json("secretsmanager.GetSecretValue", secret),
    json("secretsmanager.PutSecretValue", { ...secret, SecretString: "known to the attacker" }),
    { method: "PUT", path: `/${bucket}/forged`, body: "forged" },
    { method: "DELETE", path: `/${bucket}/body` },
    { method: "GET", path: `/${bucket}/body` },
    { method: "GET", path: `/${bucket}/body?X-Amz-Credential=nobody%2F20260101%2Fus-east-1%2Fs3%2Faws4_request` },
    { method: "GET", path: mappings },
    { method: "GET", path: `/${next}/next` },
    { method: "POST", path: `/${next}/1/response`, body: "{}" },
    { method: "GET", path: "/?url=https://keys.example" },
    { method: "GET", path: "/" },
  ];
}

/** What a form of a page posts: to a URL of its choice, in one of three types, and nothing else. */
function formPosts(): readonly Asked[] {
  const { bucket, sources } = stack.run;
  const dlq = new URL(sources.github?.queues.push?.dlq ?? "").pathname;
  const upload = (boundary: string) =>
    ["key", "file"].map((name) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\nforged`);
  const bodies: Headers = {
    "text/plain": '{"QueueUrl":"x","a=":"b"}',
    "application/x-www-form-urlencoded": "Action=PurgeQueue&Version=2012-11-05",
    "multipart/form-data; boundary=b": `${upload("b").join("\r\n")}\r\n--b--\r\n`,
  };
  return ["/", dlq, `/${bucket}`, `/${bucket}/forged`, `/${bucket}?delete`, `/${bucket}/forged?uploads`].flatMap(
    (path) =>
      Object.entries(bodies).map(([type, body]) => ({ method: "POST", path, headers: { "content-type": type }, body })),
  );
}

/** How a request comes that is not the owner's; `key` is the right one, to show that it alone does not do. */
type Guise = { readonly asks: () => readonly Asked[]; readonly headers: (host: string, key: string) => Headers };

const port = (host: string) => host.split(":")[1];
const guises: Readonly<Record<string, Guise>> = {
  "a page's preflight": {
    asks: () => harms().map(({ path }) => ({ method: "OPTIONS", path })),
    headers: () => ({
      origin: evil,
      "access-control-request-method": "POST",
      "access-control-request-headers": "authorization,content-type,x-amz-target",
      "access-control-request-private-network": "true",
    }),
  },
  "a page's request": { asks: harms, headers: () => ({ origin: evil }) },
  "a page's request with the key": { asks: harms, headers: (_, key) => ({ origin: evil, ...signedBy(key) }) },
  "a page in a frame without an origin": { asks: harms, headers: (_, key) => ({ origin: "null", ...signedBy(key) }) },
  "a page of this machine": {
    asks: harms,
    headers: (host, key) => ({ origin: `http://${host}`, ...signedBy(key) }),
  },
  "a form of a page": { asks: formPosts, headers: () => ({ origin: evil }) },
  "a form of a page that says no origin": { asks: formPosts, headers: () => ({}) },
  "a page's fetch in mode no-cors": {
    asks: harms,
    headers: () => ({ "sec-fetch-mode": "no-cors", "sec-fetch-site": "cross-site", referer: `${evil}/` }),
  },
  "a page whose name leads here": { asks: harms, headers: (host) => ({ host: `evil.example:${port(host)}` }) },
  "a page whose name leads here, with the key": {
    asks: harms,
    headers: (host, key) => ({ host: `evil.example:${port(host)}`, ...signedBy(key) }),
  },
  "a bucket in the name": {
    asks: harms,
    headers: (host, key) => ({ host: `${stack.run.bucket}.localhost:${port(host)}`, ...signedBy(key) }),
  },
  "a name that begins as ours": {
    asks: harms,
    headers: (host, key) => ({ host: `127.0.0.1.evil.example:${port(host)}`, ...signedBy(key) }),
  },
  "another port": { asks: harms, headers: (_, key) => ({ host: "127.0.0.1:1", ...signedBy(key) }) },
  "no port": { asks: harms, headers: (_, key) => ({ host: "127.0.0.1", ...signedBy(key) }) },
  "another user": { asks: harms, headers: () => ({}) },
  "another user with the key of before": { asks: harms, headers: () => signedBy("local") },
  "another user with no key's name": { asks: harms, headers: () => signedBy("") },
  "another user with half of the key": { asks: harms, headers: (_, key) => signedBy(key.slice(0, -1)) },
  "another user with more than the key": { asks: harms, headers: (_, key) => signedBy(`${key}0`) },
};

/** An event file that writes into the run's outbox. */
const keepsArrivals = `import { processor } from "../core/processing/processor.ts";
import { openLedger } from "../outbox/ledger.ts";
export default processor({ impact: "Arrivals are not recorded" }, async ({ event, idempotencyKey, log }) => {
  await openLedger().add({ kind: "arrival", event: event.id, bytes: event.body.length }, idempotencyKey);
  log.info("arrival kept");
});
`;

function writeEvents(): void {
  for (const [name, text] of [
    ["github/push", readFileSync(new URL("../fixtures/events/github/push.ts", import.meta.url), "utf8")],
    ["generic/_other", keepsArrivals],
  ] as const) {
    const path = join(events, `${name}.ts`);
    mkdirSync(join(path, ".."), { recursive: true });
    const lambdas = fileURLToPath(new URL("../../lambdas/", import.meta.url));
    writeFileSync(path, text.replaceAll(/from "[./]+\/(?:lambdas\/)?(core|outbox)\//g, `from "${lambdas}$1/`));
  }
}

/** All that the run keeps: records, what lies in each queue, objects and secrets. */
async function state() {
  const { endpoints, accessKeyId, table, bucket, sources, lambda } = stack.run;
  const dynamoDb = new DynamoDBClient(clientFor(endpoints.dynamodb, accessKeyId));
  const sqs = new SQSClient({ ...clientFor(endpoints.sqs, accessKeyId), useQueueUrlAsEndpoint: false });
  const s3 = new S3Client(clientFor(endpoints.s3, accessKeyId));
  const secrets = new SecretsManagerClient(clientFor(endpoints.secretsmanager, accessKeyId));
  const mappings = new LambdaClient(clientFor(lambda, accessKeyId));
  try {
    const { Items = [] } = await dynamoDb.send(new ScanCommand({ TableName: table }));
    const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({}));
    const counts = await Promise.all(
      QueueUrls.map(async (QueueUrl) => {
        const { Attributes = {} } = await sqs.send(
          new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }),
        );
        const { ApproximateNumberOfMessages: visible, ApproximateNumberOfMessagesNotVisible: taken } = Attributes;
        return [QueueUrl, visible, taken];
      }),
    );
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket }));
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: "body" }));
    const values = await Promise.all(
      Object.keys(sources).map(async (source) => {
        const found = await secrets.send(new GetSecretValueCommand({ SecretId: `hookline/dev/${source}` }));
        return [source, found.VersionId, found.SecretString];
      }),
    );
    const { EventSourceMappings = [] } = await mappings.send(new ListEventSourceMappingsCommand({}));
    return {
      records: Items.map((item) => JSON.stringify(item)).sort(),
      counts,
      objects: Contents.map(({ Key, ETag }) => [Key, ETag]),
      body: await Body?.transformToString(),
      values,
      mappings: EventSourceMappings.map(({ UUID, State }) => [UUID, State]),
    };
  } finally {
    for (const client of [dynamoDb, sqs, s3, secrets, mappings]) client.destroy();
  }
}

const guarded = () => listeningNow().filter(({ admits }) => admits !== "anyone");
const corsOf = ({ headers }: Answer) => Object.keys(headers).filter((name) => name.startsWith("access-control"));

/** Where this process listens, as the system says; undefined where it does not say. */
function portsOfProcess(): readonly number[] | undefined {
  try {
    const sockets = new Set(
      readdirSync("/proc/self/fd").flatMap((fd) => {
        try {
          return [/^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/self/fd/${fd}`))?.[1]];
        } catch {
          return []; // closed meanwhile, as the one that lists this folder
        }
      }),
    );
    // Local address and port in hex, the state (0A listens), the inode: proc_pid_net(5).
    return ["tcp", "tcp6"].flatMap((name) =>
      readFileSync(`/proc/self/net/${name}`, "utf8")
        .split("\n")
        .map((line) => line.trim().split(/\s+/))
        .filter((fields) => fields[3] === "0A" && sockets.has(fields[9]))
        .map((fields) => Number.parseInt(fields[1]?.split(":")[1] ?? "", 16)),
    );
  } catch {
    return undefined;
  }
}

describe("a local run among others on its machine", () => {
  const seen: string[] = [];
  let elsewhere: readonly number[] | undefined;

  before(async () => {
    writeEvents();
    // What an earlier run left open to everybody.
    for (const name of ["kept/secrets", "deno"]) mkdirSync(join(folder, name), { recursive: true });
    for (const name of ["kept/secrets/secrets.json", "deno/deno"]) {
      writeFileSync(join(folder, name), "[]");
      chmodSync(join(folder, name), 0o666);
    }
    symlinkSync(join(folder, "deno", "deno"), join(folder, "kept", "link"));
    for (const name of ["", "kept", "kept/secrets", "deno"]) chmodSync(join(folder, name), 0o777);

    elsewhere = portsOfProcess();
    let done = () => {};
    const processed = new Promise<void>((resolve) => {
      done = resolve;
    });
    const log = (report: Parameters<typeof formatLine>[0]) => {
      const line = formatLine(report);
      seen.push(line);
      if (line.includes("arrival kept")) done();
    };
    stack = await runLocal({ port: 0, folder, events, keep: true, log });
    const posted = await send(["generic/form.submitted"], () => {}, folder);
    assert.equal(posted, 0);
    await processed;
    const { endpoints, accessKeyId, bucket, sources } = stack.run;
    const sqs = new SQSClient({ ...clientFor(endpoints.sqs, accessKeyId), useQueueUrlAsEndpoint: false });
    await sqs.send(new SendMessageCommand({ QueueUrl: sources.github?.queues.push?.dlq, MessageBody: "{}" }));
    const s3 = new S3Client(clientFor(endpoints.s3, accessKeyId));
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: "body", Body: "a customer's data" }));
    sqs.destroy();
    s3.destroy();
    // The event is out of its queue only after its run: until then what is kept still changes by itself.
    for (let left = true; left; ) left = (await state()).counts.some(([, , taken]) => taken !== "0");
  });
  after(async () => {
    await stack?.close();
    if (stack !== undefined) rmSync(stack.run.outbox, { recursive: true, force: true });
    rmSync(folder, { recursive: true, force: true });
  });

  it("lists every server of its process", (test) => {
    const ports = portsOfProcess();
    if (ports === undefined) return test.skip("this system does not say where a process listens");
    const known = listeningNow().map(({ url }) => Number(new URL(url).port));
    const opened = ports.filter((found) => !elsewhere?.includes(found));
    assert.deepEqual(opened.sort(), known.sort());
  });

  it("has its services, its Runtime APIs and its documents behind the guard, and nothing but the two entrances open", () => {
    const { endpoints, lambda, functionUrl, apiUrl } = stack.run;
    const open = listeningNow().filter(({ admits }) => admits === "anyone");
    assert.deepEqual(open.map(({ url }) => url).sort(), [functionUrl, apiUrl].sort());
    const urls = guarded().map(({ url }) => url);
    for (const url of [...Object.values(endpoints), lambda]) assert.ok(urls.includes(url), url);
    const byPath = guarded().filter(({ admits }) => typeof admits === "object" && "path" in admits);
    // The documents, and an environment each of the verifier and of a processor.
    assert.ok(byPath.length >= 3, `${byPath.length}`);
    for (const { admits } of guarded()) {
      const secret =
        typeof admits === "object" && "path" in admits ? admits.path : (admits as { accessKeyId?: string });
      if (typeof secret === "string") assert.match(secret, /^[0-9a-f]{32}$/);
      else assert.equal(secret.accessKeyId, stack.run.accessKeyId);
    }
  });

  for (const [name, { asks, headers }] of Object.entries(guises)) {
    it(`refuses ${name}, everywhere, and nothing has changed`, async () => {
      const before = await state();
      for (const { url } of guarded()) {
        const { host, origin } = new URL(url);
        for (const asked of asks()) {
          const answer = await ask(origin, {
            ...asked,
            headers: { ...asked.headers, ...headers(host, stack.run.accessKeyId) },
          });
          const what = `${asked.method} ${asked.path} at ${url}`;
          assert.equal(answer.status, 403, `${what}: ${answer.text}`);
          assert.match(answer.text, /^{"__type":"AccessDeniedException","message":"Refused: [^"]+"}$/, what);
          assert.deepEqual(corsOf(answer), [], what);
          assert.ok(!answer.text.includes(stack.run.accessKeyId), what);
        }
      }
      assert.deepEqual(await state(), before);
    });
  }

  it("refuses a page even where it knows the path of a Runtime API or the documents", async () => {
    const before = await state();
    const byPath = guarded().filter(({ admits }) => typeof admits === "object" && "path" in admits);
    for (const { url } of byPath) {
      const { port: its } = new URL(url);
      for (const headers of [{ origin: evil }, { host: `evil.example:${its}` }] as readonly Headers[]) {
        for (const asked of harms()) assert.equal((await ask(url, { ...asked, headers })).status, 403);
      }
    }
    assert.deepEqual(await state(), before);
  });

  it("lets the key in: in a header, in a presigned query, and by the name localhost", async () => {
    const { endpoints, accessKeyId, bucket } = stack.run;
    const path = `/${bucket}/body`;
    const get = { method: "GET", path };
    const host = `localhost:${new URL(endpoints.s3).port}`;
    const query = `${path}?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${accessKeyId}%2F20260101%2Fus-east-1%2Fs3%2Faws4_request`;
    for (const asked of [
      { ...get, headers: signedBy(accessKeyId) },
      { ...get, headers: { ...signedBy(accessKeyId), host } },
      { ...get, path: query },
    ]) {
      const answer = await ask(endpoints.s3, asked);
      assert.equal(answer.text, "a customer's data");
      assert.deepEqual(corsOf(answer), []);
    }
  });

  it("has its entrances open under any name, as a tunnel's, where a signature alone counts", async () => {
    const before = await state();
    for (const url of [stack.run.functionUrl, stack.run.apiUrl]) {
      for (const path of ["/github", "/nowhere", "/"]) {
        for (const method of ["OPTIONS", "POST", "GET"]) {
          const headers = { origin: evil, host: "evil.example", "content-type": "text/plain" };
          const answer = await ask(url, { method, path, headers, body: method === "POST" ? "{}" : "" });
          assert.ok(answer.status >= 400 && answer.status < 500, `${method} ${path}: ${answer.status}`);
          assert.deepEqual(corsOf(answer), []);
        }
      }
    }
    assert.deepEqual(await state(), before);
  });

  it("takes a rightly signed delivery at both entrances, whatever its Host and Origin", async () => {
    const { functionUrl, apiUrl, sources } = stack.run;
    const body = '{"ref":"refs/heads/main"}';
    const signature = createHmac("sha256", sources.github?.secret ?? "")
      .update(body)
      .digest("hex");
    for (const url of [functionUrl, apiUrl]) {
      const headers = {
        ...{ host: "hooks.example", origin: evil, "content-type": "application/json" },
        ...{ "x-github-event": "push", "x-github-delivery": crypto.randomUUID() },
        "x-hub-signature-256": `sha256=${signature}`,
      };
      const answer = await ask(url, { method: "POST", path: "/github", headers, body });
      assert.equal(answer.status, 200, answer.text);
      assert.deepEqual(corsOf(answer), []);
    }
  });

  it(
    "can be read on disk by its owner alone, including the files of an earlier run, except the deployed layer",
    posix,
    () => {
      const mode = (path: string) => statSync(join(folder, path)).mode & 0o777;
      for (const path of ["", "kept", "kept/secrets"]) assert.equal(mode(path), 0o700, path);
      for (const path of ["local.json", "kept/secrets/secrets.json"]) assert.equal(mode(path), 0o600, path);
      assert.equal(mode("deno"), 0o777);
      assert.equal(mode("deno/deno"), 0o666);
    },
  );

  it("keeps the examples' outbox in a folder of its own, which its owner alone can read", posix, () => {
    const { outbox } = stack.run;
    assert.equal(statSync(outbox).mode & 0o777, 0o700);
    const file = join(outbox, "ledger.jsonl");
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.equal(JSON.parse(readFileSync(file, "utf8")).kind, "arrival");
    assert.ok(outbox.startsWith(tmpdir()) && existsSync(outbox));
  });

  it("never logs its key", () => {
    const secrets = guarded().map(({ admits }: Listening) => Object.values(admits)[0]);
    for (const secret of secrets)
      assert.deepEqual(
        seen.filter((line) => line.includes(String(secret))),
        [],
      );
    assert.ok(seen.length > 0);
  });
});
