import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { routesOf } from "../../infra/build/bundle.ts";
import type { EventFile } from "../../infra/build/event-files.ts";
import { type Resource, readStack } from "../../local/template.ts";
import { eventFile, synthesize } from "./stack-fixture.ts";

/**
 * The limits are of CloudFormation (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html),
 * IAM (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html), Lambda
 * (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html) and CloudWatch
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html).
 */

/** As long as a real one: GitHub's longest event type has 40 characters. */
const type = (index: number) => `an.event.type.with.a.fairly.long.name.${index}`;
const shapes = {
  "of one source": Array.from({ length: 200 }, (_, index) => eventFile(`github/${type(index)}`)),
  "over 20 sources": Array.from({ length: 200 }, (_, index) => eventFile(`provider-${index % 20}/${type(index)}`)),
  // Sources of two have an alarm that sums them up, so that these have more resources than 200 sources with one each.
  "over 100 sources": Array.from({ length: 200 }, (_, index) => eventFile(`provider-${index % 100}/${type(index)}`)),
  "of 200 sources": Array.from({ length: 200 }, (_, index) =>
    eventFile(`a-provider-of-events-${index}/${type(index)}`),
  ),
};

/** Names that CloudFormation makes up locally are shorter than those of an account: this much of a text is left for that. */
const allowance = 1.25;
const bytes = (value: unknown) => Buffer.byteLength(JSON.stringify(value));
const ofType = (all: readonly Resource[], name: string) => all.filter((resource) => resource.type === name);

type Statement = { readonly Action: string | readonly string[]; readonly Resource: string | readonly string[] };
const statementsOf = (role: Resource) =>
  (
    role.properties.Policies as readonly { readonly PolicyDocument: { readonly Statement: readonly Statement[] } }[]
  ).map(({ PolicyDocument }) => PolicyDocument.Statement);

for (const [shape, events] of Object.entries(shapes)) {
  const app = synthesize(events, ["prod"]);
  after(() => app.remove());
  const { folder, root, nested } = app.of("prod");
  const templates = [root, ...nested].map((template) => template.toJSON());
  /** With names in place of references, as long as they are in the end. */
  const all = readStack(folder, "Hookline-prod");

  describe(`a stage of 200 event types ${shape}`, () => {
    /** The greatest of some figures, said with its limit, checked against the bound that we set ourselves. */
    const within = (
      say: (text: string) => void,
      what: string,
      found: readonly number[],
      bound: number,
      limit: number,
    ) => {
      const greatest = Math.max(...found);
      say(`${what}: ${greatest} of ${limit}, ${Math.round(100 - (100 * greatest) / limit)} % left`);
      assert.ok(found.length > 0 && greatest > 0, `nothing was measured: ${what}`);
      assert.ok(greatest <= bound, `${what}: ${greatest}, at most ${bound} are wanted`);
    };

    it("stays under the numbers of resources, outputs and parameters", (t) => {
      const say = (text: string) => t.diagnostic(text);
      const counts = templates.map((json) => Object.keys(json.Resources).length);
      const size = (part: object | undefined) => Object.keys(part ?? {}).length;
      say(`${nested.length} nested stacks`);
      within(say, "resources in a stack", counts, 450, 500);
      within(say, "resources in all", [counts.reduce((sum, one) => sum + one, 0)], 2400, 2500);
      within(
        say,
        "outputs of a stack",
        templates.map(({ Outputs }) => size(Outputs)),
        50,
        200,
      );
      within(
        say,
        "parameters of a stack",
        templates.map(({ Parameters }) => size(Parameters)),
        50,
        200,
      );
    });

    it("stays under CloudFormation's 1 MB for a template in S3", (t) => {
      // As it is uploaded, white space included.
      const files = readdirSync(folder).filter((file) => file.endsWith(".template.json"));
      const sizes = files.map((file) => statSync(join(folder, file)).size);
      assert.equal(sizes.length, 1 + nested.length);
      within((text) => t.diagnostic(text), "bytes of a template", sizes, 800_000, 1_000_000);
    });

    it("keeps the environment of every function within 3 KB of Lambda's 4", (t) => {
      const sizes = ofType(all, "AWS::Lambda::Function").map(({ properties }) => {
        const { Variables = {} } = (properties.Environment ?? {}) as { readonly Variables?: object };
        return Math.ceil(allowance * bytes(Variables));
      });
      assert.equal(sizes.length, 204);
      within((text) => t.diagnostic(text), "bytes of an environment", sizes, 3072, 4096);
    });

    it("has each alarm tell somebody, itself or by a composite of at most 100 children and 10 240 characters", (t) => {
      const say = (text: string) => t.diagnostic(text);
      const rules = ofType(all, "AWS::CloudWatch::CompositeAlarm").map(({ properties }) =>
        String(properties.AlarmRule),
      );
      const children = rules.map((rule) => Array.from(rule.matchAll(/ALARM\("([^"]+)"\)/g), ([, name = ""]) => name));
      // 200 sources have one event type each, and no composite alarm.
      if (shape !== "of 200 sources") {
        within(
          say,
          "children of a composite alarm",
          children.map(({ length }) => length),
          100,
          100,
        );
        within(
          say,
          "characters of an alarm's rule",
          rules.map(({ length }) => length),
          9000,
          10_240,
        );
      }
      const led = new Set(children.flat());
      const alarms = ofType(all, "AWS::CloudWatch::Alarm").map(({ properties }) => properties);
      const names = alarms.map(({ AlarmName }) => String(AlarmName));
      assert.ok(names.length > 400);
      assert.equal(new Set(names).size, names.length);
      const told = alarms.flatMap(({ AlarmName, AlarmActions }) =>
        AlarmActions === undefined ? [] : [String(AlarmName)],
      );
      assert.deepEqual([...told, ...led].sort(), [...names].sort());
    });

    it("has one dashboard of at most 500 widgets, and of a body that a template holds twice over", (t) => {
      const say = (text: string) => t.diagnostic(text);
      const bodies = ofType(all, "AWS::CloudWatch::Dashboard").map(({ properties }) =>
        String(properties.DashboardBody),
      );
      assert.equal(bodies.length, 1);
      const widgets = bodies.map((body) => JSON.parse(body).widgets.length);
      within(say, "widgets of the dashboard", widgets, 250, 500);
      within(
        say,
        "bytes of the dashboard",
        bodies.map((body) => Buffer.byteLength(body)),
        200_000,
        500_000,
      );
    });

    it("adds little to the verifier's bundle, which loads at most 400 KiB at a cold start", (t) => {
      within((text) => t.diagnostic(text), "bytes of routes", [bytes(routesOf(events))], 65_536, 409_600);
    });

    it("keeps the inline policies of every role well below IAM's 10 240 characters", (t) => {
      const sizes = ofType(all, "AWS::IAM::Role").map(({ properties }) =>
        Math.ceil(allowance * bytes(properties.Policies)),
      );
      assert.equal(sizes.length, 204);
      within((text) => t.diagnostic(text), "characters of a role's policies", sizes, 2048, 10_240);
    });

    it("lets verifier and spill drain send by one wildcard, which reaches every queue and no DLQ", () => {
      const senders = ofType(all, "AWS::IAM::Role").filter((role) => JSON.stringify(role).includes("sqs:SendMessage"));
      assert.deepEqual(senders.map(({ id }) => /^Hookline-prod\/(\w+)Role/.exec(id)?.[1]).sort(), [
        "Sweeper",
        "Verifier",
      ]);
      const sends = senders
        .flatMap(statementsOf)
        .flat()
        .filter(({ Action }) => [Action].flat().includes("sqs:SendMessage"));
      assert.equal(sends.length, 2);
      const [reached = "", ...others] = new Set(sends.map(({ Resource }) => String(Resource)));
      assert.deepEqual(others, []);
      assert.match(reached, /^arn:aws:sqs:[^*]+:hookline-prod-\*$/);
      const prefix = reached.slice(reached.lastIndexOf(":") + 1, -1);
      const names = ofType(all, "AWS::SQS::Queue").map(({ properties }) => String(properties.QueueName));
      assert.equal(new Set(names).size, 402);
      const [queues, dlqs] = [
        names.filter((name) => name.startsWith(prefix)),
        names.filter((name) => !name.startsWith(prefix)),
      ];
      const suffixes = ["archive", "canary", ...events.map(({ queue }: EventFile) => queue)];
      assert.deepEqual(queues.sort(), suffixes.map((suffix) => `hookline-prod-${suffix}`).sort());
      assert.deepEqual(dlqs.sort(), events.map(({ queue }: EventFile) => `hookline-dlq-prod-${queue}`).sort());
    });
  });
}
