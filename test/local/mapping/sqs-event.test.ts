import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { toSqsRecord } from "../../../local/mapping/sqs-event.ts";

const queue = { queueArn: "arn:aws:sqs:eu-west-1:000000000000:orders", region: "eu-west-1" };

describe("the record of a message", () => {
  it("has all that Lambda's has", () => {
    const attributes = {
      ApproximateReceiveCount: "2",
      SentTimestamp: "1700000000000",
      ApproximateFirstReceiveTimestamp: "1700000000001",
      SenderId: "AIDA",
      AWSTraceHeader: "Root=1-a-b",
    };
    const message = {
      MessageId: "m",
      ReceiptHandle: "r",
      Body: "b",
      MD5OfBody: "5",
      MD5OfMessageAttributes: "6",
      Attributes: attributes,
      MessageAttributes: {
        type: { DataType: "String", StringValue: "x" },
        raw: { DataType: "Binary", BinaryValue: new Uint8Array([1, 2]) },
      },
    };
    assert.deepEqual(toSqsRecord(message, queue), {
      messageId: "m",
      receiptHandle: "r",
      body: "b",
      attributes,
      messageAttributes: {
        type: { stringValue: "x", stringListValues: [], binaryListValues: [], dataType: "String" },
        raw: { binaryValue: "AQI=", stringListValues: [], binaryListValues: [], dataType: "Binary" },
      },
      md5OfMessageAttributes: "6",
      md5OfBody: "5",
      eventSource: "aws:sqs",
      eventSourceARN: queue.queueArn,
      awsRegion: "eu-west-1",
    });
  });

  it("has no message attributes where the message has none", () => {
    const record = toSqsRecord({ MessageId: "m" }, queue);
    assert.deepEqual(record.messageAttributes, {});
    assert.ok(!("md5OfMessageAttributes" in record));
  });
});
