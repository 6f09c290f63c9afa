import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { prove } from "../../../operate/cli/prove.ts";

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8");
const lines = read(".github/workflows/prove.yml").split("\n");
const indentOf = (line: string) => line.search(/\S/);

/** The lines below a key, up to the next one that is not deeper. */
function below(key: string, within: readonly string[] = lines): readonly string[] {
  const at = within.findIndex(
    (line) =>
      line
        .trimEnd()
        .replace(/^\s*- /, (dash) => " ".repeat(dash.length))
        .trim() === `${key}:`,
  );
  assert.ok(at >= 0, key);
  const rest = within.slice(at + 1);
  const end = rest.findIndex((line) => line.trim() !== "" && indentOf(line) <= indentOf(within[at] ?? ""));
  return end < 0 ? rest : rest.slice(0, end);
}

/** The keys right below a key. */
function keysOf(block: readonly string[]): readonly string[] {
  const least = Math.min(...block.filter((line) => line.trim() !== "").map(indentOf));
  return block.filter((line) => indentOf(line) === least).map((line) => line.trim().split(":")[0] ?? "");
}

const values = (key: string) =>
  lines.flatMap((line) =>
    line.trim().replace(/^- /, "").startsWith(`${key}: `)
      ? [line.slice(line.indexOf(`${key}: `) + key.length + 2)]
      : [],
  );

describe("the workflow that proves", () => {
  it("is started by hand alone", () => {
    assert.deepEqual(keysOf(below("on")), ["workflow_dispatch"]);
    assert.deepEqual(keysOf(below("inputs")), ["stage", "region"]);
  });

  it("gets a token of GitHub and no other permission, and has no key", () => {
    assert.ok(lines.includes("permissions: {}"));
    const permissions = below("permissions", below("prove"));
    assert.deepEqual(
      permissions.map((line) => line.trim()),
      ["contents: read", "id-token: write"],
    );
    assert.doesNotMatch(lines.join("\n"), /secrets\.|aws-access-key-id|aws-secret-access-key|AWS_SECRET/i);
    const role = ["$", "{{ vars.HOOKLINE_PROVE_ROLE_ARN }}"].join("");
    assert.deepEqual(values("role-to-assume"), [role]);
    assert.match(read("docs/iam/README.md"), /HOOKLINE_PROVE_ROLE_ARN/);
  });

  it("pins its actions by version, and the one that gets the credentials by commit", () => {
    const uses = values("uses");
    assert.ok(uses.length >= 4);
    for (const one of uses) assert.match(one, /^(actions\/[a-z-]+@v\d+|[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$/);
    assert.ok(uses.some((one) => one.startsWith("aws-actions/configure-aws-credentials@")));
  });

  it("runs a command that exists, with options that it has, and uploads its report", () => {
    const run = values("run").filter((line) => line.includes("npm run"));
    assert.equal(run.length, 1);
    const [, script = "", rest = ""] = /^npm run (\S+) -- (.+)$/.exec(run[0] ?? "") ?? [];
    const { scripts } = JSON.parse(read("package.json"));
    assert.match(scripts[script], /hookline\.ts prove$/);
    const given = [...rest.matchAll(/--([a-z-]+)/g)].map(([, name = ""]) => name);
    assert.deepEqual(
      given.filter((name) => !Object.hasOwn(prove.help.options, name)),
      [],
    );
    // Nobody answers a question there.
    assert.ok(given.includes("yes"));
    const [, report] = /--report (\S+)/.exec(rest) ?? [];
    assert.deepEqual(values("path"), [report]);
  });

  it("hands an input to no shell as a part of its text", () => {
    for (const line of values("run")) assert.ok(!line.includes("${{"), line);
  });

  it("has sessions as long as the job, which the role of docs/iam allows", () => {
    const [minutes] = values("timeout-minutes").map(Number);
    const [seconds] = values("role-duration-seconds").map(Number);
    assert.equal(seconds, (minutes ?? 0) * 60);
    assert.ok(read("docs/iam/README.md").includes(`--max-session-duration ${seconds}`));
  });
});

describe("the role for GitHub", () => {
  const [, json = "{}"] = /```json\n(\{[^`]*oidc-provider[^`]*)```/.exec(read("docs/iam/README.md")) ?? [];
  const { Statement } = JSON.parse(json);

  it("trusts tokens of one branch of one repository, for AWS", () => {
    assert.equal(Statement.length, 1);
    const [{ Effect, Action, Condition, Principal }] = Statement;
    assert.deepEqual([Effect, Action], ["Allow", "sts:AssumeRoleWithWebIdentity"]);
    assert.match(Principal.Federated, /:oidc-provider\/token\.actions\.githubusercontent\.com$/);
    assert.deepEqual(Condition, {
      StringEquals: {
        "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
        "token.actions.githubusercontent.com:sub": "repo:OWNER/REPO:ref:refs/heads/main",
      },
    });
  });
});
