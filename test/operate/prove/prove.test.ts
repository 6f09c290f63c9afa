import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, before, describe, it } from "node:test";
import { prove } from "../../../operate/cli/prove.ts";
import { accountSteps, lastSteps } from "../../../operate/prove/account-steps.ts";
import { longestWaitMinutes } from "../../../operate/prove/alarm-steps.ts";
import { readClaims } from "../../../operate/prove/claims.ts";
import { askedBy } from "../iam/asked.ts";
import { allows, statementsOf } from "../iam/policy.ts";
import { account, fakeProof, synthesizeProof } from "./fake-proof.ts";

const folder = mkdtempSync(join(tmpdir(), "hookline-proofs-"));
let app: Awaited<ReturnType<typeof synthesizeProof>>;
before(async () => {
  app = await synthesizeProof();
});
after(() => {
  app.remove();
  rmSync(folder, { recursive: true, force: true });
});

const steps = [...accountSteps, ...lastSteps].map(({ name }) => name);
let proofs = 0;

/** A proof in a fake account, and its report. */
async function proved(
  args: readonly string[] = ["--yes"],
  prepare: (state: ReturnType<typeof fakeProof>["state"]) => void = () => {},
) {
  const { state, ran, calls, given } = fakeProof(app.assembly);
  prepare(state);
  proofs += 1;
  const file = join(folder, `${proofs}.md`);
  const lines: string[] = [];
  const ask = async (question: string) => {
    lines.push(question);
    return false;
  };
  const code = await prove(["proof", "--report", file, ...args], (line) => lines.push(line), { ...given, ask });
  const report = readdirSync(folder).includes(`${proofs}.md`) ? readFileSync(file, "utf8") : "";
  const rows = Object.fromEntries(
    Array.from(
      report.matchAll(/^\| \[([a-z-]+)\]\(#.*?\) \| .* \| (passed|failed|not tried) \| \d+ \|$/gm),
      ([, step = "", outcome = ""]) => [step, outcome] as const,
    ),
  );
  const cdk = ran.filter((text) => text.startsWith("cdk ")).map((text) => text.split(" ").slice(0, 3).join(" "));
  return {
    code,
    state,
    ran,
    calls,
    lines,
    report,
    rows,
    cdk,
    /** Whether the folder of the proof's own files is still there. */
    left: existsSync(/--output (\S+)\/cdk\.out/.exec(ran.join(" "))?.[1] ?? tmpdir()),
  };
}

describe("prove in an account", () => {
  it("deploys, shows every claim, destroys, and reports without an account's id or a secret", async () => {
    const { code, rows, report, cdk, state, left, lines } = await proved();
    assert.deepEqual(rows, Object.fromEntries(steps.map((name) => [name, "passed"])), report);
    assert.equal(code, 0);
    assert.deepEqual(cdk, [
      ...["cdk synth Hookline-proof", "cdk deploy Hookline-proof", "cdk deploy Hookline-proof"],
      ...["cdk synth Hookline-proof", "cdk deploy Hookline-proof", "cdk drift Hookline-proof"],
      ...["cdk deploy Hookline-proof", "cdk destroy Hookline-proof"],
    ]);
    assert.equal(state.isDeployed, false);
    assert.equal(state.canary, "whsec_canary");
    assert.equal(left, false);
    assert.match(report, /^Made by `npm run prove` in eu-west-1, begun at .*: \d+ passed, 0 failed, 0 not tried\.$/m);
    assert.match(
      report,
      /^npm run dlq -- redrive prove\/fails-first --id \S+ --stack Hookline-proof --region eu-west-1$/m,
    );
    assert.match(report, /^live was version 1, then 2, then 1 again, which answered 200 accepted; live is 2$/m);
    assert.match(report, /^npx cdk drift Hookline-proof --app FOLDER\/cdk\.out-2 --fail$/m);
    assert.ok(state.secret.startsWith("whsec_"));
    for (const secret of [account, state.secret, state.canary]) assert.ok(!report.includes(secret), secret);
    assert.match(lines[0] ?? "", /^Proves Hookline-proof in eu-west-1, account 123456789012\.$/);
  });

  it("needs no permission but those of the templates that docs/iam names for its role", async () => {
    const { calls } = await proved();
    const values = {
      ...{ ACCOUNT: account, REGION: "eu-west-1", STAGE: "proof", BucketName: "hookline-proof-*" },
      ...{ TableName: "Hookline-proof-*", VerifierName: "Hookline-proof-*" },
      AlarmTopic: `arn:aws:sns:eu-west-1:${account}:Hookline-proof-*`,
    };
    const statements = ["deployer", "viewer", "operator"].flatMap((name) => statementsOf(name, values));
    const asked = calls.flatMap((call) =>
      askedBy(call, () => `arn:aws:lambda:eu-west-1:${account}:function:Hookline-proof-Archive`),
    );
    assert.ok(asked.length > 50);
    const refused = asked.filter((one) => !statements.some((statement) => allows(statement, one)));
    assert.deepEqual(refused, []);
  });

  it("goes on after a step that fails, without the steps that need it, destroys, and ends with 1", async () => {
    const { code, rows, report, state } = await proved(["--yes"], ({ answers }) => {
      answers["send prove/fails-first"] = () => ({ stdout: '{"status":503,"outcome":"queue"}' });
    });
    assert.equal(code, 1);
    const { dead, alarm, redrive, replay, rollback, destroy } = rows;
    assert.deepEqual({ dead, alarm, redrive }, { dead: "failed", alarm: "not tried", redrive: "not tried" });
    assert.deepEqual({ replay, rollback, destroy }, { replay: "passed", rollback: "passed", destroy: "passed" });
    assert.match(report, /expected 200 accepted, received 503 queue/);
    assert.match(report, /it needs dead/);
    assert.equal(state.isDeployed, false);
  });

  it("destroys the stage where its deployment failed", async () => {
    const { code, rows, cdk, lines, report } = await proved(["--yes"], ({ answers }) => {
      answers["cdk deploy"] = () => ({
        code: 1,
        stderr: `arn:aws:cloudformation:eu-west-1:${account}:stack rolled back`,
      });
    });
    assert.equal(code, 1);
    assert.equal(rows.deploy, "failed");
    assert.equal(cdk.at(-1), "cdk destroy Hookline-proof");
    assert.ok(steps.slice(2, -1).every((name) => rows[name] === "not tried" || rows[name] === "failed"));
    const why = (id: string) => `it ended with 1: arn:aws:cloudformation:eu-west-1:${id}:stack rolled back`;
    assert.ok(lines.some((line) => line.includes(why(account))));
    assert.ok(report.includes(why("ACCOUNT")) && !report.includes(account));
  });

  it("prints the command that deletes the stage where it could not be destroyed", async () => {
    const { code, rows, lines } = await proved(["--yes"], ({ answers }) => {
      answers["cdk destroy"] = () => ({ code: 1, stderr: "The bucket is not empty" });
    });
    assert.deepEqual([code, rows.destroy], [1, "failed"]);
    const command = "aws cloudformation delete-stack --stack-name Hookline-proof --region eu-west-1";
    assert.ok(lines.includes(`See that the stage is gone: ${command}`));
  });

  it("destroys nothing where it deployed nothing", async () => {
    const { code, rows, cdk, state } = await proved(["--yes"], ({ answers }) => {
      answers["cdk synth"] = () => ({ code: 1, stderr: "An event file is wrong" });
    });
    assert.equal(code, 1);
    assert.deepEqual([rows.examine, rows.deploy, rows.destroy], ["failed", "not tried", undefined]);
    assert.ok(!cdk.includes("cdk destroy Hookline-proof"));
    assert.equal(state.isDeployed, false);
  });

  it("is interrupted between two steps, and destroys the stage all the same", async () => {
    const { code, rows, state, lines } = await proved(["--yes"], ({ answers }) => {
      answers.doctor = () => {
        process.emit("SIGINT");
        return undefined;
      };
    });
    assert.equal(code, 1);
    assert.deepEqual([rows.doctor, rows.bytes, rows.rollback], ["passed", "not tried", "not tried"]);
    assert.equal(rows.destroy, "passed");
    assert.equal(state.isDeployed, false);
    assert.match(lines.at(-1) ?? "", /^0 steps failed, and \d+ were not tried; the report is /);
  });

  it("leaves the stage with --keep, and prints the command that deletes it", async () => {
    const { code, rows, report, state, lines, cdk } = await proved(["--yes", "--keep"]);
    assert.equal(code, 0);
    assert.equal(rows.destroy, undefined);
    assert.ok(state.isDeployed && !cdk.includes("cdk destroy Hookline-proof"));
    assert.match(report, /^The stage was kept\.$/m);
    assert.ok(
      lines.some((line) =>
        line.endsWith("aws cloudformation delete-stack --stack-name Hookline-proof --region eu-west-1"),
      ),
    );
  });

  it("asks first, and does nothing without a yes", async () => {
    const { code, ran, report, lines } = await proved([]);
    assert.deepEqual([code, ran, report], [1, [], ""]);
    assert.deepEqual(lines, ["Deploy Hookline-proof in eu-west-1, account 123456789012, and destroy it at the end?"]);
  });

  it("touches no stage that is there, that the configuration has, or that cannot be", async () => {
    await assert.rejects(
      proved(["--yes"], (state) => {
        state.isDeployed = true;
      }),
      { name: "TypeError", message: /^Cannot prove Hookline-proof: there is such a stack in eu-west-1/ },
    );
    const nobody = { run: async () => assert.fail("a program ran"), awsClients: () => assert.fail("AWS was asked") };
    for (const [args, message] of [
      [["prod"], /"prod" is a stage of infra\/config\.ts, which a proof must not touch/],
      [["1proof"], /a stage is 1 to 16 lower-case letters and digits, and not "dlq", received "1proof"/],
      [["dlq"], /a stage is 1 to 16 lower-case letters and digits, and not "dlq", received "dlq"/],
      [["Proof-1"], /a stage is 1 to 16 lower-case letters and digits, and not "dlq", received "Proof-1"/],
      [[], /expected <stage>, or --local; received nothing/],
      [["proof", "--report", join(folder, "none", "1.md")], /--report takes a file in a folder that can be written/],
      [["--local", "--keep"], /--keep and --region are for an account/],
    ] as const) {
      await assert.rejects(
        prove(args, () => {}, nobody),
        { name: "UsageError", message },
      );
    }
  });
});

describe("docs/not-yet-proven.md", () => {
  const named = readClaims().flatMap((claim) => claim.steps);

  it("names steps that exist, and every step", () => {
    assert.deepEqual([...new Set(named)].toSorted(), steps.toSorted());
  });

  it("says of each other claim that it is not covered, and the report says it, too", async () => {
    const page = readFileSync(new URL("../../../docs/not-yet-proven.md", import.meta.url), "utf8");
    assert.ok(page.includes(`the longest one of ${longestWaitMinutes} minutes`));
    const claims = readClaims();
    assert.ok(claims.length >= 18);
    const uncovered = claims.filter((claim) => claim.steps.length === 0);
    assert.equal(page.split("\n").filter((line) => line.endsWith("| not covered |")).length, uncovered.length);
    const { report } = await proved();
    const list = report.slice(report.indexOf("## Not covered"));
    for (const { claim } of uncovered) assert.ok(list.includes(`- ${claim}\n`), claim);
  });
});
