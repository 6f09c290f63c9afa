// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Fn::Sub is written so.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { nameOf, readStack } from "../../../local/template.ts";

const folders: string[] = [];
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

type Resources = Readonly<Record<string, unknown>>;

/** Reads a stack named App from these templates, by file name; "App" is the root's. */
function read(templates: Readonly<Record<string, { readonly Resources: Resources; readonly Outputs?: Resources }>>) {
  const folder = mkdtempSync(join(tmpdir(), "hookline-template-"));
  folders.push(folder);
  for (const [name, template] of Object.entries(templates)) {
    writeFileSync(join(folder, `${name}.template.json`), JSON.stringify(template));
  }
  return { folder, resources: readStack(folder, "App") };
}

const others = {
  Queue: { Type: "AWS::SQS::Queue", Properties: { QueueName: "jobs" } },
  Table: { Type: "AWS::DynamoDB::Table" },
  Topic: { Type: "AWS::SNS::Topic" },
  Secret: { Type: "AWS::SecretsManager::Secret", Properties: { Name: "app/secret" } },
  Bucket: { Type: "AWS::S3::Bucket" },
  Role: { Type: "AWS::IAM::Role" },
  Logs: { Type: "AWS::Logs::LogGroup" },
  Run: { Type: "AWS::Lambda::Function", Properties: { FunctionName: "run" } },
  Version: { Type: "AWS::Lambda::Version", Properties: { FunctionName: { Ref: "Run" } } },
  Alias: { Type: "AWS::Lambda::Alias", Properties: { FunctionName: { Ref: "Run" }, Name: "live" } },
};

/** What a value resolves to in a stack with one resource of each kind. */
function resolved(value: unknown): unknown {
  const { resources } = read({ App: { Resources: { ...others, Probe: { Type: "Probe", Properties: { value } } } } });
  return resources.find(({ id }) => id === "App/Probe")?.properties.value;
}

describe("intrinsic functions", () => {
  it("leave other values unchanged", () => {
    const plain = { a: 1, b: [true, null, "x"], c: { Ref: "Queue", more: 1 } };
    assert.deepEqual(resolved(plain), plain);
  });

  it("resolve a Ref as CloudFormation does, type by type", () => {
    const refs = {
      Queue: "https://sqs.us-east-1.amazonaws.com/000000000000/jobs",
      Table: "App-Table",
      Topic: "arn:aws:sns:us-east-1:000000000000:App-Topic",
      Secret: "arn:aws:secretsmanager:us-east-1:000000000000:secret:app/secret",
      Bucket: "app-bucket",
      Run: "run",
      Version: "arn:aws:lambda:us-east-1:000000000000:function:run:1",
      Alias: "arn:aws:lambda:us-east-1:000000000000:function:run:live",
      "AWS::AccountId": "000000000000",
      "AWS::Region": "us-east-1",
      "AWS::Partition": "aws",
      "AWS::URLSuffix": "amazonaws.com",
      "AWS::StackName": "App",
    };
    for (const [Ref, expected] of Object.entries(refs)) assert.equal(resolved({ Ref }), expected, Ref);
  });

  it("drop a list's item that is AWS::NoValue", () => {
    assert.deepEqual(resolved(["a", { Ref: "AWS::NoValue" }, "b"]), ["a", "b"]);
  });

  it("resolve GetAtt, as a list and as a text", () => {
    const attributes = {
      "Queue.Arn": "arn:aws:sqs:us-east-1:000000000000:jobs",
      "Queue.QueueName": "jobs",
      "Table.Arn": "arn:aws:dynamodb:us-east-1:000000000000:table/App-Table",
      "Bucket.Arn": "arn:aws:s3:::app-bucket",
      "Role.Arn": "arn:aws:iam::000000000000:role/App-Role",
      "Logs.Arn": "arn:aws:logs:us-east-1:000000000000:log-group:App-Logs:*",
      "Run.Arn": "arn:aws:lambda:us-east-1:000000000000:function:run",
      "Version.Version": "1",
    };
    for (const [name, expected] of Object.entries(attributes)) {
      assert.equal(resolved({ "Fn::GetAtt": name.split(".") }), expected, name);
      assert.equal(resolved({ "Fn::GetAtt": name }), expected, name);
    }
  });

  it("resolve Join, Split and Select, one within another", () => {
    assert.equal(resolved({ "Fn::Join": [":", ["a", { Ref: "Table" }, "c"]] }), "a:App-Table:c");
    assert.deepEqual(resolved({ "Fn::Split": ["-", { Ref: "Table" }] }), ["App", "Table"]);
    const split = { "Fn::Split": [":", { "Fn::GetAtt": ["Queue", "Arn"] }] };
    assert.equal(resolved({ "Fn::Select": [5, split] }), "jobs");
    assert.equal(resolved({ "Fn::Select": ["0", ["x", "y"]] }), "x");
  });

  it("resolve Sub: references, attributes, its own names, and a literal ${!x}", () => {
    assert.equal(
      resolved({ "Fn::Sub": "${AWS::Region}/${Table}/${Queue.Arn}/${!Table}" }),
      "us-east-1/App-Table/arn:aws:sqs:us-east-1:000000000000:jobs/${Table}",
    );
    assert.equal(resolved({ "Fn::Sub": ["${Table}-${own}", { own: { Ref: "AWS::Region" } }] }), "App-Table-us-east-1");
    assert.equal(resolved({ "Fn::Sub": ["${Table}", { Table: "mine" }] }), "mine");
  });
});

describe("an unknown reference", () => {
  it("fails with the name of an intrinsic function", () => {
    for (const name of ["Fn::ImportValue", "Fn::If", "Fn::Transform"]) {
      assert.throws(
        () => resolved({ [name]: "x" }),
        new TypeError(`Cannot run App locally: its template uses ${name}, which is not known here`),
      );
    }
  });

  it("fails with the name of a resource that is not there", () => {
    for (const value of [{ Ref: "Gone" }, { "Fn::GetAtt": ["Gone", "Arn"] }, { "Fn::Sub": "${Gone}" }]) {
      assert.throws(
        () => resolved(value),
        new TypeError('Cannot run App locally: it refers to "Gone", which is not there'),
      );
    }
  });

  it("fails with the name of an unknown attribute", () => {
    assert.throws(
      () => resolved({ "Fn::GetAtt": ["Table", "StreamArn"] }),
      new TypeError('Cannot run App locally: StreamArn of AWS::DynamoDB::Table "Table" is not known here'),
    );
  });

  it("fails with the ARN of a type that it does not know", () => {
    const Resources = {
      Odd: { Type: "AWS::Odd::Thing" },
      Probe: { Type: "P", Properties: { a: { "Fn::GetAtt": "Odd.Arn" } } },
    };
    assert.throws(() => read({ App: { Resources } }), /the ARN of AWS::Odd::Thing "Odd" is not known here/);
  });
});

describe("nested stacks", () => {
  const nestedStack = (file: string, Parameters: Resources) => ({
    Type: "AWS::CloudFormation::Stack",
    Properties: { Parameters },
    Metadata: { "aws:asset:path": `${file}.template.json` },
  });

  it("get their parameters, and give their outputs, through two levels", () => {
    const { resources } = read({
      App: {
        Resources: {
          Table: others.Table,
          Inner: nestedStack("inner", { tableName: { Ref: "Table" } }),
          Probe: { Type: "P", Properties: { arn: { "Fn::GetAtt": ["Inner", "Outputs.QueueArn"] } } },
        },
      },
      inner: {
        Resources: {
          Queue: { Type: "AWS::SQS::Queue", Properties: { QueueName: { "Fn::Sub": "${tableName}-jobs" } } },
          Innermost: nestedStack("innermost", { url: { Ref: "Queue" } }),
        },
        Outputs: { QueueArn: { Value: { "Fn::GetAtt": ["Queue", "Arn"] } } },
      },
      innermost: { Resources: { Deep: { Type: "P", Properties: { url: { Ref: "url" } } } } },
    });
    const of = (id: string) => resources.find((resource) => resource.id === id)?.properties;
    assert.deepEqual(of("App/Inner/Queue"), { QueueName: "App-Table-jobs" });
    assert.deepEqual(of("App/Inner/Innermost/Deep"), {
      url: "https://sqs.us-east-1.amazonaws.com/000000000000/App-Table-jobs",
    });
    assert.deepEqual(of("App/Probe"), { arn: "arn:aws:sqs:us-east-1:000000000000:App-Table-jobs" });
  });

  it("fail without a template, and for an output that is not there", () => {
    const lost = { Type: "AWS::CloudFormation::Stack", Properties: {} };
    assert.throws(() => read({ App: { Resources: { Inner: lost } } }), /nested stack Inner: it names no template/);
    const Probe = { Type: "P", Properties: { x: { "Fn::GetAtt": ["Inner", "Outputs.Gone"] } } };
    const Resources = { Inner: nestedStack("inner", {}), Probe };
    assert.throws(
      () => read({ App: { Resources }, inner: { Resources: {} } }),
      /Outputs\.Gone of .* "Inner" is not known/,
    );
  });
});

describe("a resource", () => {
  it("has the name by which others refer to it", () => {
    const { resources } = read({ App: { Resources: others } });
    const name = (id: string) => resources.filter((resource) => resource.id === `App/${id}`).map(nameOf)[0];
    assert.equal(name("Queue"), "jobs");
    assert.equal(name("Table"), "App-Table");
    assert.equal(name("Bucket"), "app-bucket");
    assert.equal(name("Secret"), "app/secret");
  });

  it("has the absolute path of its asset", () => {
    const Run = { ...others.Run, Metadata: { "aws:asset:path": "asset.1" } };
    const { folder, resources } = read({ App: { Resources: { Run, Table: others.Table } } });
    assert.equal(resources[0]?.asset, join(folder, "asset.1"));
    assert.equal(resources[1]?.asset, undefined);
  });
});
