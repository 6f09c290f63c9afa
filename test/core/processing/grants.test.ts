import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { processor } from "../../../lambdas/core/mod.ts";

const granting = (actions: readonly string[], resources: readonly string[]) =>
  processor({ impact: "Orders are not shipped", grants: [{ actions, resources }] }, async () => {});

describe("a grant of a processor", () => {
  it("names actions in full and resources by ARN, or all of them", () => {
    for (const resources of [["*"], ["arn:aws:s3:::invoices/*"], ["arn:aws:s3:::a", "*"]]) {
      assert.doesNotThrow(() => granting(["s3:GetObject", "bedrock-runtime:InvokeModel2"], resources));
    }
  });

  it("names some of each", () => {
    for (const [actions, resources] of [
      [[], ["*"]],
      [["s3:GetObject"], []],
      [[], []],
    ] as const) {
      assert.throws(() => granting(actions, resources), {
        name: "TypeError",
        message: /must be a list of at least 1, .*, received an empty list$/,
      });
    }
  });

  it("names no action by a pattern or in part, wherever it stands", () => {
    for (const action of [
      "*",
      "s3:*",
      "s3:Get*",
      "s3",
      "s3:",
      ":GetObject",
      "S3:GetObject",
      "s3:Get Object",
      "a b:c",
    ]) {
      const message = new RegExp(
        `grants\\[0\\]\\.actions\\[1\\] must be .* received "${action.replaceAll("*", "\\*")}"$`,
      );
      assert.throws(() => granting(["s3:GetObject", action], ["*"]), { name: "TypeError", message }, action);
    }
  });

  it("names no resource by anything but an ARN, wherever it stands", () => {
    for (const resource of ["", "invoices", "**", "ARN:aws:s3:::a", " arn:aws:s3:::a", "s3:arn:"]) {
      const given = () => granting(["s3:GetObject"], ["*", resource]);
      assert.throws(
        given,
        { name: "TypeError", message: /grants\[0\]\.resources\[1\] must be an ARN or "\*"/ },
        resource,
      );
    }
  });
});
