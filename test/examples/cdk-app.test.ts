import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { readPipelines } from "../../infra/build/pipelines-file.ts";

const example = new URL("../../examples/cdk-app/", import.meta.url);
const outdir = mkdtempSync(join(tmpdir(), "hookline-example-"));
after(() => rmSync(outdir, { recursive: true, force: true }));

type Template = {
  readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties: object }>>;
};

describe("the example of a CDK app", () => {
  it("synthesizes, as the CDK CLI would have it", async () => {
    const flags = "Deno" in globalThis ? ["run", "--no-check", "-A"] : [];
    const app = fileURLToPath(new URL("app.ts", example));
    const env = { ...process.env, CDK_OUTDIR: outdir, CI: "true" };
    await promisify(execFile)(process.execPath, [...flags, app], { env });
    const files = readdirSync(outdir).filter((file) => file.endsWith(".template.json"));
    const templates = files.map((file): Template => JSON.parse(readFileSync(join(outdir, file), "utf8")));
    const all = templates.flatMap(({ Resources }) => Object.entries(Resources));
    const ofType = (type: string) => all.filter(([, { Type }]) => Type === type);

    // Its own, and the nested ones of pipelines and of the alarms of sources.
    assert.equal(files.length, 3);
    assert.equal(ofType("AWS::SQS::Queue").length, 4);
    assert.deepEqual(
      ofType("AWS::SNS::Topic").map(([id]) => id.slice(0, 6)),
      ["OnCall"],
    );
    const [, processor] =
      all.find(([id, { Type }]) => Type === "AWS::Lambda::Function" && id.startsWith("githubissues")) ?? [];
    assert.match(JSON.stringify(processor), /ISSUES_TABLE/);
    const [[, policy] = []] = ofType("AWS::IAM::Policy");
    assert.match(JSON.stringify(policy), /dynamodb:PutItem.*Issues/);
  });

  it("has its pipelines committed", () => {
    const file = fileURLToPath(new URL("webhooks.pipelines.json", example));
    assert.deepEqual(readPipelines(file), { "github/issues": { queue: "github-issues" } });
  });
});
