import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import process from "node:process";
import { after, beforeEach, describe, it } from "node:test";
import { gunzipSync } from "node:zlib";
import { deploy } from "../../../operate/cli/deploy.ts";
import { replacing } from "../../../operate/deploy/data-check.ts";
import { type Declared, readAssembly, type Templates } from "../../../operate/deploy/templates.ts";
import { createClients } from "../../../operate/stage/stage.ts";
import { eventFile, synthesize } from "../../infra/stack-fixture.ts";
import { type Account, deployedStack, emptyAccount, startAccount } from "./fake-account.ts";

const push = eventFile("github/push");
const one = synthesize([push], ["dev", "prod"]);
const { folder } = one.of("dev");
const two = synthesize([push, eventFile("stripe/invoice.paid", { maxConcurrency: 2 })], ["dev"]);
const account: Account = emptyAccount();
const aws = await startAccount(account);

after(() => {
  aws.close();
  one.remove();
  two.remove();
});

const settings = {
  ...{ region: "eu-west-1", endpoint: aws.url, maxAttempts: 1 },
  credentials: { accessKeyId: "local", secretAccessKey: "local" },
};

type Given = {
  readonly args?: readonly string[];
  readonly assembly?: string;
  readonly stages?: Readonly<Record<string, { readonly account?: string }>>;
  /** What the fake of cdk does and returns, by its first word. */
  readonly cdk?: Readonly<Record<string, () => number>>;
};

/** Runs the command with a fake of cdk. */
async function run({ args = ["dev"], assembly = folder, stages = {}, cdk = {} }: Given = {}) {
  const [ran, lines]: [string[], string[]] = [[], []];
  const code = await deploy(args, (line) => lines.push(line), {
    assembly,
    stages,
    awsClients: () => createClients(() => settings),
    cdk: async ([word = "", ...words]) => {
      ran.push([word, ...words.map((one) => (one === assembly ? "ASSEMBLY" : one))].join(" "));
      return { code: cdk[word]?.() ?? 0, signal: null };
    },
  });
  return { code, ran, lines, said: lines.join("\n"), row: (check: string) => rowOf(lines, check) };
}

const rowOf = (lines: readonly string[], check: string) => lines.filter((line) => line.startsWith(check)).join("\n");
const templatesOf = (from: string, stage = "dev"): Templates =>
  structuredClone(readAssembly(from, `Hookline-${stage}`));
/** Has the stage dev deployed, from these templates. */
const isDeployed = (templates = templatesOf(folder)) => {
  account.stacks["Hookline-dev"] = deployedStack(templates, "dev");
};
const synthOf = (stack: string) => new RegExp(`^synth ${stack} --quiet --output ASSEMBLY( --app .+infra/app\\.ts)?$`);

/** The resource whose property has this value, with its template. */
function resourceOf(templates: Templates, value: string): { readonly remove: () => void; readonly declared: Declared } {
  for (const { Resources } of [templates.root, ...Object.values(templates.nested)]) {
    for (const [id, declared] of Object.entries(Resources)) {
      const isIt = Object.values(declared.Properties ?? {}).includes(value) || id.startsWith(value);
      const remove = () => void delete (Resources as Record<string, Declared>)[id];
      if (isIt) return { declared, remove };
    }
  }
  throw new TypeError(`${value} is not there`);
}
const change = (declared: Declared, properties: object) => Object.assign(declared.Properties as object, properties);

const anew = () => {
  delete account.denied;
  Object.assign(account, emptyAccount());
  aws.asked();
};

describe("deploy", () => {
  beforeEach(anew);

  it("synthesizes, examines, deploys what it examined, and says what is to be done next", async () => {
    const { code, ran, said } = await run({
      cdk: {
        deploy: () => {
          isDeployed();
          account.secrets["hookline/dev/github"] = "unset";
          account.subscriptions = [{ SubscriptionArn: "PendingConfirmation", Endpoint: "on-call@example.com" }];
          return 0;
        },
      },
    });
    assert.equal(code, 0, said);
    assert.match(ran[0] ?? "", synthOf("Hookline-dev"));
    assert.deepEqual(ran.slice(1), ["deploy Hookline-dev --app ASSEMBLY"]);
    assert.match(said, /^credentials +ok +of account 123456789012, in eu-west-1/m);
    assert.match(said, /^bootstrap +ok +version 30; \d+ is needed$/m);
    assert.match(said, /^stack +ok +Hookline-dev is not there yet: this is its first deployment$/m);
    assert.match(said, /^data +ok +nothing is deployed yet$/m);
    assert.match(said, /^names +ok +\d\d new names are free$/m);
    assert.match(said, /^alarm target +not checked here +the topic of the alarms is not there yet$/m);
    const next = said
      .slice(said.indexOf("Next:"))
      .split("\n")
      .map((line) => line.trim());
    assert.deepEqual(next, [
      "Next:",
      "/github answers every delivery 503 until its secret is set:",
      "npm run secret -- dev github < secret.txt",
      "the URL and the event types to enter at each provider (https://abc.lambda-url.eu-west-1.on.aws/<source>):",
      "npm run sources -- dev",
      "nobody is told of alarms at on-call@example.com until the link in the mail that SNS sent there is followed",
      "when this is done, examine the stage:",
      "npm run doctor -- dev",
    ]);
  });

  it("keeps the last five versions of the verifier and any that an alias names, once the deployment is done", async () => {
    isDeployed();
    account.secrets["hookline/dev/github"] = "set";
    account.versions = { numbers: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], named: [3, 2] };
    assert.equal((await run({ cdk: { deploy: () => 1 } })).code, 1);
    assert.equal(account.versions.numbers.length, 10, "a deployment that failed removes none");
    const { code, said } = await run();
    assert.equal(code, 0, said);
    assert.deepEqual(account.versions.numbers, [2, 3, 6, 7, 8, 9, 10]);
    assert.match(said, /^Of the verifier, versions 5, 4, 1 are removed: the last 5 stay for a rollback\.$/m);
    account.denied = "ListAliases";
    const denied = await run();
    assert.equal(denied.code, 0);
    assert.match(denied.said, /^Old versions of the verifier could not be removed: .+ListAliases[\s\S]+^Next:$/m);
  });

  it("says before and after that the verifier is rolled back, where the deployment leaves it so", async () => {
    isDeployed();
    account.secrets["hookline/dev/github"] = "set";
    account.versions = { numbers: [3, 4, 5], named: [4] };
    const told = "live names version 4 of the verifier, and the stack deployed 5: it is rolled back";
    const outcome = "a deployment that changes the verifier ends that, and any other leaves it";
    const end = "npm run rollback -- dev --to 5";
    const unchanged = await run();
    assert.equal(unchanged.code, 0, unchanged.said);
    assert.match(unchanged.row("version"), /^version +warn /);
    assert.ok(unchanged.row("version").endsWith(`${told}; ${outcome} → ${end}`), unchanged.row("version"));
    assert.ok(unchanged.said.includes(`\n  ${told}; this ends it:\n    ${end}\n`), unchanged.said);
    const changed = await run({
      cdk: {
        deploy: () => {
          account.versions = { numbers: [3, 4, 5, 6], named: [6] };
          return 0;
        },
      },
    });
    assert.match(changed.row("version"), /^version +warn /);
    assert.ok(!changed.said.includes("this ends it"), changed.said);
    assert.match((await run()).row("version"), /^version +ok +6 of the verifier answers$/);
    account.denied = "GetAlias";
    const denied = await run();
    assert.equal(denied.code, 0, "it stops no deployment");
    assert.match(denied.row("version"), /^version +warn +the version that answers could not be asked for: .*GetAlias/);
  });

  it("hands on what cdk takes, and understands the name of a stack", async () => {
    isDeployed();
    account.secrets["hookline/dev/github"] = "set";
    const { ran, said } = await run({ args: ["Hookline-dev", "--revert-drift", "--require-approval", "never"] });
    assert.deepEqual(ran.slice(1), ["deploy Hookline-dev --app ASSEMBLY --revert-drift --require-approval never"]);
    assert.doesNotMatch(said, /503/);
    assert.match(said, /^stack +ok +Hookline-dev is UPDATE_COMPLETE$/m);
    assert.match(said, /^names +ok +nothing with a name is new$/m);
  });

  it("refuses a stage that infra/config.ts does not have, and runs nothing", async () => {
    await assert.rejects(run({ args: ["Hookline-dve"] }), {
      name: "UsageError",
      message: /has dev, prod; did you mean dev/,
    });
  });

  it("deploys nothing after a synth that failed, and with --dry-run", async () => {
    const failed = await run({ cdk: { synth: () => 1 } });
    assert.deepEqual(
      [failed.code, failed.ran.length, failed.said],
      [1, 1, "The synth of Hookline-dev failed: nothing was deployed."],
    );
    assert.deepEqual(aws.asked(), []);
    const dry = await run({ args: ["dev", "--dry-run"] });
    assert.deepEqual([dry.code, dry.ran.length, dry.lines.at(-1)], [0, 1, "Nothing stands in the way."]);
  });

  it("is done although what is next cannot be asked", async () => {
    const { code, said } = await run();
    assert.equal(code, 0);
    assert.match(said, /The stage is deployed\. The next steps could not be asked for: .+\n +npm run doctor -- dev$/);
  });
});

/** Runs, and asserts that one check alone stops it, before cdk deploys. */
async function stoppedBy(check: string, given: Given = {}): Promise<string> {
  const { code, ran, said, row, lines } = await run(given);
  assert.deepEqual([code, ran.length], [1, 1], said);
  const failed = lines.filter((line) => / {2}FAIL {2}/.test(line));
  assert.deepEqual([...new Set(failed.map((line) => line.split(/ {2,}/)[0]))], [check], said);
  assert.match(said, /stand in the way: nothing was deployed\.\nWhere you know better: npx cdk deploy Hookline-/);
  return row(check);
}

describe("the examination before a deployment stops it for", () => {
  beforeEach(anew);

  it("credentials of another account", async () => {
    const row = await stoppedBy("credentials", { stages: { dev: { account: "999999999999" } } });
    assert.match(
      row,
      /of account 123456789012, and infra\/config\.ts says 999999999999 → sign in to account 999999999999/,
    );
  });

  it("a bootstrap stack that is too old", async () => {
    account.stacks.CDKToolkit = { status: "CREATE_COMPLETE", outputs: { BootstrapVersion: "5" } };
    assert.match(
      await stoppedBy("bootstrap"),
      /version 5, and \d+ is needed → npx cdk bootstrap aws:\/\/123456789012\/eu-west-1$/,
    );
  });

  it("a processor without a limit in an account that a backlog of it uses up", async () => {
    const free = synthesize([eventFile("github/push", { maxConcurrency: false })], ["dev"]);
    const row = await stoppedBy("concurrency", { assembly: free.of("dev").folder });
    free.remove();
    assert.match(row, /the account has 1000; 1 of 1 processors have no maxConcurrency and may take 1250 each/);
  });

  it("reserved concurrency that Lambda would refuse", async () => {
    account.limit = { ConcurrentExecutions: 10, UnreservedConcurrentExecutions: 10 };
    const reserved = synthesize([push], ["dev"], { verifier: { reservedConcurrency: 5 } });
    const row = await stoppedBy("concurrency", { assembly: reserved.of("dev").folder });
    reserved.remove();
    assert.match(
      row,
      /reserves 5 more of the account's 10.+--quota-code L-B99A9384 --desired-value 105 --region eu-west-1$/,
    );
  });

  it("a stack that is rolled back and protected, with the commands that remove it", async () => {
    account.stacks["Hookline-prod"] = { status: "ROLLBACK_COMPLETE", isProtected: true };
    const row = await stoppedBy("stack", { args: ["prod"] });
    const commands = [
      "aws cloudformation update-termination-protection --no-enable-termination-protection --stack-name Hookline-prod --region eu-west-1",
      "aws cloudformation delete-stack --stack-name Hookline-prod --region eu-west-1",
      "aws cloudformation wait stack-delete-complete --stack-name Hookline-prod --region eu-west-1",
    ];
    assert.ok(row.endsWith(`→ ${commands.join(" && ")}; then deploy again`), row);
  });

  it("a stack that is being deployed, or whose update could not be rolled back", async () => {
    isDeployed();
    const stack = account.stacks["Hookline-dev"];
    account.stacks["Hookline-dev"] = { ...stack, status: "UPDATE_IN_PROGRESS" };
    assert.match(await stoppedBy("stack"), /a deployment is under way → wait until it has ended/);
    account.stacks["Hookline-dev"] = { ...stack, status: "UPDATE_ROLLBACK_FAILED" };
    assert.match(await stoppedBy("stack"), /→ npx cdk rollback Hookline-dev$/);
  });

  it("a question that AWS refuses: a template that cannot be compared may lose data", async () => {
    account.denied = "GetAccountSettings";
    assert.match(await stoppedBy("concurrency"), /could not be checked: .+lambda:GetAccountSettings/);
  });
});

describe("the examination before a deployment goes on for", () => {
  beforeEach(anew);

  it("a rolled back stack that nothing protects, since cdk removes it", async () => {
    account.stacks["Hookline-dev"] = { status: "ROLLBACK_COMPLETE" };
    const { code, row } = await run({ args: ["dev", "--dry-run"] });
    assert.equal(code, 0);
    assert.match(row("stack"), /ROLLBACK_COMPLETE: cdk deletes it, and begins again$/);
    assert.match(row("data"), /nothing is deployed yet/);
  });

  it("an account that is bootstrapped under a name that is not known, as cdk finds it", async () => {
    account.stacks = {};
    const { code, row } = await run({
      args: ["dev", "--dry-run"],
      stages: { dev: { account: "999999999999" } },
    });
    assert.equal(code, 0);
    assert.match(
      row("bootstrap"),
      /warn +there is no stack CDKToolkit.+under another name: npx cdk bootstrap aws:\/\/999999999999\/eu-west-1$/,
    );
  });

  it("a verifier with a reserve of its own, whatever its processors may take", async () => {
    account.limit = { ConcurrentExecutions: 1000, UnreservedConcurrentExecutions: 1000 };
    const free = synthesize([eventFile("github/push", { maxConcurrency: false })], ["dev"], {
      verifier: { reservedConcurrency: 200 },
    });
    const { code, row } = await run({ args: ["dev", "--dry-run"], assembly: free.of("dev").folder });
    free.remove();
    assert.equal(code, 0);
    assert.match(row("concurrency"), /warn .+1 of 1 processors have no maxConcurrency/);
  });

  it("an archive that is switched off, whatever waits in its queue", async () => {
    isDeployed();
    account.queues = { "hookline-dev-archive": 37 };
    const off = synthesize([push], ["dev"], { archive: false });
    const { code, row } = await run({ args: ["dev", "--dry-run"], assembly: off.of("dev").folder });
    off.remove();
    assert.equal(code, 0, row("data"));
    assert.match(row("data"), /warn .+ these leave the stack: queue hookline-dev-archive$/);
  });

  it("a new account's limit, with the request for more as a command", async () => {
    account.limit = { ConcurrentExecutions: 10, UnreservedConcurrentExecutions: 10 };
    const { code, row } = await run({ args: ["dev", "--dry-run"] });
    assert.equal(code, 0);
    assert.match(row("concurrency"), /warn +the account has 10, as a new account, processors may take 5: a backlog/);
    assert.match(
      row("concurrency"),
      /→ aws service-quotas request-service-quota-increase --service-code lambda --quota-code L-B99A9384 --desired-value 1000 --region eu-west-1;/,
    );
  });

  it("an alarm target that nobody confirmed", async () => {
    isDeployed();
    account.subscriptions = [{ SubscriptionArn: "PendingConfirmation", Endpoint: "a@example.com" }];
    assert.match((await run({ args: ["dev", "--dry-run"] })).row("alarm target"), /warn +none is confirmed/);
  });
});

describe("a name that is taken", () => {
  beforeEach(anew);

  it("stops a deployment with the command that removes queues from before, where they are empty", async () => {
    Object.assign(account.queues, { "hookline-dev-github-push": 0, "hookline-dlq-dev-github-push": 0 });
    const row = await stoppedBy("names");
    assert.match(row, /2 queues are there from before, and empty → for name in /);
    assert.match(
      row,
      /for name in hookline-(dlq-)?dev-github-push hookline-(dlq-)?dev-github-push; do aws sqs delete-queue --queue-url "\$\(aws sqs get-queue-url --queue-name "\$name" --query QueueUrl --output text --region eu-west-1\)" --region eu-west-1; done; wait 60 s/,
    );
  });

  it("stops it with the number of events of a queue that is not empty", async () => {
    account.queues["hookline-dlq-dev-github-push"] = 3;
    assert.match(
      await stoppedBy("names"),
      /hookline-dlq-dev-github-push is there from before, with 3 events → save what is in it/,
    );
  });

  for (const [state, says] of [
    [
      "unset",
      /is there from before, without a value → aws secretsmanager delete-secret --force-delete-without-recovery --secret-id hookline\/dev\/github --region eu-west-1$/,
    ],
    ["set", /is there from before, with a value → see that you have its value elsewhere; then aws/],
    ["deleted", /is deleted, and its name kept back for its recovery → aws secretsmanager delete-secret/],
  ] as const) {
    it(`stops it where a secret is ${state}`, async () => {
      account.secrets["hookline/dev/github"] = state;
      assert.match(await stoppedBy("names"), says);
    });
  }

  it("stops it where a log group, an alarm and the dashboard are there, each with its command", async () => {
    account.logGroups = ["/hookline/dev/verifier", "/hookline/dev/another"];
    account.alarms = ["hookline-dev-verifier-faults", "hookline-dev-of-nobody"];
    account.dashboards = ["hookline-dev", "hookline-dev2"];
    const rows = (await stoppedBy("names")).split("\n");
    assert.equal(rows.length, 3);
    assert.match(rows[0] ?? "", /log-group-name \/hookline\/dev\/verifier /);
    assert.match(rows[1] ?? "", /alarm-names hookline-dev-verifier-faults /);
    assert.match(rows[2] ?? "", /dashboard-names hookline-dev /);
  });

  it("stops none where the stack itself has it", async () => {
    isDeployed();
    Object.assign(account.queues, { "hookline-dev-github-push": 5 });
    account.secrets["hookline/dev/github"] = "set";
    assert.equal((await run({ args: ["dev", "--dry-run"] })).code, 0);
  });
});

describe("a resource that holds data", () => {
  beforeEach(anew);

  it("may be added to, and change in other ways", async () => {
    isDeployed();
    const { code, row } = await run({ args: ["dev", "--dry-run"], assembly: two.of("dev").folder });
    assert.equal(code, 0);
    assert.match(row("data"), /ok +8 resources that hold data stay as they are$/);
    const before = templatesOf(folder);
    change(resourceOf(before, "hookline-dev-github-push").declared, { VisibilityTimeout: 1 });
    isDeployed(before);
    assert.equal((await run({ args: ["dev", "--dry-run"] })).code, 0);
  });

  for (const [what, value, properties, says] of [
    [
      "a table",
      "TableCD117FA1",
      { KeySchema: [{ AttributeName: "id", KeyType: "HASH" }] },
      /table TableCD117FA1 would be replaced \(KeySchema\)/,
    ],
    ["a bucket", "ClaimsE8D96B24", { BucketName: "mine" }, /bucket ClaimsE8D96B24 would be replaced \(BucketName\)/],
    [
      "a queue",
      "hookline-dev-archive",
      { FifoQueue: true },
      /queue hookline-dev-archive would be replaced \(FifoQueue\)/,
    ],
    ["a DLQ", "hookline-dlq-dev-github-push", { QueueName: "other" }, /queue other would be replaced \(QueueName\)/],
    ["a secret", "hookline/dev/github", { Name: "other" }, /secret other would be replaced \(Name\)/],
  ] as const) {
    it(`stops a deployment that would replace ${what}, by its name`, async () => {
      const before = templatesOf(folder);
      change(resourceOf(before, value).declared, properties);
      isDeployed(before);
      // Names that are taken are another matter.
      assert.match(await stoppedBy("data"), says);
    });
  }

  it("stops a deployment from which an event file is gone that was not retired", async () => {
    isDeployed(templatesOf(two.of("dev").folder));
    const row = await stoppedBy("data");
    for (const name of [
      "queue hookline-dev-stripe-invoice_paid",
      "queue hookline-dlq-dev-stripe-invoice_paid",
      "secret hookline/dev/stripe",
    ]) {
      assert.ok(row.includes(`${name} would leave the stack`), row);
    }
    assert.match(row, /an event file is retired before it is deleted \(docs\/using\.md\)$/);
  });

  it("may leave once it was retired and is empty, with the secret of its source", async () => {
    const retired = synthesize([push, eventFile("stripe/invoice.paid", { retired: true })], ["dev"]);
    isDeployed(templatesOf(retired.of("dev").folder));
    retired.remove();
    account.queues = { "hookline-dev-stripe-invoice_paid": 0, "hookline-dlq-dev-stripe-invoice_paid": 0 };
    const { code, row } = await run({ args: ["dev", "--dry-run"] });
    assert.equal(code, 0);
    assert.match(row("data"), /warn .+ these leave the stack: .*hookline\/dev\/stripe/);
    account.queues["hookline-dlq-dev-stripe-invoice_paid"] = 2;
    assert.match(
      await stoppedBy("data"),
      /hookline-dlq-dev-stripe-invoice_paid leaves the stack and holds 2 events → put its event file back/,
    );
  });

  it("may be a table that stays in the account, where the stage names a restored one", async () => {
    const restored = synthesize([push], ["dev"], { table: "hookline-dev-restored" });
    const { folder: assembly } = restored.of("dev");
    const before = templatesOf(folder);
    isDeployed(before);
    assert.match(await stoppedBy("data", { assembly }), /table TableCD117FA1 would leave the stack/);
    Object.assign(resourceOf(before, "TableCD117FA1").declared, { DeletionPolicy: "Retain" });
    isDeployed(before);
    const { code, row } = await run({ args: ["dev", "--dry-run"], assembly });
    restored.remove();
    assert.equal(code, 0);
    assert.match(row("data"), /warn .+ these leave the stack: table TableCD117FA1/);
  });

  it("stops a deployment that would move a queue to another nested stack", async () => {
    const before = templatesOf(folder);
    const [[id = "", nested] = []] = Object.entries(before.nested).filter(([, { Resources }]) =>
      JSON.stringify(Resources).includes("hookline-dev-github-push"),
    );
    const moved = { ...before, nested: { ...before.nested, [`${id}X`]: nested as Templates["root"] } };
    delete (moved.nested as Record<string, unknown>)[id];
    isDeployed(moved);
    assert.match(await stoppedBy("data"), /queue hookline-dev-github-push would leave the stack/);
  });

  it("stops a deployment that would make a new table in place of the one that the stage named", async () => {
    const restored = synthesize([push], ["dev"], { table: "hookline-dev-restored" });
    isDeployed(templatesOf(restored.of("dev").folder));
    restored.remove();
    assert.match(await stoppedBy("data"), /a new and empty table would take the place of the stage's/);
  });

  it("names the profile in each command that it prints", async () => {
    account.queues = { "hookline-dev-github-push": 0 };
    const row = await stoppedBy("names", { args: ["dev", "--profile", "shop"] });
    assert.match(row, /aws sqs delete-queue .+ --region eu-west-1 --profile shop/);
    isDeployed();
    account.secrets["hookline/dev/github"] = "set";
    account.versions = { numbers: [4, 5], named: [4] };
    const { said } = await run({ args: ["dev", "--profile", "shop"] });
    const named = said.match(/(AWS_PROFILE=shop )?npm run rollback -- dev --to 5$/gm);
    assert.deepEqual(named, Array(2).fill("AWS_PROFILE=shop npm run rollback -- dev --to 5"), said);
    delete process.env.AWS_PROFILE;
  });

  it("has its replacing properties as the pinned CLI of CDK knows them", () => {
    const file = new URL("../../../node_modules/aws-cdk/db.json.gz", import.meta.url);
    type Known = {
      readonly cloudFormationType: string;
      readonly properties: Readonly<Record<string, { readonly causesReplacement?: string }>>;
    };
    const { schema } = JSON.parse(gunzipSync(readFileSync(file)).toString("utf8"));
    const known = Object.values(schema.resource.entities as Readonly<Record<string, Known>>);
    for (const [type, { properties }] of Object.entries(replacing)) {
      const found = known.find(({ cloudFormationType }) => cloudFormationType === type);
      const replaces = Object.entries(found?.properties ?? {}).filter(([, one]) => one.causesReplacement === "yes");
      assert.ok(replaces.length > 0, type);
      for (const [name] of replaces) assert.ok(properties.includes(name), `${type} ${name}`);
    }
  });
});

describe("a deployment that fails", () => {
  beforeEach(anew);

  const event = (LogicalResourceId: string, more: Readonly<Record<string, string>>) => ({
    LogicalResourceId,
    StackId: "arn:stack",
    ...more,
  });
  const failing = (stack: Omit<Account["stacks"][string], "templates">) => ({
    deploy: () => {
      account.stacks["Hookline-dev"] = { ...stack, templates: templatesOf(folder) };
      return 1;
    },
  });

  it("has its stack's state said, with the commands for one that is protected", async () => {
    const { code, said } = await run({ cdk: failing({ status: "ROLLBACK_COMPLETE", isProtected: true }) });
    assert.equal(code, 1);
    assert.match(
      said,
      /The deployment of Hookline-dev failed\.\nthen +FAIL +Hookline-dev is ROLLBACK_COMPLETE and protected/,
    );
    assert.match(said, /RUNBOOK\.md, The first deploy failed, has the cases that remain\.$/);
    assert.doesNotMatch(said, /Next:/);
  });

  it("has the queues told that the rollback of a creation left, with the command that removes them", async () => {
    const { said } = await run({
      cdk: {
        deploy: () => {
          account.stacks["Hookline-dev"] = { status: "ROLLBACK_COMPLETE" };
          account.queues = {
            "hookline-dev-archive": 0,
            "hookline-dlq-dev-github-push": 0,
            "hookline-dev-github-push": 1,
          };
          return 1;
        },
      },
    });
    assert.match(said, /then +ok +Hookline-dev is ROLLBACK_COMPLETE: cdk deletes it, and begins again$/m);
    assert.match(said, /then +FAIL +2 queues are there from before, and empty → for name in .+; wait 60 s/);
    assert.match(said, /then +FAIL +the queue hookline-dev-github-push is there from before, with 1 events → save/);
  });

  it("says to wait where SQS blocks a queue's name, also in a nested stack", async () => {
    const reason = "You must wait 60 seconds after deleting a queue before you can create another with the same name.";
    const nested = Object.keys(templatesOf(folder).nested)[0] ?? "";
    const own = event("Queue", {
      ResourceStatus: "CREATE_FAILED",
      ResourceType: "AWS::SQS::Queue",
      ResourceStatusReason: reason,
    });
    const { said } = await run({ cdk: failing({ status: "ROLLBACK_COMPLETE", events: [own] }) });
    assert.match(
      said,
      /then +warn +SQS blocks the name of a queue for 60 s after its deletion → wait a minute, then deploy again/,
    );
    const begun = event("Hookline-dev", {
      PhysicalResourceId: "arn:stack",
      ResourceStatus: "UPDATE_IN_PROGRESS",
      ResourceStatusReason: "User Initiated",
    });
    const old = await run({ cdk: failing({ status: "UPDATE_ROLLBACK_COMPLETE", events: [begun, own] }) });
    assert.doesNotMatch(old.said, /60 s/, "the failure was of an earlier deployment");
    account.stacks.inner = { status: "CREATE_FAILED", events: [own] };
    const through = event(nested, {
      ResourceStatus: "CREATE_FAILED",
      ResourceType: "AWS::CloudFormation::Stack",
      PhysicalResourceId: "inner",
    });
    assert.match((await run({ cdk: failing({ status: "ROLLBACK_COMPLETE", events: [through, begun] }) })).said, /60 s/);
  });
});
