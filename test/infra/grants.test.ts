import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { processor } from "../../lambdas/core/processing/processor.ts";
import type { Grant } from "../../lambdas/core/processing/processor-options.ts";
import { readStack } from "../../local/template.ts";
import { eventFile, synthesize } from "./stack-fixture.ts";

const grants: readonly Grant[] = [
  { actions: ["s3:GetObject", "s3:PutObject"], resources: ["arn:aws:s3:::invoices/*"] },
  { actions: ["events:PutEvents"], resources: [`arn:aws:events:\${AWS::Region}:\${AWS::AccountId}:event-bus/default`] },
];
const app = synthesize([eventFile("github/push", { grants }), eventFile("github/issues")], ["prod"]);
const roles = readStack(app.of("prod").folder, "Hookline-prod").filter(({ type }) => type === "AWS::IAM::Role");

after(() => app.remove());

/** The one role of a construct, as text. */
const roleOf = (part: string) => {
  const found = roles.filter(({ id }) => id.split("/").at(-1)?.startsWith(`${part}Role`));
  assert.equal(found.length, 1, part);
  return JSON.stringify(found[0]?.properties);
};

describe("the grants of an event file", () => {
  it("are in its processor's role, a statement each, with the stack's own account and region", () => {
    const role = roleOf("githubpush");
    assert.ok(
      role.includes('{"Action":["s3:GetObject","s3:PutObject"],"Effect":"Allow","Resource":"arn:aws:s3:::invoices/*"}'),
      role,
    );
    const bus = "arn:aws:events:us-east-1:000000000000:event-bus/default";
    assert.ok(role.includes(`{"Action":"events:PutEvents","Effect":"Allow","Resource":"${bus}"}`), role);
  });

  it("reach neither another processor nor the verifier", () => {
    for (const part of ["githubissues", "Verifier"]) assert.doesNotMatch(roleOf(part), /s3:::invoices|events:/, part);
  });

  it("are refused where they are not exact: an action with a wildcard, a resource that is not an ARN, an empty grant", () => {
    const define = (grant: Grant) => () => processor({ impact: "Harm is done", grants: [grant] }, async () => {});
    const resources = ["arn:aws:s3:::invoices/*"];
    for (const action of ["*", "s3:*", "s3:Get*", "s3:GetObjec?", "GetObject", "s3:", ""]) {
      assert.throws(define({ actions: ["s3:PutObject", action], resources }), {
        name: "TypeError",
        message: `Cannot define processor: grants[0].actions[1] must be an action that is named in full, as "s3:GetObject", received "${action}"`,
      });
    }
    assert.throws(
      define({ actions: ["s3:GetObject"], resources: ["invoices"] }),
      /an ARN or "\*".+received "invoices"$/,
    );
    for (const grant of [
      { actions: [], resources },
      { actions: ["s3:GetObject"], resources: [] },
    ]) {
      assert.throws(
        define(grant),
        /grants\[0\]\.(actions|resources) must be a list of at least 1, .*, received an empty list$/,
      );
    }
    define({ actions: ["cloudwatch:PutMetricData"], resources: ["*"] })();
  });
});
