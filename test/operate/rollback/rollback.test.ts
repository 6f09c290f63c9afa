import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import process from "node:process";
import { text } from "node:stream/consumers";
import { after, beforeEach, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import type { VerifierFacts } from "../../../lambdas/aws/facts.ts";
import { rollback } from "../../../operate/cli/rollback.ts";
import { readAssembly } from "../../../operate/deploy/templates.ts";
import { createClients } from "../../../operate/stage/stage.ts";
import { eventFile, synthesize } from "../../infra/stack-fixture.ts";
import { type Account, deployedStack, emptyAccount, startAccount } from "../deploy/fake-account.ts";
import { deployed, verifierFacts } from "../stage-fixture.ts";

const app = synthesize([eventFile("github/push")], ["dev"]);
const stack = deployedStack(readAssembly(app.of("dev").folder, "Hookline-dev"), "dev");
app.remove();
const account: Account = emptyAccount();
const aws = await startAccount(account);
const [push, issues, other] = ["github/push", "github/issues", "github/_other"].map((name) => deployed(name)) as [
  ReturnType<typeof deployed>,
  ReturnType<typeof deployed>,
  ReturnType<typeof deployed>,
];

/** Two versions that route the same: 7 is live, and the stack's own. */
const own = verifierFacts([push, issues]);

after(() => aws.close());

const settings = {
  ...{ region: "eu-west-1", endpoint: aws.url, maxAttempts: 1 },
  credentials: { accessKeyId: "local", secretAccessKey: "local" },
};

async function run(...args: readonly string[]) {
  const [printed, questions]: [string[], string[]] = [[], []];
  const code = await rollback(["dev", ...args.filter((one) => one !== "y")], (line) => printed.push(line), {
    stages: {},
    awsClients: () => createClients(() => settings),
    ask: async (question) => {
      questions.push(question);
      return args.includes("y");
    },
  });
  if (!args.includes("--json")) {
    assert.equal(printed.shift(), "Stage dev on AWS: stack Hookline-dev in eu-west-1, account 123456789012");
  }
  return { code, printed, said: printed.join("\n"), questions };
}

/** The reasons against version 6, where it says other facts than version 7. */
async function against(facts: Partial<VerifierFacts>, live: VerifierFacts = own): Promise<readonly string[]> {
  account.answers = { 6: { ...own, ...facts }, 7: live };
  const { code, said, questions } = await run("--to", "6", "--yes");
  const [found] = JSON.parse((await run("--json")).said).versions.slice(1);
  assert.deepEqual([code, questions, account.versions.named], [1, [], [7]], "nothing was changed");
  for (const why of found.against) assert.ok(said.includes(`\n  ${why}\n`), said);
  return found.against;
}

const routesOf = (...events: readonly ReturnType<typeof deployed>[]) => ({ routes: verifierFacts(events).routes });

const anew = () => {
  delete account.denied;
  Object.assign(account, emptyAccount(), {
    versions: { numbers: [6, 7], named: [7] },
    answers: { 6: own, 7: own },
    queues: { "hookline-dev-github-push": 0, "hookline-dev-github-issues": 0, "hookline-dev-archive": 0 },
  });
  account.stacks["Hookline-dev"] = stack;
  aws.asked();
};

describe("rollback", () => {
  beforeEach(anew);

  it("lists the versions, the newest first: when, which is live, and which may answer", async () => {
    account.versions = { numbers: [5, 6, 7], named: [7] };
    account.answers = { 5: { ...own, ...routesOf(push) }, 6: own, 7: own };
    const { code, printed } = await run();
    assert.equal(code, 0);
    assert.deepEqual(printed, [
      "7  2026-01-05 10:00  live, the stack's own",
      "6  2026-01-05 10:00  may answer",
      "5  2026-01-05 10:00  no: it would ignore github/issues",
      "The verifier alone goes back, and no processor: for those, deploy the earlier commit.",
      "To go back: npm run rollback -- dev --to 6",
    ]);
    assert.ok(!aws.asked().includes("UpdateAlias"));
  });

  it("asks, has the alias name the version, and says how it is ended", async () => {
    const refused = await run("--to", "6");
    assert.deepEqual([refused.code, account.versions.named], [1, [7]]);
    assert.match(refused.questions.join(), /^Have version 6 of the verifier answer in place of 7, on Stage dev on AWS/);
    const { code, said } = await run("--to", "6", "y");
    assert.deepEqual([code, account.versions.named], [0, [6]]);
    assert.match(said, /^Version 6 of the verifier answers\. Processors are as they were/m);
    assert.match(said, /^The next deployment that changes the verifier goes to its new version/m);
    assert.match(said, /^Until then, this ends it: npm run rollback -- dev --to 7$/m);
  });

  it("is ended by the stack's own version, whatever that one routes, and is told in the list", async () => {
    account.versions.named = [6];
    account.answers = { 7: { ...own, ...routesOf(push) }, 6: own };
    assert.match((await run()).said, /^The verifier is rolled back; this ends it: npm run rollback -- dev --to 7$/m);
    const { code, said } = await run("--to", "7", "--yes");
    assert.deepEqual([code, account.versions.named], [0, [7]]);
    assert.match(said, /It is the stack's own: nothing is rolled back any more/);
    assert.match((await run("--to", "7", "--yes")).said, /^Version 7 answers already\.$/m);
    account.versions.named = [6];
    account.answers = { 6: own };
    assert.equal((await run("--to", "7", "--yes")).code, 0, "nor whether it says so");
  });

  it("compares with the stack's own version, also while an older one is live", async () => {
    account.versions = { numbers: [5, 6, 7], named: [5] };
    account.answers = { 5: { ...own, ...routesOf(push) }, 6: { ...own, ...routesOf(push) }, 7: own };
    assert.match((await run("--to", "6", "--yes")).said, /it would ignore github\/issues/);
  });

  it("prints the documented JSON", async () => {
    const page = readFileSync(new URL("../../../docs/formats.md", import.meta.url), "utf8");
    const row = /^\| `rollback` \|.*$/m.exec(page)?.[0] ?? "";
    const list = JSON.parse((await run("--json")).said);
    const made = "2026-01-05T10:00:00.000Z";
    const versions = [
      { version: "7", made, live: true, against: [] },
      { version: "6", made, live: false, against: [] },
    ];
    assert.deepEqual(list, { stage: "dev", live: "7", newest: "7", versions });
    const result = JSON.parse((await run("--to", "6", "--json", "--yes")).said);
    assert.deepEqual(result, { stage: "dev", from: "7", to: "6", done: true, against: [] });
    for (const name of [list, versions[0], result].flatMap((one) => Object.keys(one ?? {}))) {
      assert.ok(row.includes(`\`${name}\``), name);
    }
    await assert.rejects(run("--to", "6", "--json"), /--json asks nothing: give --yes, too/);
  });

  it("finds a change of the alias that came between, and changes nothing", async () => {
    await assert.rejects(
      rollback(["dev", "--to", "6"], () => {}, {
        stages: {},
        awsClients: () => createClients(() => settings),
        ask: async () => {
          account.revision = "revision-2";
          return true;
        },
      }),
      { message: /^Cannot roll back to version 6: the alias live was changed in this moment.*run the command again$/ },
    );
    assert.deepEqual(account.versions.named, [7]);
  });

  it("refuses what cannot be", async () => {
    await assert.rejects(run("--to", "9"), {
      message: /^Cannot roll back to version 9: it is not there; the verifier's versions are 7, 6$/,
    });
    await assert.rejects(run("--to", "live"), { message: /--to takes the number of a version, received "live"/ });
    await assert.rejects(run("--yes"), { message: /--yes goes with --to/ });
    account.denied = "GetQueueUrl";
    account.answers = { 6: own, 7: { ...own, ...routesOf(issues) } };
    await assert.rejects(run(), { message: /lack the permission sqs:GetQueueUrl on hookline-dev-github-push; docs/ });
    account.denied = "Invoke";
    await assert.rejects(run(), {
      message: /lack the permission lambda:InvokeFunction on x; docs\/iam\/operator\.json/,
    });
  });
});

// Under Deno another program is run, with a lock file of its own.
describe("rollback as a process", { skip: "Deno" in globalThis }, () => {
  beforeEach(anew);

  for (const [answer, code, live] of [
    ["n", 1, 7],
    ["y", 0, 6],
  ] as const) {
    it(`asks on standard error, and ends with ${code} after "${answer}"`, async () => {
      const kept = Object.entries(process.env).filter(([name]) => !name.startsWith("AWS_"));
      const words = ["--import", "./infra/require-node.js", "operate/cli/hookline.ts", "rollback", "dev", "--to", "6"];
      const child = spawn(process.execPath, words, {
        cwd: fileURLToPath(new URL("../../..", import.meta.url)),
        env: {
          ...Object.fromEntries(kept),
          ...{ AWS_CONFIG_FILE: "/dev/null", AWS_SHARED_CREDENTIALS_FILE: "/dev/null", AWS_MAX_ATTEMPTS: "1" },
          ...{ AWS_EC2_METADATA_DISABLED: "true", AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "hidden" },
          ...{ AWS_REGION: "eu-west-1", AWS_ENDPOINT_URL: aws.url },
        },
      });
      child.stdin.end(`${answer}\n`);
      const [said, complained, [ended]] = await Promise.all([
        text(child.stdout),
        text(child.stderr),
        once(child, "close"),
      ]);
      assert.match(complained, /^Have version 6 of the verifier answer in place of 7, .*\? \[y\/N\]\n$/);
      assert.match(said, /^The verifier alone goes back, and no processor: for those, deploy the earlier commit\.$/m);
      assert.deepEqual([ended, account.versions.named], [code, [live]]);
    });
  }
});

describe("rollback refuses a version", () => {
  beforeEach(anew);

  it("that would ignore event types added since, each named", async () => {
    const audit = { ...deployed("github/audit"), types: ["push", "star*"] };
    const live = verifierFacts([push, issues, other, audit]);
    assert.deepEqual(await against(routesOf(push), live), [
      "it would ignore github/issues, github/_other, github/star*",
      "it would hand github/push to another processor alone",
    ]);
  });

  it("that has no own route for a type that its _other takes", async () => {
    assert.deepEqual(await against(routesOf(push, other), verifierFacts([push, issues, other])), [
      "it would hand github/issues to another processor alone",
    ]);
  });

  it("that hands a type to its own route, which the stack's _other takes", async () => {
    const older = { routes: [{ source: "github", types: ["push", "ping", "pu*"], queue: "github-push" }, other] };
    assert.deepEqual(await against(older, verifierFacts([push, other])), [
      "it would hand github/ping, github/pu* to another processor alone",
    ]);
    account.answers = { 6: { ...own, ...older }, 7: own };
    assert.equal((await run("--to", "6", "--yes")).code, 1, "it would hand issues to _other");
    account.answers = { 6: { ...own, routes: older.routes.slice(0, 1) }, 7: verifierFacts([push]) };
    assert.equal((await run("--to", "6", "--yes")).code, 0, "the stack's would ignore the others");
  });

  it("whose pattern does not take all that the stack's takes", async () => {
    const live = verifierFacts([{ ...issues, types: ["star*", "issue*"] }]);
    const older = (...types: readonly string[]) => ({ routes: [{ source: "github", types, queue: "github-issues" }] });
    assert.deepEqual(await against(older("st*", "issues", "issue_comment*"), live), ["it would ignore github/issue*"]);
    account.answers = { 6: { ...own, ...older("*") }, 7: live };
    assert.equal((await run("--to", "6", "--yes")).code, 0);
  });

  it("that names ten types of many, and says how many more", async () => {
    const many = Array.from({ length: 13 }, (_, index) => deployed(`github/type-${index}`));
    const [why = ""] = await against({}, verifierFacts([push, issues, ...many]));
    assert.match(why, /^it would ignore github\/type-0, .*github\/type-9 and 3 more$/);
  });

  it("that does not know a source, or takes it for another provider's", async () => {
    const live = { ...own, sources: { github: "github", stripe: "stripe", own: "generic" } };
    assert.deepEqual(await against({ sources: { github: "github", own: "standard-webhooks" } }, live), [
      "it does not know /stripe, and would answer 404",
      "it takes /own for standard-webhooks, and not for generic",
    ]);
  });

  it("that sends to a queue that is gone, the archive's included", async () => {
    const gone = deployed("github/gone");
    delete account.queues["hookline-dev-archive"];
    const { archive: _, ...live } = own;
    assert.deepEqual(await against(routesOf(push, issues, gone), live), [
      "it sends to queues that are gone or have no processor: github-gone, archive",
    ]);
    assert.equal(aws.asked().filter((one) => one === "GetQueueUrl").length, 2, "none that the stack's own sends to");
  });

  it("that sends to a queue that was kept when its event file was deleted", async () => {
    account.answers = { 6: { ...own, ...routesOf(push, issues) }, 7: { ...own, ...routesOf(push) } };
    const { code, said } = await run("--to", "6", "--yes");
    assert.equal(code, 1);
    assert.match(said, /^ {2}it sends to queues that are gone or have no processor: github-issues$/m);
    // One that is retired has its processor still.
    account.answers = { 6: { ...own, ...routesOf(push, issues) }, 7: { ...own, ...routesOf(issues) } };
    assert.equal((await run("--to", "6", "--yes")).code, 0);
  });

  it("that does not feed the archive", async () => {
    const { archive: _, ...without } = own;
    account.answers = { 6: without, 7: own };
    assert.match((await run("--to", "6", "--yes")).said, /it does not feed the archive: its events could be neither/);
    assert.deepEqual(account.versions.named, [7]);
  });

  it("that has another table or bucket", async () => {
    assert.deepEqual(await against({ table: "records-1", bucket: "bucket-1" }), [
      "its table is records-1, and the stage's is records",
      "its bucket is bucket-1, and the stage's is archived",
    ]);
  });

  it("that has other settings of a source, since they may refuse what the stage's take", async () => {
    assert.deepEqual(await against({ settings: { github: { bodyLimitBytes: 1024 }, gone: { spill: false } } }), [
      "its settings of github are others, and may refuse what the stage's take",
    ]);
  });

  it("that knows another key grammar, or no replays", async () => {
    assert.deepEqual(await against({ formats: { keys: "v0", envelope: "v1" } }), [
      "its format of keys is v0, and the stage's is v1",
      "its format of replays is none, and the stage's is v1",
    ]);
  });

  for (const [what, answer] of [
    ["answers otherwise, as an earlier release", { statusCode: 503, headers: {}, body: "{}" }],
    ["fails", undefined],
    ["answers no object", "text"],
  ] as const) {
    it(`that ${what}, with the way for who knows better`, async () => {
      account.answers = { 7: own, ...(answer === undefined ? {} : { 6: answer as object }) };
      const { code, said } = await run("--to", "6", "--yes");
      assert.equal(code, 1);
      assert.match(
        said,
        /^Version 6 must not answer:\n {2}it does not say its facts: it is of an earlier release, or fails$/m,
      );
      assert.match(
        said,
        /^ {2}aws lambda update-alias --function-name x --name live --function-version 6 --region eu-west-1$/m,
      );
      assert.deepEqual(account.versions.named, [7]);
    });
  }

  it("where the stack's own says no facts, or it could not be asked", async () => {
    account.answers = { 6: own };
    assert.match((await run()).said, /no: version 7, which is the stack's own, does not say its facts: deploy this/);
    account.answers = { 6: new Error("down"), 7: own };
    assert.match((await run()).said, /no: it could not be asked: .*down/);
  });

  it("while a gradual deployment shifts, and asks no version", async () => {
    account.versions = { numbers: [5, 6, 7], named: [6, 7] };
    const { code, said } = await run("--to", "5", "--yes");
    assert.equal(code, 1);
    assert.match(said, /^ {2}a gradual deployment shifts between 6 and 7: wait until it has ended$/m);
    assert.ok(!aws.asked().includes("Invoke"));
    assert.match((await run("--to", "7", "--yes")).said, /must not answer/);
    assert.deepEqual(account.versions.named, [6, 7]);
    assert.doesNotMatch((await run()).said, /rolled back/);
  });

  for (const status of ["UPDATE_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS"]) {
    it(`while the stack is ${status}, the newest one included`, async () => {
      account.stacks["Hookline-dev"] = { ...stack, status };
      account.versions = { numbers: [5, 6, 7], named: [6] };
      for (const version of ["5", "7"]) {
        const { code, said } = await run("--to", version, "--yes");
        assert.equal(code, 1);
        assert.match(
          said,
          new RegExp(`^  the stack is ${status}, so that version 7 is not yet its own, or no longer: wait`, "m"),
        );
      }
      assert.deepEqual(account.versions.named, [6]);
      assert.ok(!aws.asked().includes("Invoke"));
      assert.doesNotMatch((await run()).said, /rolled back/, "the alias is to move yet");
    });
  }

  it("no longer once a deployment has only its clean-up left", async () => {
    account.stacks["Hookline-dev"] = { ...stack, status: "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS" };
    assert.equal((await run("--to", "6", "--yes")).code, 0);
  });
});
