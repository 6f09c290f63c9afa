import assert from "node:assert/strict";
import type { Buffer } from "node:buffer";
import { createHash, createHmac } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { after, before, describe, it } from "node:test";
import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import { lean, leanOptions } from "../../lambdas/aws/client/lean.ts";
import { Sha256 } from "../../lambdas/aws/client/sha256.ts";
import { createDedupeTable } from "../../lambdas/aws/dynamodb/dedupe-table.ts";

type Answer = (request: IncomingMessage, body: string, response: ServerResponse) => void;

let server: Server;
let endpoint: string;
let answer: Answer;
const heads: Record<string, unknown>[] = [];
const bodies: string[] = [];
const credentials = { accessKeyId: "AKID", secretAccessKey: "example", sessionToken: "session" };
const options = () => ({ ...leanOptions, endpoint, region: "eu-central-1", credentials });
const json = (text: string, status = 200): Answer => {
  return (_, __, response) => response.writeHead(status, { "content-type": "application/x-amz-json-1.0" }).end(text);
};
const put = () => new PutItemCommand({ TableName: "records", Item: { pk: { S: "in#1" } } });

/**
 * Whether a POST to "/" has the signature of AWS's Signature Version 4, made by Node alone.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
function isSigned(head: Readonly<Record<string, unknown>>, body: string, secret: string): boolean {
  const [, scope = "", names = "", sent] =
    /Credential=\w+\/(\S+), SignedHeaders=(\S+), Signature=([0-9a-f]{64})$/.exec(String(head.authorization)) ?? [];
  const hash = (text: string) => createHash("sha256").update(text).digest("hex");
  const headers = names.split(";").map((name) => `${name}:${head[name]}\n`);
  const canonical = ["POST", "/", "", headers.join(""), names, hash(body)].join("\n");
  const toSign = ["AWS4-HMAC-SHA256", head["x-amz-date"], scope, hash(canonical)].join("\n");
  let key: string | Buffer = `AWS4${secret}`;
  for (const part of scope.split("/")) key = createHmac("sha256", key).update(part).digest();
  return createHmac("sha256", key).update(toSign).digest("hex") === sent;
}

before(async () => {
  server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (chunk) => (body += chunk));
    request.once("end", () => {
      heads.push(request.headers);
      bodies.push(body);
      answer(request, body, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  endpoint = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
});

after(() => {
  server.closeAllConnections();
  server.close();
});

describe("a lean client", () => {
  it("has the middlewares that its calls need, and no others: an update of the SDK that renames one is noticed", () => {
    const all = [
      "serializerMiddleware - serialize",
      "contentLengthMiddleware - build",
      "hostHeaderMiddleware - build",
      "retryMiddleware - finalizeRequest",
      "httpSigningMiddleware - finalizeRequest",
      "deserializerMiddleware - deserialize",
    ];
    for (const client of [
      new DynamoDBClient(options()),
      new SQSClient(options()),
      new SecretsManagerClient(options()),
    ]) {
      const names = lean(client as DynamoDBClient)
        .middlewareStack.identify()
        .map((name) => name.replace(/ \(.*?\)/, ""));
      assert.deepEqual(
        names.filter((name) => !name.startsWith("queueUrlMiddleware")),
        all,
      );
    }
  });

  it("makes signed calls of every service, over connections that it keeps", async () => {
    const ports = new Set<number | undefined>();
    const answers: Readonly<Record<string, string>> = {
      "DynamoDB_20120810.GetItem": '{"Item":{"pk":{"S":"in#1"}}}',
      "AmazonSQS.SendMessageBatch": '{"Successful":[{"Id":"0","MessageId":"1","MD5OfMessageBody":"none"}],"Failed":[]}',
      "secretsmanager.GetSecretValue": '{"SecretString":"a secret"}',
    };
    answer = (request, body, response) => {
      ports.add(request.socket.remotePort);
      json(answers[String(request.headers["x-amz-target"])] ?? "{}")(request, body, response);
    };
    heads.length = 0;
    bodies.length = 0;
    const dynamoDb = lean(new DynamoDBClient(options()));
    const sqs = lean(new SQSClient({ ...options(), md5: false, useQueueUrlAsEndpoint: false }));
    const secrets = lean(new SecretsManagerClient(options()));
    for (const _ of [1, 2]) {
      const { Item } = await dynamoDb.send(new GetItemCommand({ TableName: "records", Key: { pk: { S: "in#1" } } }));
      assert.deepEqual(Item, { pk: { S: "in#1" } });
      const Entries = [{ Id: "0", MessageBody: "{}" }];
      const { Successful } = await sqs.send(new SendMessageBatchCommand({ QueueUrl: `${endpoint}/1/a`, Entries }));
      assert.deepEqual(Successful, [{ Id: "0", MessageId: "1", MD5OfMessageBody: "none" }]);
      const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId: "github" }));
      assert.equal(SecretString, "a secret");
    }
    assert.equal(ports.size, 1);
    assert.equal(heads.length, 6);
    for (const [at, head] of heads.entries()) {
      const body = bodies[at] ?? "";
      assert.ok(isSigned(head, body, credentials.secretAccessKey));
      assert.ok(!isSigned(head, `${body} `, credentials.secretAccessKey));
      assert.ok(!isSigned(head, body, "another"));
      const service = String(head["x-amz-target"]).split(/[._]/)[0]?.replace("AmazonSQS", "sqs").toLowerCase();
      assert.match(
        String(head.authorization),
        new RegExp(`^AWS4-HMAC-SHA256 Credential=AKID/\\d{8}/eu-central-1/${service}/aws4_request, SignedHeaders=`),
      );
      assert.equal(head["x-amz-security-token"], "session");
      assert.ok(Number(head["content-length"]) > 0);
    }
  });

  it("does not sign what is no bytes, and nothing of before a reset", async () => {
    const digest = new Sha256("secret");
    for (const data of ["text", new ArrayBuffer(4), undefined]) {
      assert.throws(() => digest.update(data as unknown as Uint8Array), /expected bytes/);
    }
    digest.update(Uint8Array.of(1));
    digest.reset();
    digest.update(Uint8Array.of(2));
    const expected = createHmac("sha256", "secret").update(Uint8Array.of(2)).digest();
    assert.deepEqual(await digest.digest(), expected);
  });

  it("signs with new credentials as soon as the old ones have expired", async () => {
    answer = json("{}");
    heads.length = 0;
    const given: { readonly accessKeyId: string; expiration: Date }[] = [];
    const provider = async () => {
      const one = { ...credentials, accessKeyId: `AKID${given.length}`, expiration: new Date(Date.now() + 3_600_000) };
      given.push(one);
      return one;
    };
    const client = lean(new DynamoDBClient({ ...options(), credentials: provider }));
    await client.send(put());
    for (const one of given) one.expiration = new Date(0);
    for (const _ of [1, 2]) await client.send(put());
    const keys = heads.map(({ authorization }) => /Credential=(\w+)/.exec(String(authorization))?.[1]);
    assert.deepEqual(keys, ["AKID0", "AKID1", "AKID1"]);
  });

  it("resolves its middlewares once a kind of command, and signs by our own hash", async () => {
    answer = json("{}");
    let resolved = 0;
    class Counted extends PutItemCommand {
      override resolveMiddleware(...args: Parameters<PutItemCommand["resolveMiddleware"]>) {
        resolved += 1;
        return super.resolveMiddleware(...args);
      }
    }
    const client = lean(new DynamoDBClient(options()));
    const command = () => new Counted({ TableName: "records", Item: { pk: { S: "in#1" } } });
    await client.send(command());
    await client.send(command(), { abortSignal: new AbortController().signal });
    assert.equal(resolved, 1);
    assert.equal(client.config.sha256, Sha256);
  });

  it("aborts the one call of many that is to be aborted: 32 marks at once", async () => {
    const mostAtOnce = 32;
    const waiting: (() => void)[] = [];
    const all = Promise.withResolvers<void>();
    answer = (request, body, response) => {
      waiting.push(() => json("{}")(request, body, response));
      if (waiting.length === mostAtOnce) all.resolve();
    };
    const table = createDedupeTable(lean(new DynamoDBClient(options())), "records", { timeScale: 100 });
    const aborts = Array.from({ length: mostAtOnce }, () => new AbortController());
    const marking = aborts.map(({ signal }, index) =>
      table.mark(`${index}`, { owner: "me", expires: new Date(), sent: new Date() }, signal),
    );
    const settled = Promise.allSettled(marking);
    await all.promise;
    const reason = new Error("not this one");
    aborts[17]?.abort(reason);
    await assert.rejects(marking[17] ?? Promise.resolve(), reason);
    for (const go of waiting) go();
    const failed = (await settled).flatMap(({ status }, index) => (status === "rejected" ? [index] : []));
    assert.deepEqual(failed, [17]);
  });

  it("makes no call whose signal has aborted before", async () => {
    answer = json("{}");
    heads.length = 0;
    const client = lean(new DynamoDBClient(options()));
    const abortSignal = AbortSignal.abort(new Error("too late"));
    await assert.rejects(client.send(put(), { abortSignal }), /too late/);
    assert.deepEqual(heads, []);
  });

  it("rejects with the service's own error, its fields read, after a single call", async () => {
    heads.length = 0;
    const item = '"Item":{"pk":{"S":"in#1"},"st":{"S":"e"}}';
    answer = json(`{"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException",${item}}`, 400);
    const client = lean(new DynamoDBClient(options()));
    const refused = await client.send(put()).catch((error) => error);
    assert.ok(refused instanceof ConditionalCheckFailedException);
    assert.deepEqual(refused.Item, { pk: { S: "in#1" }, st: { S: "e" } });
    answer = json('{"__type":"InternalServerError","message":"sick"}', 500);
    const update = new UpdateItemCommand({ TableName: "records", Key: { pk: { S: "in#1" } } });
    await assert.rejects(client.send(update), { name: "InternalServerError", message: "sick" });
    assert.equal(heads.length, 2);
  });

  it("rejects where the answer is another protocol", { timeout: 10_000 }, async () => {
    answer = (_, __, { socket }) =>
      socket?.write("HTTP/1.1 101 Other\r\nconnection: upgrade\r\nupgrade: other\r\n\r\n");
    await assert.rejects(lean(new DynamoDBClient(options())).send(put()), /closed/);
  });

  it("rejects where the answer breaks off, and where nobody listens", async () => {
    answer = (_, __, response) => {
      response.writeHead(200, { "content-length": "100" });
      response.write("{", () => response.destroy());
    };
    await assert.rejects(lean(new DynamoDBClient(options())).send(put()), { code: "ECONNRESET" });
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, "127.0.0.1", resolve));
    const address = closed.address();
    await new Promise((resolve) => closed.close(resolve));
    const nowhere = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
    const client = lean(new DynamoDBClient({ ...options(), endpoint: nowhere }));
    await assert.rejects(client.send(put()), { code: "ECONNREFUSED" });
  });
});
