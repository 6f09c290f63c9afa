import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { archiveBill, bill, httpApiBill, junkBill, type Load, sumOf } from "./bill.ts";
import { costPage, page } from "./page.ts";
import { countRest, restBill, restOf } from "./rest.ts";

const load: Load = { size: 5, batch: 5 };
const of = (given: Partial<Load> = {}) =>
  Object.fromEntries(bill({ ...load, ...given }).map(({ item, usd }) => [item, usd.toFixed(2)]));

describe("the bill", () => {
  it("is that of the cost model, for a million events", () => {
    const items = of();
    assert.equal(httpApiBill(5).toFixed(2), "1.01");
    assert.equal(items["Lambda requests"], "0.24");
    assert.equal(items["verifier, GB-seconds"], "0.24");
    assert.equal(items["processor, GB-seconds (yours)"], "0.20");
    assert.equal(items["DynamoDB writes, dedupe"], "1.26");
    assert.equal(items["DynamoDB writes, processing"], "1.25");
    assert.equal(items["SQS requests"], "0.56");
  });

  it("counts chunks of 64 KB, of sent and of received bytes", () => {
    assert.equal(of({ batch: 1 })["SQS requests"], "1.20");
    // 47 KB are 64.2 KB in base64, with the envelope.
    assert.equal(of({ size: 47, batch: 1 })["SQS requests"], "1.20");
    assert.equal(of({ size: 48, batch: 1 })["SQS requests"], "2.00");
    assert.equal(of({ size: 20, batch: 10 })["SQS requests"], (0.4 * (1 + 5 / 10 + 1 / 10)).toFixed(2));
  });

  it("sends large bodies through the bucket, and only a reference through the queue", () => {
    assert.equal(of({ size: 190 })["S3, large bodies"], undefined);
    const large = of({ size: 600 });
    assert.equal(large["S3, large bodies"], "5.40");
    assert.equal(large["SQS requests"], "0.56");
    assert.equal(httpApiBill(600).toFixed(2), "2.02");
  });

  it("is at most 4.5 USD a million events in batches of five, and 5.3 in batches of one", () => {
    assert.ok(sumOf(bill(load)) <= 4.5);
    assert.ok(sumOf(bill({ ...load, batch: 1 })) <= 5.3);
  });
});

describe("the cost of the archive", () => {
  it("is at most 1.4 USD a million events at a million a month, and 1.0 at ten million", () => {
    assert.ok(sumOf(archiveBill({ size: 5, millions: 1 })) <= 1.4);
    assert.ok(sumOf(archiveBill({ size: 5, millions: 10 })) <= 1);
  });
});

describe("the cost of junk", () => {
  it("is less than a fifth of what as many events cost, and no request beside Lambda's", () => {
    const items = junkBill();
    assert.deepEqual(
      items.map(({ item }) => item),
      ["Lambda requests", "verifier, GB-seconds", "log lines"],
    );
    assert.ok(sumOf(items) < sumOf(bill({ ...load, batch: 1 })) / 5, `${sumOf(items)}`);
  });
});

describe("the cost at rest", () => {
  it("is counted in the template", () => {
    const five = restOf(5);
    assert.deepEqual([five.queues, five.secrets], [6, 2]);
    const many = restOf(200);
    assert.deepEqual([many.queues, many.secrets], [201, 11]);
    assert.ok(many.watched >= 200);
  });

  it("counts every metric of an alarm, each custom one once, and dashboards beyond three", () => {
    const metric = (Namespace: string, MetricName: string) => ({ MetricStat: { Metric: { Namespace, MetricName } } });
    const alarm = (Properties: object) => ({ Type: "AWS::CloudWatch::Alarm", Properties: { ...Properties } });
    const rest = countRest([
      alarm({ Namespace: "AWS/SQS", MetricName: "ApproximateNumberOfMessagesVisible" }),
      alarm({ Metrics: [metric("Hookline", "Refused"), metric("Hookline", "Received"), { Expression: "m1 / m2" }] }),
      alarm({ Namespace: "Hookline", MetricName: "Refused" }),
      { Type: "AWS::CloudWatch::CompositeAlarm" },
      ...Array.from({ length: 5 }, () => ({ Type: "AWS::CloudWatch::Dashboard" })),
    ]);
    const { watched, customMetrics, compositeAlarms, dashboards } = rest;
    assert.deepEqual([watched, customMetrics, compositeAlarms, dashboards], [4, 2, 1, 5]);
    const bills = restBill(rest).map(({ usd }) => usd.toFixed(2));
    assert.deepEqual(bills, ["0.00", "0.00", "0.40", "0.50", "0.60", "0.05", "0.00", "6.00"]);
  });

  it("is at most 12 USD a month for a stage of 12 types and 11 sources with few alarms, and 28 with all", () => {
    const of = (alarms: "all" | "few") => sumOf(restBill(restOf(12, 11, alarms)));
    assert.ok(of("few") <= 12, `${of("few")}`);
    assert.ok(of("all") <= 28, `${of("all")}`);
  });

  it("is less than a dollar a month for the canary: its secret, its alarm and what it posts", () => {
    const of = (canary: boolean) => sumOf(restBill(restOf(12, 11, "all", canary)));
    assert.ok(of(true) - of(false) > 0.5 && of(true) - of(false) < 1, `${of(true) - of(false)}`);
  });

  it("is 0.26 USD a month for each queue that is polled", () => {
    const [queues] = restBill({ ...restOf(5), queues: 1 });
    assert.equal(queues?.usd.toFixed(2), "0.26");
  });
});

describe("docs/cost.md", () => {
  it("is what the script prints: node test/cost/page.ts --write writes it", () => {
    assert.equal(readFileSync(page, "utf8"), costPage());
  });

  it("says what a million events cost, one and five a batch, and what a stage costs at rest", () => {
    const text = readFileSync(page, "utf8");
    const sum = (batch: number) => sumOf(bill({ size: 5, batch })).toFixed(2);
    assert.ok(text.includes(`| **a million events** | **${sum(1)}** | **${sum(5)}** |`));
    const rest = [5, 200].map((types) => sumOf(restBill(restOf(types))).toFixed(2));
    assert.ok(text.includes(`| **a month** |  | **${rest[0]}** |  | **${rest[1]}** |`));
  });
});
