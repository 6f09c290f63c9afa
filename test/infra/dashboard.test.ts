import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { stageKinds } from "../../infra/constructs/alarms/stage-alarms.ts";
import { namespace } from "../../lambdas/aws/log/metrics.ts";
import { type Resource, readStack } from "../../local/template.ts";
import { eventFile, synthesize } from "./stack-fixture.ts";

const app = synthesize(
  [eventFile("github/push"), eventFile("stripe/_other"), eventFile("shopify/orders/create")],
  ["prod"],
);
after(() => app.remove());
const all = readStack(app.of("prod").folder, "Hookline-prod");
const ofType = (found: readonly Resource[], type: string) =>
  found.filter((resource) => resource.type === type).map(({ properties }) => properties);

type Widget = {
  readonly type: string;
  readonly width: number;
  readonly properties: {
    readonly title?: string;
    readonly metrics?: readonly unknown[][];
    readonly markdown?: string;
    readonly alarms?: readonly string[];
  };
};
const bodyOf = (found: readonly Resource[]): { readonly widgets: readonly Widget[]; readonly text: string } => {
  const [dashboard, ...more] = ofType(found, "AWS::CloudWatch::Dashboard");
  assert.deepEqual(more, []);
  const text = String(dashboard?.DashboardBody);
  return { ...JSON.parse(text), text };
};
const { widgets, text } = bodyOf(all);
const titled = (title: string) => {
  const found = widgets.filter(({ properties }) => properties.title?.startsWith(title));
  assert.equal(found.length, 1, title);
  return JSON.stringify(found[0]?.properties);
};

describe("the dashboard of a stage", () => {
  it("has a name to look for, and no reference left in its text", () => {
    assert.equal(ofType(all, "AWS::CloudWatch::Dashboard")[0]?.DashboardName, "hookline-prod");
    assert.doesNotMatch(text, /\$\{|undefined|\[object/);
    for (const { width } of widgets) assert.ok(width >= 6 && width <= 24);
  });

  it("shows deliveries by outcome and by source, under the stage's name", () => {
    for (const name of ["Accepted", "Duplicate", "Ignored", "Refused", "Unavailable"]) {
      assert.ok(titled("Deliveries by outcome").includes(`["${namespace}","${name}","Stage","prod"]`), name);
    }
    assert.match(titled("Accepted, by source"), /\{Hookline,Stage,Source\} MetricName=\\"Accepted\\" Stage=\\"prod\\"/);
    assert.match(titled("Signature failures, by source"), /MetricName=\\"SignatureInvalid\\"/);
  });

  it("shows latencies in percentiles, of the functions and entrances that there are", () => {
    const [api] = all.filter(({ type }) => type === "AWS::ApiGatewayV2::Api");
    assert.match(titled("Answer, measured"), /"AnswerMilliseconds".+"p50".+"p95".+"p99"/);
    assert.match(titled("Verifier's duration"), /"FunctionName","Hookline-prod-VerifierFunction[0-9A-F]{8}"/);
    assert.ok(titled("At the entrances").includes(`"ApiId","Hookline-prod-${api?.id.split("/").at(-1)}"`));
  });

  it("shows queues without DLQs, DLQs, runs, and the causes of cost", () => {
    assert.match(titled("Queue depth"), /hookline prod NOT dlq', 'Maximum', 300\), MAX, DESC, 20/);
    assert.match(titled("DLQ depth"), /hookline prod dlq'/);
    assert.match(titled("Age of the oldest"), /ApproximateAgeOfOldestMessage/);
    assert.match(titled("Runs by end"), /ItemsDone.+ItemsFailed.+ItemsDead/);
    assert.match(titled("Table: units"), /"ConsumedWriteCapacityUnits","TableName","Hookline-prod-Table[0-9A-F]{8}"/);
    for (const what of ["Lambda invocations", "SQS requests", "Log bytes"]) assert.match(titled(what), /SUM\(SEARCH/);
  });

  it("shows the alarms that are about the stage", () => {
    const [first] = widgets;
    const arns = first?.properties.alarms ?? [];
    assert.deepEqual(
      arns,
      stageKinds.map((kind) => `arn:aws:cloudwatch:us-east-1:000000000000:alarm:hookline-prod-${kind}`),
    );
    const made = ofType(all, "AWS::CloudWatch::Alarm").map(({ AlarmName }) => String(AlarmName));
    for (const arn of arns) assert.ok(made.includes(arn.split(":alarm:")[1] ?? ""), arn);
  });

  it("links to the console's page of every DLQ, by source", () => {
    const queues = ofType(all, "AWS::SQS::Queue").map(({ QueueName }) => String(QueueName));
    const links = widgets.flatMap(({ properties }) =>
      Array.from((properties.markdown ?? "").matchAll(/\]\((https:[^)]+)\)/g), ([, link = ""]) => new URL(link)),
    );
    const linked = links.map(({ hostname, searchParams, hash }) => {
      assert.equal(hostname, "us-east-1.console.aws.amazon.com");
      assert.equal(searchParams.get("region"), "us-east-1");
      return decodeURIComponent(hash);
    });
    const pages = queues.filter((name) => name.startsWith("hookline-dlq-"));
    assert.deepEqual(
      linked.sort(),
      pages.map((name) => `#/queues/https://sqs.us-east-1.amazonaws.com/000000000000/${name}`).sort(),
    );
    const titles = widgets.flatMap(({ properties }) => /### (.+)/.exec(properties.markdown ?? "")?.[1] ?? []);
    assert.deepEqual(titles, ["DLQs of github", "DLQs of shopify", "DLQs of stripe"]);
  });
});

describe("the saved queries of a stage", () => {
  const groups = ofType(all, "AWS::Logs::LogGroup").map(({ LogGroupName }) => String(LogGroupName));
  const queries = ofType(all, "AWS::Logs::QueryDefinition");
  const query = (name: string) => queries.find(({ Name }) => Name === `hookline/prod/${name}`) ?? {};

  it("follow one event by its id through the verifier and every processor", () => {
    const { QueryString, LogGroupNames } = query("One event by id");
    const named = groups.filter((name) => !["/hookline/prod/archive", "/hookline/prod/canary"].includes(name));
    assert.deepEqual(
      [groups.length - named.length, [...(LogGroupNames as readonly string[])].sort()],
      [2, named.sort()],
    );
    assert.match(String(QueryString), /fields [^|]+ step[^|]+ trace\n\| filter id = "[^"]+"\n\| sort @timestamp asc/);
  });

  it("count refusals by source and reason, and failed runs by processor", () => {
    assert.deepEqual(query("Refusals by reason").LogGroupNames, ["/hookline/prod/verifier"]);
    assert.match(
      String(query("Refusals by reason").QueryString),
      /text in \["refused", "refusals not logged"\]\n\| filter coalesce\(source, ""\) != "canary"\n\| stats count.+ by source, reason/,
    );
    assert.deepEqual(query("Types without an event file").LogGroupNames, ["/hookline/prod/verifier"]);
    assert.match(
      String(query("Types without an event file").QueryString),
      /text = "ignored" and reason = "no-processor"\n\| stats count.+ by source, type/,
    );
    const processors = groups.filter((name) => !/\/(verifier|sweeper|archive|canary)$/.test(name));
    assert.deepEqual(
      [...(query("Failed runs by processor").LogGroupNames as readonly string[])].sort(),
      processors.sort(),
    );
  });

  it("leave the choice of log groups to the reader where Logs Insights does not take all at once", () => {
    const many = synthesize(
      Array.from({ length: 50 }, (_, index) => eventFile(`github/type-${index}`)),
      ["prod"],
    );
    const found = ofType(readStack(many.of("prod").folder, "Hookline-prod"), "AWS::Logs::QueryDefinition");
    many.remove();
    const named = found.map(({ Name, LogGroupNames = [] }) => [Name, (LogGroupNames as readonly string[]).length]);
    assert.deepEqual(Object.fromEntries(named), {
      "hookline/prod/One event by id": 0,
      "hookline/prod/Refusals by reason": 1,
      "hookline/prod/Types without an event file": 1,
      "hookline/prod/Starts of environments": 0,
      "hookline/prod/Failed runs by processor": 50,
    });
  });
});
