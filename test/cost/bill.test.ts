import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { bill, type Load, sumOf } from "./bill.ts";
import { countRest, type Rest, restBill, restOf } from "./rest.ts";

const load: Load = { events: 1_000_000, size: 5, batch: 5 };
const of = (given: Partial<Load> = {}) =>
  Object.fromEntries(bill({ ...load, ...given }).map(({ item, url, api }) => [item, [url.toFixed(2), api.toFixed(2)]]));

describe("the bill", () => {
  it("is that of the cost model, for a million events", () => {
    const items = of();
    assert.deepEqual(items["HTTP API requests"], ["0.00", "1.01"]);
    assert.deepEqual(items["Lambda requests"], ["0.24", "0.24"]);
    assert.deepEqual(items["verifier, GB-seconds"], ["0.24", "0.24"]);
    assert.deepEqual(items["processor, GB-seconds (yours)"], ["0.20", "0.20"]);
    assert.deepEqual(items["DynamoDB writes, dedupe"], ["1.26", "1.26"]);
    assert.deepEqual(items["DynamoDB writes, processing"], ["1.25", "1.25"]);
    assert.deepEqual(items["SQS requests"], ["0.56", "0.56"]);
  });

  it("counts chunks of 64 KB, of what is sent and of what is taken together", () => {
    assert.equal(of({ batch: 1 })["SQS requests"]?.[0], "1.20");
    // 47 KB are 64.2 KB in base64, with the envelope.
    assert.equal(of({ size: 47, batch: 1 })["SQS requests"]?.[0], "1.20");
    assert.equal(of({ size: 48, batch: 1 })["SQS requests"]?.[0], "2.00");
    assert.equal(of({ size: 20, batch: 10 })["SQS requests"]?.[0], (0.4 * (1 + 5 / 10 + 1 / 10)).toFixed(2));
  });

  it("sends large bodies through the bucket, and only a reference through the queue", () => {
    assert.equal(of({ size: 190 })["S3, large bodies"], undefined);
    const large = of({ size: 600 });
    assert.deepEqual(large["S3, large bodies"], ["5.40", "5.40"]);
    assert.equal(large["SQS requests"]?.[0], "0.56");
    assert.equal(large["HTTP API requests"]?.[1], "2.02");
  });

  it("is at most 5 USD a million at ten million a month, in batches of five", () => {
    const { url } = sumOf(bill({ ...load, events: 10_000_000 }));
    assert.ok(url / 10 <= 5, `${url / 10}`);
  });
});

describe("what costs at rest", () => {
  it("is counted in the template", () => {
    const five = restOf(5);
    assert.deepEqual([five.types, five.queues, five.secrets], [5, 5, 1]);
    const many = restOf(200);
    assert.deepEqual([many.queues, many.secrets], [200, 10]);
    assert.ok(many.alarms >= 200 && many.watched >= many.alarms);
  });

  it("counts every metric of an alarm, each custom one once, and dashboards beyond three", () => {
    const metric = (Namespace: string, MetricName: string) => ({ MetricStat: { Metric: { Namespace, MetricName } } });
    const alarm = (Properties: object) => ({ Type: "AWS::CloudWatch::Alarm", Properties: { ...Properties } });
    const rest = countRest(1, [
      alarm({ Namespace: "AWS/SQS", MetricName: "ApproximateNumberOfMessagesVisible" }),
      alarm({ Metrics: [metric("Hookline", "Refused"), metric("Hookline", "Received"), { Expression: "m1 / m2" }] }),
      alarm({ Namespace: "Hookline", MetricName: "Refused" }),
      { Type: "AWS::CloudWatch::CompositeAlarm" },
      ...Array.from({ length: 5 }, () => ({ Type: "AWS::CloudWatch::Dashboard" })),
    ]);
    const { alarms, watched, customMetrics, compositeAlarms, dashboards } = rest;
    assert.deepEqual([alarms, watched, customMetrics, compositeAlarms, dashboards], [3, 4, 2, 1, 5]);
    const bills = Object.values(restBill(rest)).map((usd) => usd.toFixed(2));
    assert.deepEqual(bills, ["0.00", "0.00", "0.40", "0.50", "0.60", "6.00"]);
  });

  it("is 0.26 USD a month for each queue that is polled", () => {
    const none: Rest = { ...restOf(5), queues: 1 };
    assert.equal(restBill(none)["idle polling of queues: 1"]?.toFixed(2), "0.26");
  });
});
