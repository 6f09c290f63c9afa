import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import process from "node:process";
import { text } from "node:stream/consumers";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { HeadBucketCommand, HeadObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import { createClients } from "../../../operate/stage/stage.ts";
import { answering } from "../../answering.ts";
import { startFakeCloudFormation } from "../fake-cloudformation.ts";
import { deployed } from "../stage-fixture.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const user = "User: arn:aws:iam::123456789012:user/ann";
const dlqArn = "arn:aws:sqs:eu-west-1:123456789012:hookline-dlq-dev-github-push";

type Answer = (response: ServerResponse) => void;

/** An answer in the JSON protocol. */
const json =
  (status: number, body: object): Answer =>
  (response) =>
    response.writeHead(status, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(body));

/** An answer of S3. */
const xml =
  (status: number, code: string, message: string): Answer =>
  (response) =>
    response
      .writeHead(status, { "content-type": "application/xml" })
      .end(`<Error><Code>${code}</Code><Message>${message}</Message></Error>`);

const denied = (message: string, name = "AccessDeniedException") =>
  json(400, { __type: `com.amazonaws#${name}`, message });
const notAllowed = (action: string, resource: string) =>
  `${user} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`;

describe("a command that AWS refuses, as a process", () => {
  let cloudFormation: Awaited<ReturnType<typeof startFakeCloudFormation>>;
  let aws: Server;
  /** By operation; S3's is its method. */
  let answers: Readonly<Record<string, Answer>> = {};

  before(async () => {
    cloudFormation = await startFakeCloudFormation({
      "Hookline-dev": {
        ...{ stage: "dev", sources: { github: "github" }, events: [deployed("github/push")], replays: true },
        outputs: { FunctionUrl: "http://127.0.0.1:9/", TableName: "table-1", BucketName: "bucket-1" },
      },
    });
    aws = answering(async (request, response) => {
      await text(request);
      const target = request.headers["x-amz-target"];
      const operation = target === undefined ? `S3 ${request.method}` : String(target).split(".").at(-1);
      const answer = answers[operation ?? ""] ?? json(500, { __type: "Unexpected", message: `${operation}` });
      answer(response);
    });
    await new Promise<void>((resolve) => aws.listen(0, "127.0.0.1", resolve));
  });
  after(() => {
    cloudFormation.close();
    aws.close();
    aws.closeAllConnections();
  });

  async function run(given: Readonly<Record<string, Answer>>, ...args: readonly string[]) {
    answers = given;
    const runtime =
      process.versions.deno === undefined ? ["--import", "./infra/require-node.js"] : ["run", "--no-check", "-A"];
    const kept = Object.entries(process.env).filter(([name]) => !name.startsWith("AWS_"));
    const child = spawn(process.execPath, [...runtime, "operate/cli/hookline.ts", ...args], {
      cwd: root,
      env: {
        ...Object.fromEntries(kept),
        ...{ AWS_CONFIG_FILE: "/dev/null", AWS_SHARED_CREDENTIALS_FILE: "/dev/null", AWS_MAX_ATTEMPTS: "1" },
        ...{ AWS_EC2_METADATA_DISABLED: "true", AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "hidden" },
        ...{ AWS_REGION: "eu-west-1", AWS_ENDPOINT_URL: urlOf() },
        AWS_ENDPOINT_URL_CLOUDFORMATION: cloudFormation.url,
      },
    });
    child.stdin.end("the secret\n");
    const [said, complained, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, "close"),
    ]);
    return { code, said, complained: complained.trimEnd() };
  }

  const urlOf = () => `http://127.0.0.1:${(aws.address() as AddressInfo).port}`;
  const queue: Answer = (response) =>
    json(200, { QueueUrl: `${urlOf()}/123456789012/hookline-dev-github-push` })(response);
  const explicit = `${user} is not authorized to perform: sqs:GetQueueUrl on resource: ${dlqArn} with an explicit deny in a service control policy`;

  for (const [what, given, args, sentence] of [
    [
      "the action and the resource in AWS's words",
      { GetQueueUrl: denied(notAllowed("sqs:GetQueueUrl", dlqArn)) },
      ["dlq", "dev", "list"],
      `Cannot call GetQueueUrl: these credentials lack the permission sqs:GetQueueUrl on ${dlqArn}; docs/iam/viewer.json and docs/iam/deployer.json have it`,
    ],
    [
      "the action that a call needs, where AWS names none, and the queue of the call",
      { GetQueueUrl: queue, GetQueueAttributes: denied("Access to the resource is denied.", "AccessDenied") },
      ["pause", "dev", "github/push"],
      "Cannot call GetQueueAttributes: these credentials lack the permission sqs:GetQueueAttributes on hookline-dev-github-push; docs/iam/viewer.json and docs/iam/deployer.json have it",
    ],
    [
      "the action of a list of S3, which names none",
      { "S3 GET": xml(403, "AccessDenied", "Access Denied") },
      ["events", "dev", "list", "--since", "1h"],
      "Cannot call ListObjectsV2: these credentials lack the permission s3:ListBucket on arn:aws:s3:::bucket-1; docs/iam/viewer.json has it",
    ],
    [
      "the operator's template for an object of a replay",
      { "S3 GET": xml(403, "AccessDenied", "Access Denied") },
      ["replay", "dev", "--resume", "r-1", "--dry-run"],
      "Cannot call GetObject: these credentials lack the permission s3:GetObject on arn:aws:s3:::bucket-1/replays/r-1.json; docs/iam/operator.json has it",
    ],
    [
      "two templates where both have the permission",
      { GetSecretValue: denied(notAllowed("secretsmanager:GetSecretValue", "hookline/dev/github")) },
      ["secret", "dev", "github"],
      "Cannot call GetSecretValue: these credentials lack the permission secretsmanager:GetSecretValue on hookline/dev/github; docs/iam/viewer.json and docs/iam/operator.json have it",
    ],
    [
      "an explicit deny, which no template outweighs",
      { GetQueueUrl: denied(explicit) },
      ["dlq", "dev", "list"],
      `Cannot call GetQueueUrl: these credentials lack the permission sqs:GetQueueUrl on ${dlqArn}; AWS names an explicit deny, which no other policy outweighs`,
    ],
    [
      "the use of a key of one's own",
      { GetQueueUrl: denied(notAllowed("kms:Decrypt", "arn:aws:kms:eu-west-1:123456789012:key/1"), "KmsAccessDenied") },
      ["dlq", "dev", "list"],
      "Cannot call GetQueueUrl: these credentials lack the permission kms:Decrypt on arn:aws:kms:eu-west-1:123456789012:key/1; docs/iam/README.md has the statement for a stage with a key of its own",
    ],
    [
      "the template of an action whose service AWS writes in capitals",
      { GetQueueUrl: denied(`${user} is not authorized to perform: SQS:GetQueueUrl on resource: ${dlqArn}`) },
      ["dlq", "dev", "list"],
      `Cannot call GetQueueUrl: these credentials lack the permission SQS:GetQueueUrl on ${dlqArn}; docs/iam/viewer.json and docs/iam/deployer.json have it`,
    ],
    [
      "an action that no template has",
      { GetQueueUrl: denied(notAllowed("sts:AssumeRole", "arn:aws:iam::123456789012:role/one")) },
      ["dlq", "dev", "list"],
      "Cannot call GetQueueUrl: these credentials lack the permission sts:AssumeRole on arn:aws:iam::123456789012:role/one; no template of docs/iam has it",
    ],
  ] as const satisfies readonly (readonly [string, Readonly<Record<string, Answer>>, readonly string[], string])[]) {
    it(`names ${what}`, async () => {
      const { code, said, complained } = await run(given, ...args);
      assert.deepEqual([code, complained.split("\n").at(-1)], [1, sentence]);
      assert.doesNotMatch(said + complained, /hidden|the secret/);
    });
  }

  it("leaves the sentence to AWS where the credentials do not count", async () => {
    const message = "The security token included in the request is expired";
    const { code, complained } = await run(
      { GetQueueUrl: json(403, { __type: "ExpiredToken", message }) },
      "dlq",
      "dev",
      "list",
    );
    assert.deepEqual([code, complained], [1, message]);
  });

  it("is a finding of doctor, with the template as the remedy", async () => {
    const { code, said } = await run({ GetQueueUrl: denied(notAllowed("sqs:GetQueueUrl", dlqArn)) }, "doctor", "dev");
    const row = said.split("\n").find((line) => line.startsWith("DLQs")) ?? "";
    assert.match(
      row,
      /FAIL {2}could not be checked: Cannot call GetQueueUrl: .* sqs:GetQueueUrl on arn:\S+ → docs\/iam\/viewer\.json and docs\/iam\/deployer\.json have it$/,
    );
    assert.equal(code, 1);
  });

  it("names the action of a call whose action has another name, and of an answer without a body", async () => {
    const credentials = { accessKeyId: "local", secretAccessKey: "local" };
    const clients = createClients(() => ({ region: "eu-west-1", endpoint: urlOf(), credentials }));
    answers = {
      "S3 HEAD": (response) => response.writeHead(403).end(),
      SendMessageBatch: denied("Access to the resource is denied.", "AccessDenied"),
    };
    const s3 = clients.of("s3", S3Client);
    const sqs = clients.of("sqs", SQSClient);
    const QueueUrl = `${urlOf()}/123456789012/hookline-dev-github-push`;
    const Entries = [{ Id: "1", MessageBody: "the payload" }];
    try {
      for (const [send, permission, template] of [
        [
          () => s3.send(new HeadObjectCommand({ Bucket: "bucket-1", Key: "claims/github/1" })),
          "s3:GetObject on arn:aws:s3:::bucket-1/claims/github/1",
          "viewer",
        ],
        [
          () => s3.send(new HeadBucketCommand({ Bucket: "bucket-1" })),
          "s3:ListBucket on arn:aws:s3:::bucket-1",
          "viewer",
        ],
        [
          () => sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries })),
          "sqs:SendMessage on hookline-dev-github-push",
          "operator",
        ],
      ] as const) {
        await assert.rejects(send, ({ message }: Error) => {
          assert.ok(message.endsWith(` lack the permission ${permission}; docs/iam/${template}.json has it`), message);
          return true;
        });
      }
    } finally {
      clients.close();
    }
  });
});
