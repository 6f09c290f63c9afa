import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { SQSClient } from "@aws-sdk/client-sqs";
import type { SQSEvent } from "aws-lambda";
import { fromSqsEvent } from "../../lambdas/aws/sqs/queued-events.ts";
import { createFakeClient } from "./fake-client.ts";

/** A region of each partition of AWS, and where its queues are. */
const hosts = {
  "aws eu-central-1": "sqs.eu-central-1.amazonaws.com",
  "aws il-central-1": "sqs.il-central-1.amazonaws.com",
  "aws-cn cn-north-1": "sqs.cn-north-1.amazonaws.com.cn",
  "aws-us-gov us-gov-west-1": "sqs.us-gov-west-1.amazonaws.com",
  "aws-iso us-iso-east-1": "sqs.us-iso-east-1.c2s.ic.gov",
  "aws-iso-b us-isob-east-1": "sqs.us-isob-east-1.sc2s.sgov.gov",
  "aws-iso-e eu-isoe-west-1": "sqs.eu-isoe-west-1.cloud.adc-e.uk",
  "aws-iso-f us-isof-south-1": "sqs.us-isof-south-1.csp.hci.ic.gov",
  "aws-eusc eusc-de-east-1": "sqs.eusc-de-east-1.amazonaws.eu",
  "aws-new us-east-9": "sqs.us-east-9.amazonaws.com",
};

describe("the queue of a copy", () => {
  for (const [place, host] of Object.entries(hosts)) {
    const [partition, region] = place.split(" ");

    it(`is asked at its partition's host, in ${partition}`, async () => {
      const { client, inputs } = createFakeClient<SQSClient>(() => ({}));
      const record = {
        ...{ messageId: "m", receiptHandle: "r", body: "", attributes: { ApproximateReceiveCount: "1" } },
        eventSourceARN: `arn:${partition}:sqs:${region}:111122223333:hookline-dev-github-push`,
      };
      const [copy] = fromSqsEvent({ Records: [record] } as unknown as SQSEvent, client);
      await copy?.retryIn(10);
      assert.equal(inputs[0]?.QueueUrl, `https://${host}/111122223333/hookline-dev-github-push`);
    });
  }
});
