import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { type AlarmLine, watchAlarms } from "../../../local/alarms.ts";
import type { Resource } from "../../../local/template.ts";

const alarm: Resource = {
  id: "S/Alarm",
  type: "AWS::CloudWatch::Alarm",
  properties: {
    MetricName: "ApproximateNumberOfMessagesVisible",
    Dimensions: [{ Name: "QueueName", Value: "dlq" }],
    Threshold: 0,
    AlarmDescription: "Nobody is harmed",
  },
};

/** What the alarm says while a DLQ holds, one evaluation after the other, so many visible and hidden messages. */
async function saidOf(counts: readonly (readonly [visible: number, hidden: number])[]): Promise<readonly string[]> {
  const said: string[] = [];
  const left = [...counts];
  const over = Promise.withResolvers<void>();
  const send = async () => {
    const next = left.shift();
    if (next === undefined) {
      over.resolve();
      throw new Error("the queue is down");
    }
    const [visible, hidden] = next.map(String);
    return {
      Attributes: { ApproximateNumberOfMessages: visible, ApproximateNumberOfMessagesNotVisible: hidden },
    };
  };
  const log = ({ state, text }: AlarmLine) => said.push(`${state} ${text}`);
  const sqs = { send } as unknown as Pick<SQSClient, "send">;
  const watching = watchAlarms([alarm], { sqs, sqsUrl: "http://127.0.0.1:1", log, everyMilliseconds: 1 });
  await over.promise;
  await watching.close();
  return said;
}

describe("an alarm on a DLQ", () => {
  it("says once that there are dead events, and once that there are none", async () => {
    assert.deepEqual(
      await saidOf([
        [0, 0],
        [2, 0],
        [3, 0],
        [0, 0],
        [1, 0],
      ]),
      ["ALARM 2 in dlq: Nobody is harmed", "OK dlq is empty", "ALARM 1 in dlq: Nobody is harmed"],
    );
  });

  it("stays on while somebody reads them", async () => {
    assert.deepEqual(
      await saidOf([
        [3, 0],
        [0, 3],
        [3, 0],
      ]),
      ["ALARM 3 in dlq: Nobody is harmed"],
    );
  });
});
