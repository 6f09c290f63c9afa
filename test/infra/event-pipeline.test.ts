import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import type { Template } from "aws-cdk-lib/assertions";
import { eventFile, only, resources, synthesize } from "./stack-fixture.ts";

const plain = synthesize([eventFile("github/push", { impact: "Pushes to a default branch are not announced" })]);
const tuned = synthesize([
  eventFile("github/push", {
    timeoutSeconds: 100,
    memoryMegabytes: 1024,
    batchSize: 1,
    maxConcurrency: 7,
    retry: { attempts: 3 },
    environment: { GREETING: "hello" },
  }),
]);
const { nested } = plain.of("dev");

after(() => {
  plain.remove();
  tuned.remove();
});

function queues(templates: readonly Template[]) {
  const found = resources(templates, "AWS::SQS::Queue");
  const [queue] = found.filter(([, { Properties }]) => Properties.QueueName === "hookline-dev-github-push");
  const [dlq] = found.filter(([, { Properties }]) => Properties.QueueName === "hookline-dlq-dev-github-push");
  if (queue === undefined || dlq === undefined) throw new TypeError("The pipeline lacks a queue or its DLQ");
  return { queue, dlq };
}

describe("the queue of an event file", () => {
  it("hides an event for six times the function's timeout and keeps it for 7 days", () => {
    for (const [templates, timeout] of [
      [nested, 70],
      [tuned.of("dev").nested, 210],
    ] as const) {
      const { queue } = queues(templates);
      assert.equal(only(templates, "AWS::Lambda::Function")[1].Properties.Timeout, timeout);
      assert.equal(queue[1].Properties.VisibilityTimeout, 6 * timeout);
      assert.equal(queue[1].Properties.MessageRetentionPeriod, 7 * 86_400);
    }
  });

  it("gives an event up to its DLQ after 14 attempts, or as many as the event file says", () => {
    for (const [templates, maxReceiveCount] of [
      [nested, 14],
      [tuned.of("dev").nested, 3],
    ] as const) {
      const { queue, dlq } = queues(templates);
      assert.deepEqual(queue[1].Properties.RedrivePolicy, {
        deadLetterTargetArn: { "Fn::GetAtt": [dlq[0], "Arn"] },
        maxReceiveCount,
      });
    }
  });

  it("is encrypted, and so is its DLQ", () => {
    for (const [, { Properties }] of Object.values(queues(nested))) assert.equal(Properties.SqsManagedSseEnabled, true);
  });

  it("shares a policy with its DLQ that refuses requests without TLS", () => {
    const { queue, dlq } = queues(nested);
    const [, { Properties }] = only(nested, "AWS::SQS::QueuePolicy");
    assert.deepEqual(Properties.Queues, [{ Ref: queue[0] }, { Ref: dlq[0] }]);
    assert.deepEqual((Properties.PolicyDocument as { readonly Statement: unknown }).Statement, [
      {
        Action: "sqs:*",
        Condition: { Bool: { "aws:SecureTransport": "false" } },
        Effect: "Deny",
        Principal: { AWS: "*" },
        Resource: "*",
      },
    ]);
  });
});

describe("the DLQ of an event file", () => {
  it("keeps an event for 14 days and takes it from its own queue alone", () => {
    const { dlq } = queues(nested);
    assert.equal(dlq[1].Properties.MessageRetentionPeriod, 14 * 86_400);
    const parts = ["arn:", { Ref: "AWS::Partition" }, ":sqs:", { Ref: "AWS::Region" }, ":", { Ref: "AWS::AccountId" }];
    assert.deepEqual(dlq[1].Properties.RedriveAllowPolicy, {
      redrivePermission: "byQueue",
      sourceQueueArns: [{ "Fn::Join": ["", [...parts, ":hookline-dev-github-push"]] }],
    });
  });
});

describe("the outputs of a nested stack", () => {
  it("link to the console's page of each DLQ, where it is redriven", () => {
    const outputs = nested.flatMap((template) => Object.values(template.findOutputs("*")));
    const url = `https%3A%2F%2Fsqs.\${AWS::Region}.\${AWS::URLSuffix}%2F\${AWS::AccountId}%2Fhookline-dlq-dev-github-push`;
    assert.deepEqual(outputs, [
      {
        Description: "The DLQ of github/push in the console: Start DLQ redrive",
        Value: {
          "Fn::Sub": `https://\${AWS::Region}.console.aws.amazon.com/sqs/v3/home?region=\${AWS::Region}#/queues/${url}`,
        },
      },
    ]);
  });
});

describe("the processor of an event file", () => {
  it("gets its queue's events and reports which of a batch failed", () => {
    const { queue } = queues(nested);
    const [, { Properties }] = only(nested, "AWS::Lambda::EventSourceMapping");
    assert.deepEqual(Properties.FunctionResponseTypes, ["ReportBatchItemFailures"]);
    assert.deepEqual(Properties.EventSourceArn, { "Fn::GetAtt": [queue[0], "Arn"] });
    assert.deepEqual(Properties.FunctionName, { Ref: only(nested, "AWS::Lambda::Function")[0] });
    assert.equal(Properties.BatchSize, 10);
    assert.deepEqual(Properties.ScalingConfig, { MaximumConcurrency: 5 });
  });

  it("has no limit of its own where its options say so", () => {
    const free = synthesize([eventFile("github/push", { maxConcurrency: false })], ["dev"]);
    const [, { Properties }] = only(free.of("dev").nested, "AWS::Lambda::EventSourceMapping");
    free.remove();
    assert.equal(Properties.ScalingConfig, undefined);
  });

  it("has the memory, batch size, concurrency and environment that its options say", () => {
    const templates = tuned.of("dev").nested;
    const [, mapping] = only(templates, "AWS::Lambda::EventSourceMapping");
    assert.equal(mapping.Properties.BatchSize, 1);
    assert.deepEqual(mapping.Properties.ScalingConfig, { MaximumConcurrency: 7 });
    const [, { Properties }] = only(templates, "AWS::Lambda::Function");
    assert.equal(Properties.MemorySize, 1024);
    const { Variables } = Properties.Environment as { readonly Variables: Readonly<Record<string, unknown>> };
    assert.equal(Variables.GREETING, "hello");
    assert.deepEqual(Object.keys(Variables).sort(), [
      "GREETING",
      "HOOKLINE_BUCKET",
      "HOOKLINE_STAGE",
      "HOOKLINE_TABLE",
    ]);
  });

  it("keeps its logs as long as its stage says", () => {
    for (const [stage, days] of [
      ["dev", 14],
      ["prod", 90],
    ] as const) {
      const [, { Properties }] = only(plain.of(stage).nested, "AWS::Logs::LogGroup");
      assert.equal(Properties.RetentionInDays, days);
    }
  });
});

describe("the resources of an event file", () => {
  it("are at most 11, so that 500 hold 45 event types in each nested stack", () => {
    const count = nested.flatMap((template) => Object.keys(template.toJSON().Resources)).length;
    assert.ok(count <= 11, `${count} resources`);
  });
});
