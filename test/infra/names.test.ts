import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, describe, it } from "node:test";
import { kinds } from "../../infra/constructs/alarms/kinds.ts";
import { type Declared, eventFile, synthesize } from "./stack-fixture.ts";

const page = readFileSync(new URL("../../docs/names.md", import.meta.url), "utf8");

/** The words in backticks of each row of the table below a heading. */
function rows(heading: string): readonly (readonly string[])[] {
  const part = page.split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? "";
  const lines = part.split("\n").filter((line) => /^\|.*`/.test(line));
  return lines.map((line) => [...line.matchAll(/`([^`]+)`/g)].map(([, word = ""]) => word));
}

/** A stage with one of each: an entrance of each kind, a domain, a spill, an alarm of every kind. */
const app = synthesize(
  [eventFile("github/push"), eventFile("github/issues"), eventFile("stripe/invoice.paid")],
  ["dev"],
  {
    sources: { github: { expectedWithinHours: 6, spill: true } },
    domain: { name: "hooks.example.com", certificateArn: "arn:aws:acm:eu-west-1:123456789012:certificate/1" },
  },
);
after(() => app.remove());
const { root, nested } = app.of("dev");
const resources = [root, ...nested].flatMap((template) =>
  Object.entries(template.toJSON().Resources as Readonly<Record<string, Declared>>),
);

/** A pattern of the page, for this stage: names that it stands for. */
const matches = (pattern: string, name: string, between: string) => {
  const kind = Object.keys(kinds).join("|");
  const [push, paid] = [`github${between}(?:push|issues)`, `stripe${between}invoice_?paid`];
  const text = pattern
    .replaceAll("<stage>", "dev")
    .replaceAll(/<source>-?<type>/g, `(?:${push}|${paid})`)
    .replaceAll("<source>", "(?:github|stripe)")
    .replaceAll("<kind>", `(?:${kind})`);
  return new RegExp(`^${text}$`).test(name);
};

/** Rows by which each resource is named on the page; and those by which none is. */
function compare(table: string, named: readonly (readonly [type: string, name: string])[], between: string) {
  const listed = rows(table);
  const rowsOf = ([type, name]: readonly [string, string]) =>
    listed.filter(([of, pattern = ""]) => of === type && matches(pattern, name, between));
  return {
    missing: named.filter((one) => rowsOf(one).length !== 1),
    unused: listed.filter((row) => !named.some((one) => rowsOf(one).includes(row))),
  };
}

describe("docs/names.md", () => {
  it("has the name of each resource that has one, and no other", () => {
    const keys = ["QueueName", "LogGroupName", "AlarmName", "DashboardName", "Name"];
    const named = resources.flatMap(([, { Type, Properties = {} }]) =>
      keys.flatMap((key) => (typeof Properties[key] === "string" ? [[Type, Properties[key]] as const] : [])),
    );
    assert.ok(named.length > 40, `${named.length} names`);
    assert.deepEqual(compare("Resources with a name", named, "-"), { missing: [], unused: [] });
  });

  it("has the logical id of each resource that CloudFormation names, and no other", () => {
    const types = new Set(rows("Resources that CloudFormation names").map(([type]) => type));
    const generated = resources
      .filter(([, { Type }]) => types.has(Type))
      .map(([id, { Type }]) => [Type, id.replace(/[0-9A-F]{8}$/, "")] as const);
    assert.ok(generated.length > 12, `${generated.length} resources`);
    assert.deepEqual(compare("Resources that CloudFormation names", generated, ""), { missing: [], unused: [] });
  });

  it("leaves out only resources that connect others", () => {
    const listed = new Set(page.match(/AWS::\w+::\w+/g));
    const others = new Set(resources.map(([, { Type }]) => Type).filter((type) => !listed.has(type)));
    assert.deepEqual([...others].sort(), [
      "AWS::ApiGatewayV2::ApiMapping",
      "AWS::ApiGatewayV2::DomainName",
      "AWS::ApiGatewayV2::Integration",
      "AWS::ApiGatewayV2::Route",
      "AWS::ApiGatewayV2::Stage",
      "AWS::CloudFormation::Stack",
      "AWS::Lambda::EventInvokeConfig",
      "AWS::Lambda::Permission",
      "AWS::Lambda::Version",
      "AWS::S3::BucketPolicy",
      "AWS::SNS::TopicPolicy",
      "AWS::SQS::QueuePolicy",
    ]);
  });

  it("has each output of the stack, and no other", () => {
    const outputs = rows("Outputs").map(([name = ""]) => name);
    assert.deepEqual(outputs.toSorted(), Object.keys(root.toJSON().Outputs).toSorted());
  });
});
