import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { type Resource, readStack } from "../../local/template.ts";
import { eventFile, resources, synthesize } from "./stack-fixture.ts";

const app = synthesize([eventFile("github/push"), eventFile("github/issues")]);
const dev = app.of("dev");
/** Every resource of the stack, with names in place of references. */
const all = readStack(dev.folder, "Hookline-dev");

after(() => app.remove());

type Statement = {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: unknown;
};
type Inline = { readonly PolicyDocument: { readonly Statement: readonly Statement[] } };

const listed = (value: string | readonly string[]) => (typeof value === "string" ? [value] : [...value]);

function roleOf(part: string): Resource {
  const found = all.filter(({ id, type }) => type === "AWS::IAM::Role" && id.split("/").at(-1)?.startsWith(part));
  const [role] = found;
  if (role === undefined || found.length !== 1) throw new TypeError(`There are ${found.length} roles ${part}`);
  return role;
}

/** What a role may do: its actions, where, and under which condition. */
function grants(role: Resource) {
  const policies = role.properties.Policies as readonly Inline[];
  return policies
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
    .map(({ Effect, Action, Resource, Condition }) => {
      assert.equal(Effect, "Allow");
      const granted = { actions: listed(Action), resources: listed(Resource) };
      return Condition === undefined ? granted : { ...granted, condition: Condition };
    });
}

const account = "us-east-1:000000000000";
const table = `arn:aws:dynamodb:${account}:table/Hookline-dev-TableCD117FA1`;
const bucket = "arn:aws:s3:::hookline-dev-claimse8d96b24";

describe("the permissions of a function", () => {
  it("are in one inline policy of its role, and nowhere else", () => {
    const templates = [dev.root, ...dev.nested];
    for (const type of ["AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::RolePolicy"]) {
      assert.deepEqual(resources(templates, type), []);
    }
    const roles = resources(templates, "AWS::IAM::Role");
    assert.equal(roles.length, 6);
    for (const [id, { Properties }] of roles) {
      assert.equal(Properties.ManagedPolicyArns, undefined, id);
      assert.equal((Properties.Policies as readonly Inline[]).length, 1, id);
      const { Statement } = Properties.AssumeRolePolicyDocument as { readonly Statement: unknown };
      assert.deepEqual(Statement, [
        { Action: "sts:AssumeRole", Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" } },
      ]);
    }
  });

  it("never include every resource, nor every action of a service", () => {
    for (const role of all.filter(({ type }) => type === "AWS::IAM::Role")) {
      for (const { actions, resources: reached } of grants(role)) {
        for (const action of actions) assert.doesNotMatch(action, /\*/, role.id);
        for (const resource of reached) assert.match(resource, /^arn:aws:[a-z0-9]+:[^*]+/, role.id);
      }
    }
  });

  it("are, for the verifier: its logs, ingress records, sends to the stage's queues, large bodies, its secrets", () => {
    assert.deepEqual(grants(roleOf("VerifierRole")), [
      {
        actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
        resources: [`arn:aws:logs:${account}:log-group:/hookline/dev/verifier:*`],
      },
      {
        actions: ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"],
        resources: [table],
        condition: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["in#*"] } },
      },
      { actions: ["sqs:SendMessage"], resources: [`arn:aws:sqs:${account}:hookline-dev-*`] },
      { actions: ["s3:PutObject"], resources: [`${bucket}/claims/*`, `${bucket}/spill/*`] },
      {
        actions: ["secretsmanager:GetSecretValue"],
        resources: [`arn:aws:secretsmanager:${account}:secret:hookline/dev/*`],
      },
    ]);
  });

  it("are, for a processor: its logs, its own queue, large bodies of its source, its own records and ingress's records of its source", () => {
    const [logs, queue, bodies, records, ...more] = grants(roleOf("githubpushRole"));
    assert.deepEqual(more, []);
    assert.deepEqual(logs?.actions, ["logs:CreateLogStream", "logs:PutLogEvents"]);
    assert.match(String(logs?.resources), /:log-group:\/hookline\/dev\/github-push:\*$/);
    assert.deepEqual(queue, {
      actions: ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"],
      resources: [`arn:aws:sqs:${account}:hookline-dev-github-push`],
    });
    assert.deepEqual(bodies, { actions: ["s3:GetObject"], resources: [`${bucket}/claims/github/*`] });
    assert.deepEqual(records, {
      actions: ["dynamodb:GetItem", "dynamodb:UpdateItem"],
      resources: [table],
      condition: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["ev#github/push#*", "in#github#*"] } },
    });
  });

  it("are, for the archive: its logs, its own queue, and to put objects under archive/ that it cannot read", () => {
    const [logs, queue, objects, ...more] = grants(roleOf("ArchiveRole"));
    assert.deepEqual(more, []);
    assert.match(String(logs?.resources), /:log-group:\/hookline\/dev\/archive:\*$/);
    assert.deepEqual(queue, {
      actions: ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"],
      resources: [`arn:aws:sqs:${account}:hookline-dev-archive`],
    });
    assert.deepEqual(objects, { actions: ["s3:PutObject"], resources: [`${bucket}/archive/*`] });
  });

  it("are, for the canary: its logs, and to read its own secret", () => {
    const [logs, secret, ...more] = grants(roleOf("CanaryRole"));
    assert.deepEqual(more, []);
    assert.match(String(logs?.resources), /:log-group:\/hookline\/dev\/canary:\*$/);
    assert.deepEqual(secret, {
      actions: ["secretsmanager:GetSecretValue"],
      resources: [`arn:aws:secretsmanager:${account}:secret:hookline/dev/canary`],
    });
  });

  it("include no API key of a provider and no secret of another stage, in no role and by no wildcard", () => {
    const keys = [
      ...["github", "dev", "stripe-eu"].map((name) => `hookline-api/dev/${name}`),
      ...["hookline/dev2/github", "hookline/de/github", "hookline/prod/dev/github", "hookline/dev"],
    ];
    const arns = keys
      .flatMap((name) => [name, `${name}-a1B2c3`])
      .map((name) => `arn:aws:secretsmanager:${account}:secret:${name}`);
    const statements = all.filter(({ type }) => type === "AWS::IAM::Role").flatMap(grants);
    const ofSecrets = statements.filter(({ actions }) => actions.some((action) => /^(secretsmanager|\*)/.test(action)));
    assert.equal(ofSecrets.length, 2, "those of verifier and canary");
    const reaches = (pattern: string, arn: string) =>
      new RegExp(
        `^${pattern
          .split("*")
          .map((part) => part.replaceAll(/[^\w]/g, "\\$&"))
          .join(".*")}$`,
      ).test(arn);
    assert.ok(reaches(`arn:aws:secretsmanager:${account}:secret:hookline*`, arns[0] ?? ""), "a wildcard would be seen");
    const reached = ofSecrets.flatMap(({ resources }) =>
      resources.filter((one) => arns.some((arn) => reaches(one, arn))),
    );
    assert.deepEqual(reached, []);
    const policies = all.filter(({ type }) => type === "AWS::SecretsManager::ResourcePolicy");
    assert.deepEqual(policies, []);
  });

  it("include every queue of the stage by the verifier's wildcard, and no DLQ", () => {
    const [send] = grants(roleOf("VerifierRole")).filter(({ actions }) => actions.includes("sqs:SendMessage"));
    const prefix = String(send?.resources).replace(/\*$/, "");
    const names = all
      .filter(({ type }) => type === "AWS::SQS::Queue")
      .map(({ properties }) => `arn:aws:sqs:${account}:${properties.QueueName}`);
    assert.equal(names.length, 6);
    assert.deepEqual(
      names.filter((name) => name.startsWith(prefix)).sort(),
      ["archive", "canary", "github-issues", "github-push"].map((suffix) => `${prefix}${suffix}`),
    );
  });
});
