import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { QueueDoesNotExist } from "@aws-sdk/client-sqs";
import type { DeployedEvent, ReceiverFacts } from "../../../infra/receiver-facts.ts";
import { doctor } from "../../../operate/cli/doctor.ts";
import { pause, resume } from "../../../operate/cli/pause.ts";
import type { Clients } from "../../../operate/stage/stage.ts";
import { deployed, stackAnswers } from "../stage-fixture.ts";

/** What AWS answers, by the name of the command; a function is given the input. */
type Answers = Readonly<Record<string, object | ((input: Readonly<Record<string, unknown>>) => object)>>;

const folder = mkdtempSync(join(tmpdir(), "hookline-doctor-aws-"));
const events = [deployed("github/issues", { maxConcurrency: 10 }), deployed("github/push", { maxConcurrency: 5 })];
let entrance: Server;
let url: string;
/** What the entrance answers to an unsigned POST. */
let unsigned = 401;

before(async () => {
  entrance = createServer((request, response) => {
    request.resume();
    const isSigned = request.headers["x-hub-signature-256"] !== undefined;
    response.writeHead(isSigned ? 200 : unsigned).end(isSigned ? '{"outcome":"ignored"}' : "{}");
  });
  await new Promise<void>((resolve) => entrance.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(entrance.address() as AddressInfo).port}/`;
});
after(() => {
  entrance.close();
  entrance.closeAllConnections();
  rmSync(folder, { recursive: true, force: true });
});

const policyOf = (...actions: readonly (readonly [string, object])[]) =>
  JSON.stringify({
    Statement: actions.map(([Action, Condition]) => ({ Effect: "Allow", Principal: "*", Action, Condition })),
  });
const forUrl = ["lambda:InvokeFunctionUrl", { StringEquals: { "lambda:FunctionUrlAuthType": "NONE" } }] as const;
const forInvoke = ["lambda:InvokeFunction", { Bool: { "lambda:InvokedViaFunctionUrl": "true" } }] as const;
const subscription = (SubscriptionArn: string) => ({ Subscriptions: [{ SubscriptionArn }] });

/** A stage where everything is right. */
const right: Answers = {
  GetSecretValueCommand: { SecretString: "one", CreatedDate: new Date() },
  GetQueueUrlCommand: ({ QueueName }) => ({ QueueUrl: `https://sqs/${QueueName}` }),
  GetQueueAttributesCommand: ({ QueueUrl }) => ({
    Attributes: { QueueArn: `arn of ${QueueUrl}`, ApproximateNumberOfMessages: "0" },
  }),
  ListEventSourceMappingsCommand: ({ EventSourceArn }) => ({
    EventSourceMappings: [{ UUID: `of ${EventSourceArn}`, State: "Enabled" }],
  }),
  UpdateEventSourceMappingCommand: {},
  GetPolicyCommand: ({ FunctionName, Qualifier }) => {
    assert.deepEqual([FunctionName, Qualifier], ["verifier-1", "live"]);
    return { Policy: policyOf(forUrl, forInvoke) };
  },
  ListSubscriptionsByTopicCommand: subscription("arn:aws:sns:eu-west-1:123456789012:alarms:1"),
  GetAccountSettingsCommand: { AccountLimit: { UnreservedConcurrentExecutions: 1000 } },
  GetFunctionConfigurationCommand: { Runtime: "nodejs24.x" },
  GetAliasCommand: { FunctionVersion: "5" },
  ListVersionsByFunctionCommand: { Versions: ["$LATEST", "4", "5"].map((Version) => ({ Version })) },
  DescribeAlarmsCommand: { MetricAlarms: [] },
  StartQueryCommand: ({ queryString }) => ({ queryId: String(queryString) }),
  GetQueryResultsCommand: { status: "Complete", results: [] },
};

/** What Logs Insights answers about one of the two queries, by a word of its text; the other finds nothing. */
const found = (word: string, ...rows: readonly Readonly<Record<string, string>>[]): Answers => ({
  GetQueryResultsCommand: ({ queryId }) => ({
    status: "Complete",
    results: String(queryId).includes(word)
      ? rows.map((row) => Object.entries(row).map(([field, value]) => ({ field, value })))
      : [],
  }),
});
const ignored = (...rows: readonly (readonly [type: string, events: number])[]) =>
  found("no-processor", ...rows.map(([type, events]) => ({ source: "github", type, events: String(events) })));

/** The mappings of some queues, by their names behind the stage's prefix, are switched off. */
const disabled = (isIt: (queue: string) => boolean): Answers => ({
  ListEventSourceMappingsCommand: ({ EventSourceArn }) => {
    const queue = String(EventSourceArn).split("hookline-dev-").at(-1) ?? "";
    return { EventSourceMappings: [{ UUID: `of-${queue}`, State: isIt(queue) ? "Disabled" : "Enabled" }] };
  },
});

/** The mappings of some queues are gone. */
const deleted = (isIt: (queue: string) => boolean): Answers => ({
  ListEventSourceMappingsCommand: ({ EventSourceArn }) => {
    const queue = String(EventSourceArn).split("hookline-dev-").at(-1) ?? "";
    return { EventSourceMappings: isIt(queue) ? [] : [{ UUID: `of-${queue}`, State: "Enabled" }] };
  },
});

function stackOf(
  stage: string,
  at: readonly DeployedEvent[] = events,
  facts: Pick<ReceiverFacts, "alarmTarget"> = {},
): Answers {
  const outputs = {
    FunctionUrl: url,
    AlarmTopic: "arn:aws:sns:eu-west-1:123456789012:alarms",
    VerifierName: "verifier-1",
  };
  return stackAnswers({ stage, sources: { github: "github" }, events: at, outputs, ...facts });
}

/** The same stack with further facts. */
function factsWith(facts: Pick<ReceiverFacts, "alarmTarget">): Answers {
  const { GetTemplateSummaryCommand = {} } = stackOf("dev", events, facts);
  return { GetTemplateSummaryCommand };
}

/** The clients of AWS, of which one stands for all. */
const clientsOf = (client: unknown) => () => ({ of: () => client, close() {} }) as unknown as Clients;

/** One that stands for every client of the SDK. */
function clientOf(answers: Answers) {
  const sent: (readonly [string, Readonly<Record<string, unknown>>])[] = [];
  const send = async (command: { readonly input: Readonly<Record<string, unknown>> }) => {
    const { name } = command.constructor;
    sent.push([name, command.input]);
    const answer = answers[name];
    if (answer === undefined) throw new TypeError(`${name} was not expected`);
    return typeof answer === "function" ? (answer as (input: object) => object)(command.input) : answer;
  };
  return { client: { send } as unknown, sent };
}

async function printedOf(answers: Answers, ...more: readonly string[]): Promise<readonly string[]> {
  const { client } = clientOf({ ...right, ...stackOf("dev"), ...answers });
  const printed: string[] = [];
  await doctor(["dev", ...more], (line) => printed.push(line), { folder, awsClients: clientsOf(client) });
  return printed;
}

async function failedOf(answers: Answers): Promise<readonly string[]> {
  const printed = await printedOf(answers);
  assert.match(printed[0] ?? "", /^Stage dev on AWS: stack Hookline-dev in eu-west-1, account 123456789012, http/);
  assert.ok(!printed.some((line) => line.includes("not checked here")), "everything is checked");
  return printed.slice(1, -1).filter((line) => !/ {2}ok {2}/.test(line));
}

describe("doctor on AWS", () => {
  it("finds nothing wrong where nothing is", async () => {
    assert.deepEqual(await failedOf({}), []);
  });

  it("takes a gradual deployment for no rollback", async () => {
    const shifting = { FunctionVersion: "4", RoutingConfig: { AdditionalVersionWeights: { 5: 0.1 } } };
    const printed = (await printedOf({ GetAliasCommand: shifting })).join("\n");
    assert.match(printed, /^verifier's version +ok +4 answers, and a gradual deployment shifts between it and 5$/m);
  });

  it("prints the same as one JSON object with --json", async () => {
    const [line = "", ...more] = await printedOf({ ListSubscriptionsByTopicCommand: {} }, "--json");
    const { url: at, findings, ...said } = JSON.parse(line);
    assert.deepEqual([said, more], [{ stage: "dev", on: "aws", failed: 1 }, []]);
    assert.equal(`${at}/`, url);
    const page = readFileSync(new URL("../../../docs/formats.md", import.meta.url), "utf8");
    const row = /^\| `doctor` \|.*$/m.exec(page)?.[0] ?? "";
    for (const name of Object.keys({ ...said, url: at, findings, ...Object.assign({}, ...findings) })) {
      assert.ok(row.includes(`\`${name}\``), name);
    }
    const wrong = findings.filter(({ state }: { state: string }) => state === "FAIL");
    assert.deepEqual(
      wrong.map(({ check, remedy }: Record<string, string>) => [check, typeof remedy]),
      [["alarm subscription", "string"]],
    );
  });

  for (const [what, answers, expected] of [
    [
      "a URL that lacks a permission",
      { GetPolicyCommand: { Policy: policyOf(forUrl) } },
      /^URL permissions +FAIL +everybody lacks lambda:InvokeFunction at the URL → npm run deploy -- dev --revert-drift$/,
    ],
    [
      "one that is for callers with a signature alone",
      { GetPolicyCommand: { Policy: policyOf(["lambda:InvokeFunctionUrl", {}], forInvoke) } },
      /^URL permissions +FAIL +everybody lacks lambda:InvokeFunctionUrl at/,
    ],
    [
      "a subscription that nobody confirmed",
      { ListSubscriptionsByTopicCommand: subscription("PendingConfirmation") },
      /^alarm subscription +FAIL +none is confirmed.*follow the link/,
    ],
    [
      "alarms that nobody gets",
      { ListSubscriptionsByTopicCommand: {} },
      /^alarm subscription +FAIL +nobody is told of alarms → set alarmEmail/,
    ],
    [
      "alarms that nobody should get",
      { ListSubscriptionsByTopicCommand: {}, ...factsWith({ alarmTarget: "none" }) },
      /^alarm subscription +warn +nobody is told of alarms → set alarmEmail/,
    ],
    [
      "an alarm that is on",
      {
        DescribeAlarmsCommand: ({ AlarmNamePrefix, StateValue }: Readonly<Record<string, unknown>>) => {
          assert.deepEqual([AlarmNamePrefix, StateValue], ["hookline-dev-", "ALARM"]);
          const AlarmDescription = "Deliveries are turned away: see infra/RUNBOOK.md#secret-unset";
          const StateUpdatedTimestamp = new Date("2026-01-05T10:00:00Z");
          return {
            MetricAlarms: [{ AlarmName: "hookline-dev-secret-unset", AlarmDescription, StateUpdatedTimestamp }],
          };
        },
      },
      /^hookline-dev-secret-unset +FAIL +is on, since 2026-01-05T10:00:00\.000Z: Deliveries are turned away → see infra\/RUNBOOK\.md#secret-unset/,
    ],
    [
      "an account whose limit a backlog uses up",
      { GetAccountSettingsCommand: { AccountLimit: { UnreservedConcurrentExecutions: 24 } } },
      /^concurrency +FAIL +the account has 24, as a new account, processors may take 15:.+--quota-code L-B99A9384 --desired-value 1000( --region \S+)?;/,
    ],
    [
      "a processor that was deployed without a limit, which takes all that the account has",
      {
        GetTemplateSummaryCommand: () => {
          const unlimited = [deployed("github/issues", { maxConcurrency: 10 }), deployed("github/push")];
          return stackOf("dev", unlimited).GetTemplateSummaryCommand ?? {};
        },
      },
      /^concurrency +FAIL +the account has 1000; 1 of 2 processors have no maxConcurrency and may take 1250 each: .+→ give their event files/,
    ],
    [
      "a runtime that is another",
      { GetFunctionConfigurationCommand: { Runtime: "nodejs22.x" } },
      /^stack's runtime +FAIL +nodejs22\.x, not nodejs24\.x/,
    ],
    [
      "an operator who may not ask",
      {
        GetAccountSettingsCommand: () => {
          throw Object.assign(new Error("not authorized"), { name: "AccessDeniedException" });
        },
      },
      /^concurrency +FAIL +could not be checked: AccessDeniedException: not authorized/,
    ],
    [
      "a mapping that is switched off",
      disabled((queue) => queue !== "archive"),
      /^mappings +FAIL +github\/issues is Disabled, github\/push is Disabled → npm run resume -- dev github\/issues;/,
    ],
    [
      "a mapping that somebody deleted",
      deleted((queue) => queue === "github-push"),
      /^mappings +FAIL +github\/push is missing → npm run deploy -- dev --revert-drift; its queue keeps events for 7 days$/,
    ],
    [
      "the archive's mapping that somebody deleted",
      deleted((queue) => queue === "archive"),
      /^archive +FAIL +its mapping is missing: events wait .+ → npm run deploy -- dev --revert-drift$/,
    ],
    [
      "a runtime that is another than the template's",
      { GetFunctionConfigurationCommand: { Runtime: "nodejs22.x" } },
      /^stack's runtime +FAIL +nodejs22\.x, not nodejs24\.x or provided\.al2023 → npm run deploy -- dev --revert-drift$/,
    ],
    [
      "the archive's mapping that is switched off",
      disabled((queue) => queue === "archive"),
      /^archive +FAIL +its mapping is Disabled: events wait .+ → aws lambda update-event-source-mapping --enabled --uuid of-archive;/,
    ],
    [
      "a type that came and has no event file",
      ignored(["star", 3]),
      /^event types +warn +github\/star came 3 times and has no event file → npm run new -- event github\/star$/,
    ],
    [
      "one that is nearly named as a file is",
      ignored(["pusch", 1]),
      /came once and has no event file → npm run new -- event github\/pusch, or .+events\/github\/push\.ts, which is nearly/,
    ],
    [
      "one whose name no command may hold",
      ignored(["it's; rm", 1]),
      /github\/it's; rm came once and has no event file → name it in the options\.types of a file in lambdas\/events\/github$/,
    ],
    [
      "refusals with the headers of another way of signing",
      found("refused", { source: "hotmart", reason: "signature-missing", sibling: "hotmart-hottok", refusals: "2" }),
      /^refusals of hotmart +warn +2 refused deliveries have the headers of hotmart-hottok.* npm run new -- event hotmart-hottok/,
    ],
    [
      "refusals that have no line of their own",
      found("refused", { source: "github", refusals: "6", leftOut: "31" }),
      /^refusals of github +warn +31 refused deliveries have no line in the log, at least: .* → the figure Refused counts all/,
    ],
    [
      "a verifier that is rolled back",
      { GetAliasCommand: { FunctionVersion: "4" } },
      /^verifier's version +warn +live names version 4 of the verifier, and the stack deployed 5: it is rolled back → npm run rollback -- dev --to 5$/,
    ],
    [
      "a query that fails",
      { GetQueryResultsCommand: { status: "Failed" } },
      /^event types +FAIL +could not be checked: Error: the query of Logs Insights ended as Failed/,
    ],
  ] as const) {
    it(`finds only ${what}`, async () => {
      const [found = "", ...more] = await failedOf(answers);
      assert.match(found, expected);
      assert.deepEqual(more, []);
    });
  }

  it("finds nothing wrong where alarms go to another topic", async () => {
    const printed = await printedOf({ ListSubscriptionsByTopicCommand: {}, ...factsWith({ alarmTarget: "topic" }) });
    const [row = ""] = printed.filter((line) => line.startsWith("alarm subscription"));
    assert.match(row, /^alarm subscription +ok +alarms go to a topic of yours, which is not looked into$/);
  });

  for (const [status, remedy] of [
    [200, /^URL of github +FAIL +answers an unsigned POST with 200, not 401 → anybody can post events/],
    [403, /→ the URL needs both permissions/],
    [503, /→ the secret is unset/],
  ] as const) {
    it(`finds a URL that answers an unsigned POST with ${status}`, async () => {
      unsigned = status;
      const [found = "", ...more] = await failedOf({});
      unsigned = 401;
      assert.match(found, remedy);
      assert.deepEqual(more, []);
    });
  }

  it("leaves out types that have a file by now, its own, and what a file of the coarse type takes", async () => {
    const types = ["push", "issues.opened", "hookline.doctor"] as const;
    assert.deepEqual(await failedOf(ignored(...types.map((type) => [type, 5] as const))), []);
  });

  it("lists ten types that came, the most frequent, and says how many more", async () => {
    const many = Array.from({ length: 1000 }, (_, index) => [`type-${index}`, 2000 - index] as const);
    const rows = await failedOf(ignored(...many.slice(0, 12)));
    assert.equal(rows.length, 11);
    assert.match(rows[0] ?? "", /github\/type-0 came 2000 times/);
    assert.match(rows[10] ?? "", /^event types +warn +and 2 more types without an event file$/);
    assert.match((await failedOf(ignored(...many)))[10] ?? "", /and at least 991 more types/);
  });
});

describe("pause and resume on AWS", () => {
  async function ran(command: typeof pause, answers: Answers) {
    const { client, sent } = clientOf({ ...right, ...stackOf("prod"), ...answers });
    const said: string[] = [];
    await command(["prod", "github/push"], (line) => said.push(line), { folder, awsClients: clientsOf(client) });
    return { said: said.join("\n"), sent };
  }

  it("switch the mapping that takes from the processor's queue", async () => {
    const waiting = {
      GetQueueAttributesCommand: { Attributes: { QueueArn: "arn", ApproximateNumberOfMessages: "7" } },
    };
    const paused = await ran(pause, waiting);
    assert.deepEqual(paused.sent.at(-1), ["UpdateEventSourceMappingCommand", { UUID: "of arn", Enabled: false }]);
    assert.match(paused.said, /about 7 events wait.*\n.*7 days[\s\S]*npm run resume -- prod github\/push$/);
    const resumed = await ran(resume, waiting);
    assert.deepEqual(resumed.sent.at(-1), ["UpdateEventSourceMappingCommand", { UUID: "of arn", Enabled: true }]);
    assert.deepEqual(resumed.sent[2], ["GetQueueUrlCommand", { QueueName: "hookline-prod-github-push" }]);
  });

  it("fail where the stage is not deployed, and change nothing", async () => {
    const missing = () => {
      throw new QueueDoesNotExist({ message: "no such queue", $metadata: {} });
    };
    await assert.rejects(ran(pause, { GetQueueUrlCommand: missing }), /queue hookline-prod-github-push is not there/);
    const unmapped = { ListEventSourceMappingsCommand: { EventSourceMappings: [] } };
    await assert.rejects(ran(resume, unmapped), /nothing takes from its queue; deploy the stage first/);
  });
});
