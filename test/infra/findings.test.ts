import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, describe, it } from "node:test";
import { Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks, ServerlessChecks } from "cdk-nag";
import { createApp } from "../../infra/app.ts";
import { explainedRules, explanationOf } from "../../infra/build/findings.ts";
import { eventFile, stages, stubCode } from "./stack-fixture.ts";

type Report = {
  readonly pluginReports: readonly {
    readonly pluginName: string;
    readonly violations: readonly {
      readonly ruleName: string;
      readonly violatingConstructs: readonly { readonly constructPath: string }[];
    }[];
  }[];
};

const folder = mkdtempSync(join(tmpdir(), "hookline-findings-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** What the rules find in both stages: the rule, and where. */
function findings(): readonly (readonly [string, string])[] {
  const app = createApp({
    stages,
    ...stubCode(folder, [eventFile("github/push")]),
    outdir: join(folder, "cdk.out"),
  });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
  const { CDK_VALIDATION } = process.env;
  // CDK's own rules, too, which are off in other tests.
  delete process.env.CDK_VALIDATION;
  // Rules that find something make synth fail: what they found is read from their report.
  assert.throws(() => app.synth(), /Validation failed/);
  if (CDK_VALIDATION !== undefined) process.env.CDK_VALIDATION = CDK_VALIDATION;
  const report: Report = JSON.parse(readFileSync(join(folder, "cdk.out/validation-report.json"), "utf8"));
  return report.pluginReports.flatMap(({ pluginName, violations }) =>
    violations.flatMap(({ ruleName, violatingConstructs }) =>
      violatingConstructs.map(({ constructPath }) => [`${pluginName}::${ruleName}`, constructPath] as const),
    ),
  );
}

describe("the findings of cdk-nag in a stage", () => {
  const found = findings();

  it("are all explained", () => {
    assert.ok(found.length > 10);
    assert.deepEqual(
      found.filter(([rule]) => explanationOf(rule) === undefined),
      [],
    );
  });

  it("are the only ones that are explained", () => {
    const rules = new Set(found.map(([rule]) => rule));
    for (const rule of explainedRules) assert.ok(rules.has(rule), `nothing is found any more by ${rule}`);
    assert.equal(explanationOf("AwsSolutions::AwsSolutions-IAM5[Action::s3:*]"), undefined);
  });
});
