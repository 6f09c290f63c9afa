import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { deploy } from "../../../operate/cli/deploy.ts";
import { dlq } from "../../../operate/cli/dlq.ts";
import { doctor } from "../../../operate/cli/doctor.ts";
import { endpoints } from "../../../operate/cli/endpoints.ts";
import { eraseCommand } from "../../../operate/cli/erase.ts";
import { events } from "../../../operate/cli/events.ts";
import { measure } from "../../../operate/cli/measure.ts";
import { pause, resume } from "../../../operate/cli/pause.ts";
import { replay } from "../../../operate/cli/replay.ts";
import { rollback } from "../../../operate/cli/rollback.ts";
import { runbook } from "../../../operate/cli/runbook.ts";
import { secret } from "../../../operate/cli/secret.ts";
import { send } from "../../../operate/cli/send.ts";
import { sources } from "../../../operate/cli/sources.ts";
import { stageCommands } from "../../../operate/cli/stage-commands.ts";
import { readAssembly, type Template } from "../../../operate/deploy/templates.ts";
import { templatesOf } from "../../../operate/stage/templates.ts";
import { eventFile, synthesize } from "../../infra/stack-fixture.ts";
import { openPage } from "../page/open-page.ts";
import type { stackAnswers } from "../stage-fixture.ts";
import { askedBy, place } from "./asked.ts";
import { names, startStage } from "./iam-stage.ts";
import { type Asked, allows, fits, type Statement, statementsOf } from "./policy.ts";

type Stage = Awaited<ReturnType<typeof startStage>>;
type Print = (line: string) => void;
type Role = "viewer" | "operator" | "eraser" | "deployer";
const roles: readonly Role[] = ["viewer", "operator", "eraser", "deployer"];

const values = {
  ...{ ACCOUNT: place.account, REGION: place.region, STAGE: "dev" },
  ...{ BucketName: names.bucket, TableName: names.table, VerifierName: names.verifier, AlarmTopic: names.topic },
};
const templates: Readonly<Record<Role, readonly Statement[]>> = {
  viewer: statementsOf("viewer", values),
  operator: statementsOf("operator", values),
  eraser: statementsOf("eraser", values),
  deployer: statementsOf("deployer", values),
};
/** A template's statements, with those of the template that it is attached beside. */
const attached = (role: Role) =>
  role === "viewer" || role === "deployer" ? templates[role] : [...templates.viewer, ...templates[role]];

const app = synthesize([eventFile("github/push")], ["dev"]);
const assembly = app.of("dev").folder;
const wanted = readAssembly(assembly, "Hookline-dev");
const nestedIds = Object.keys(wanted.nested);
const nothing: Template = { Resources: {} };
/** The templates of the stack that is deployed, by name. */
let deployedTemplates: Readonly<Record<string, Template>> = {};
const nestedName = (id: string) => `Hookline-dev-${id}`;
/** CloudFormation's answers for a deployment, beside those for other commands. */
const ofDeployment = (others: ReturnType<typeof stackAnswers>) => ({
  DescribeStacksCommand: (input: Readonly<Record<string, unknown>>) => {
    const { Stacks } = others.DescribeStacksCommand(input);
    const Outputs = [{ OutputKey: "BootstrapVersion", OutputValue: "30" }];
    const topic = { OutputKey: wanted.facts.outputs.AlarmTopic ?? "", OutputValue: names.topic };
    const more = input.StackName === "CDKToolkit" ? Outputs : [topic];
    return {
      Stacks: Stacks.map((one) => ({ ...one, StackStatus: "UPDATE_COMPLETE", Outputs: [...one.Outputs, ...more] })),
    };
  },
  GetTemplateCommand: ({ StackName }: Readonly<Record<string, unknown>>) => ({
    TemplateBody: JSON.stringify(deployedTemplates[String(StackName)] ?? nothing),
  }),
  ListAliasesCommand: { Aliases: [{ FunctionVersion: "6" }] },
  DeleteFunctionCommand: {},
  ListStackResourcesCommand: {
    StackResourceSummaries: nestedIds.map((id) => ({
      ...{ LogicalResourceId: id, PhysicalResourceId: nestedName(id) },
      ...{ ResourceType: "AWS::CloudFormation::Stack", ResourceStatus: "CREATE_COMPLETE" },
    })),
  },
});

/** Each command as the page names it: how it is run, and whether it did its work. */
const commands: Readonly<Record<string, (stage: Stage, print: Print) => Promise<unknown>>> = {
  sources: async ({ places }, print) => await sources(["dev"], print, places),
  doctor: async ({ places }, print) => await doctor(["dev"], print, places),
  measure: async ({ places }, print) =>
    await measure(["dev", "--events", "1"], print, { ...places, wait: async () => {} }),
  runbook: async ({ places }, print) => await runbook(["dev", "dlq-not-empty"], print, places),
  "events list": async ({ places }, print) => await events(["dev", "list"], print, places),
  "events get": async ({ places }, print) => await events(["dev", "get", "--id", "kept"], print, places),
  "events tail": async ({ places }, print) =>
    await events(["dev", "tail"], print, { ...places, ended: Promise.resolve() }),
  page: async ({ places, bury }, print) => {
    await bury("listed");
    const { ask, close } = await openPage(["dev"], places);
    print((await ask("/")).text);
    print(await ask.follow("/live", /Counted from the archive/));
    const { text } = await ask("/events");
    print(text);
    print((await ask(/"(\/event\?[^"]*)"/.exec(text)?.[1]?.replaceAll("&amp;", "&") ?? "")).text);
    const others = ["/dead", "/dead?processor=github/push", "/refused?count=1", "/sources?count=1", "/sources/github"];
    for (const path of others) print((await ask(path)).text);
    await close();
  },
  "dlq list": async ({ places }, print) => await dlq(["dev", "list"], print, places),
  "dlq show": async ({ places }, print) => await dlq(["dev", "show", "github/push", "--id", "listed"], print, places),
  "dlq save": async ({ places, folder }, print) =>
    await dlq(["dev", "save", "--save", join(folder, "saved")], print, places),
  "replay --dry-run": async ({ places }, print) =>
    await replay(["dev", "--to", "github/push", "--dry-run"], print, places),
  replay: async ({ places }, print) => {
    const said: string[] = [];
    await replay(["dev", "--to", "github/push", "--yes"], (line) => said.push(line), places);
    const [, id = ""] = /^replay (\S+) is done: 1 sent/m.exec(said.join("\n")) ?? [];
    await replay(["dev", "--resume", id, "--yes"], print, places);
  },
  "dlq redrive": async (stage, print) => {
    await dlq(["dev", "redrive", "github/push", "--id", "listed"], print, stage.places);
    await stage.bury("moved");
    await dlq(["dev", "redrive", "github/push"], print, stage.places);
  },
  "dlq drop": async (stage, print) => {
    await stage.bury("dropped");
    const save = join(stage.folder, "dropped");
    await dlq(["dev", "drop", "github/push", "--save", save, "--yes"], print, stage.places);
  },
  rollback: async ({ places }, print) => await rollback(["dev", "--to", "5", "--yes"], print, places),
  pause: async ({ places }, print) => await pause(["dev", "github/push"], print, places),
  resume: async ({ places }, print) => await resume(["dev", "github/push"], print, places),
  secret: async ({ places }, print) =>
    await secret(["dev", "github"], print, { ...places, read: async () => "another" }),
  send: async ({ places, folder }, print) => await send(["github/push", "--stage", "dev"], print, folder, places),
  endpoints: async ({ places, provider }, print) => {
    const args = ["--owner", "octo/shop", "--url", "https://hooks.example.com", "--api", provider, "--yes"];
    await endpoints(["dev", "github", "apply", ...args], print, places);
  },
  deploy: async ({ places }, print) => {
    const codes: Record<string, number> = {};
    const cdk = async ([word = ""]: readonly string[]) => ({ code: codes[word] ?? 0, signal: null });
    const run = async () => await deploy(["dev"], print, { ...places, assembly, cdk });
    // Everything is new, and its names are looked for. Its queues are there already.
    deployedTemplates = {};
    await run();
    const nested = Object.entries(wanted.nested).map(([id, template]) => [nestedName(id), template] as const);
    deployedTemplates = { "Hookline-dev": wanted.root, ...Object.fromEntries(nested) };
    await run();
    codes.deploy = 1;
    await run();
  },
  erase: async (stage, print) => {
    await stage.scatter("erased");
    await eraseCommand(["dev", "--id", "erased", "--yes"], print, stage.places);
  },
};

/** A line that each command prints where it has done its work. */
const done: Readonly<Record<string, RegExp>> = {
  sources: /hookline\/dev\/github/,
  doctor: /URL permissions/,
  measure: /acknowledged within.*the log has 0 of 1 lines/s,
  runbook: /npm run dlq -- dev list --by reason|deno task dlq -- dev list --by reason/,
  "events list": /queued +github\/push +kept/,
  "events get": /payload/,
  "events tail": /new events are here/,
  page: /queued.*kept.*Payload.*github%2Fpush.*listed.*No delivery was refused.*holds 1 that counts/s,
  "dlq list": /listed/,
  "dlq show": /claims\/github\/1/,
  "dlq save": /saved/,
  "replay --dry-run": /github\/push/,
  replay: /github\/push/,
  "dlq redrive": /redriven: about 1 to the queue/,
  "dlq drop": /dropped/,
  rollback: /Version 5 of the verifier answers/,
  pause: /is paused/,
  resume: /runs again/,
  secret: /holds 1 that counts for good/,
  send: /^401 answered /m,
  endpoints: /Created \S+ at GitHub/,
  deploy: /from before.*stand in the way.*Next:.*The deployment of Hookline-dev failed/s,
  erase: /erased: 1 in the archive, 1 in the spill, 1 in DLQs \(github\/push\); large bodies: 1; .*: 1/,
};

/** Permissions that no call of a command here needs, each with a reason; the part behind the template is an action, or a value. */
const unused: Readonly<Record<string, string>> = {
  "viewer replays/*": "`erase` lists the replays, by the viewer's permission to list",
  "deployer sts:AssumeRole": "cdk deploys by the roles of its bootstrap stack",
  "operator sqs:CancelMessageMoveTask": "Ctrl-C leaves SQS at a redrive; `aws sqs cancel-message-move-task` ends it",
};

/** Calls of a command that goes on where they are refused, each with a reason. */
const spared: Readonly<Record<string, RegExp>> = {
  // The overview then says of an endpoint that it is not known. The operator may read the API keys.
  page: /^arn:[^/]*:secret:hookline-api\/dev\//,
};

const page = readFileSync(new URL("../../../docs/iam/README.md", import.meta.url), "utf8");
const namedIn = (role: Role): readonly string[] => {
  const row = page.split("\n").find((line) => line.startsWith(`| [\`${role}.json\`]`)) ?? "";
  return [...(row.split("|")[3] ?? "").matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name);
};

describe("the templates of docs/iam", () => {
  let stage: Stage;
  const asked = new Map<string, readonly Asked[]>();

  before(async () => {
    stage = await startStage({ answersOf: ofDeployment });
    for (const [name, run] of Object.entries(commands)) {
      const said: string[] = [];
      await run(stage, (line) => said.push(line));
      const text = said.join("\n");
      assert.match(text, done[name] ?? /^$/, name);
      assert.ok(!text.includes("could not be checked"), text);
      asked.set(
        name,
        stage.calls().flatMap((call) => askedBy(call, stage.functionOf)),
      );
    }
  });
  after(async () => {
    app.remove();
    await stage.close();
  });

  it("have every command that acts on a stage on AWS in the page, and each is run", () => {
    const onPage = roles.flatMap(namedIn);
    assert.deepEqual(onPage.toSorted(), Object.keys(commands).toSorted());
    const first = new Set(onPage.map((name) => name.split(" ")[0]));
    // `why` and `check-endpoint` call no AWS.
    const others = Object.keys(stageCommands).filter((name) => !first.has(name));
    assert.deepEqual(others, ["why", "check-endpoint"]);
  });

  for (const role of roles) {
    it(`allow each call of the commands of the ${role}`, () => {
      for (const name of namedIn(role)) {
        const calls = asked.get(name) ?? [];
        assert.ok(calls.length > 0, name);
        const refused = calls.filter(
          (call) =>
            !attached(role).some((statement) => allows(statement, call)) && spared[name]?.test(call.resource) !== true,
        );
        assert.deepEqual(refused, [], `${name} needs more than the ${role} has`);
      }
    });

    it(`have nothing for the ${role} that no command uses, except for a reason`, () => {
      const calls = namedIn(role).flatMap((name) => asked.get(name) ?? []);
      const left = templates[role].flatMap((statement) => unusedIn(statement, calls)).map((one) => `${role} ${one}`);
      const listed = Object.keys(unused).filter((one) => one.startsWith(role));
      assert.deepEqual(left.toSorted(), listed.toSorted());
    });

    it(`are named by the sentence about a refused call, for the ${role}`, () => {
      const path = `docs/iam/${role}.json`;
      for (const { Action, Resource } of templates[role]) {
        for (const action of [Action].flat()) {
          for (const resource of [Resource].flat().map((one) => one.replaceAll("*", "x"))) {
            assert.ok(templatesOf(action, resource).includes(path), `${action} on ${resource}: ${path}`);
          }
        }
      }
    });
  }

  it("have the permission that the sentence about a refused call says they have", () => {
    const calls = [...asked.values()].flat();
    for (const { action, resource, context } of calls) {
      const told = templatesOf(action, resource);
      assert.ok(told.length > 0, `${action} on ${resource}`);
      for (const role of roles.filter((one) => told.includes(`docs/iam/${one}.json`))) {
        const isAllowed = templates[role].some((statement) => allows(statement, { action, resource, context }));
        assert.ok(isAllowed, `${role} has no ${action} on ${resource}`);
      }
    }
  });

  it("reach no other stage, bucket, table or secret", () => {
    const all = roles.flatMap((role) => templates[role]);
    const foreign: readonly Asked[] = [
      {
        action: "sqs:ReceiveMessage",
        resource: "arn:aws:sqs:eu-west-1:123456789012:hookline-dlq-prod-github-push",
        context: {},
      },
      {
        action: "sqs:ReceiveMessage",
        resource: "arn:aws:sqs:eu-west-1:123456789012:hookline-dev-github-push",
        context: {},
      },
      { action: "s3:ListBucket", resource: "arn:aws:s3:::archived", context: { "s3:prefix": ["claims/"] } },
      { action: "s3:GetObject", resource: "arn:aws:s3:::others/archive/1", context: {} },
      {
        action: "secretsmanager:GetSecretValue",
        resource: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:hookline/prod/github-AbCdEf",
        context: {},
      },
      {
        action: "dynamodb:GetItem",
        resource: "arn:aws:dynamodb:eu-west-1:123456789012:table/records",
        context: { "dynamodb:LeadingKeys": ["zz#1"] },
      },
      {
        action: "lambda:UpdateEventSourceMapping",
        resource: "arn:aws:lambda:eu-west-1:123456789012:event-source-mapping:1",
        context: { "lambda:FunctionArn": ["arn:aws:lambda:eu-west-1:123456789012:function:Hookline-prod-Push"] },
      },
    ];
    assert.deepEqual(
      foreign.filter((call) => all.some((statement) => allows(statement, call))),
      [],
    );
    const others = templates.viewer.filter(({ Action }) =>
      [Action].flat().some((one) => /:(Put|Delete|Send|Update)/.test(one)),
    );
    assert.deepEqual(others, [], "the viewer changes nothing");
  });

  it("leave no placeholder that the page does not name", () => {
    for (const name of Object.keys(values)) assert.ok(page.includes(`-e s/${name}/`), name);
    const filled = JSON.stringify(Object.values(templates));
    assert.doesNotMatch(filled, /\b(ACCOUNT|REGION|STAGE)\b|BucketName|TableName|VerifierName|AlarmTopic/);
  });
});

/** The actions, resources and values of a statement that no call needs. */
function unusedIn(statement: Statement, calls: readonly Asked[]): readonly string[] {
  const { Action, Resource, Condition = {} } = statement;
  const needed = calls.filter((call) => allows(statement, call));
  const actions = [Action].flat().filter((one) => !needed.some(({ action }) => action === one));
  const resources = [Resource].flat().filter((one) => !needed.some(({ resource }) => fits(one, resource)));
  const contexts = needed.flatMap(({ context }) => Object.values(context).flat());
  const conditions = Object.values(Condition)
    .flatMap((keys) => Object.values(keys).flat())
    .filter((one) => !contexts.some((value) => fits(one, value)));
  // A statement whose actions are all unused has unused resources, too.
  return [...actions, ...(needed.length === 0 ? [] : resources), ...conditions];
}
