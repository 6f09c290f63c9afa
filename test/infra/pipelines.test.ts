import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { checkPipelines, type Pipelines, pipelinesOf } from "../../infra/build/pipelines.ts";
import { eventFile } from "./stack-fixture.ts";

const committed: Pipelines = { "github/issues": { queue: "github-issues" }, "github/push": { queue: "github-push" } };

describe("the pipelines of event files", () => {
  it("are their queues by their names, in order, with the retired marked", () => {
    const events = [eventFile("stripe/a.b"), eventFile("github/push", { retired: true }), eventFile("github-eu/push")];
    assert.deepEqual(Object.entries(pipelinesOf(events)), [
      ["github-eu/push", { queue: "github-eu-push" }],
      ["github/push", { queue: "github-push", retired: true }],
      ["stripe/a.b", { queue: "stripe-a_b" }],
    ]);
  });
});

describe("going from the committed pipelines to others", () => {
  it("may change nothing, add one, retire one and bring a retired one back", () => {
    const retired: Pipelines = { ...committed, "github/push": { queue: "github-push", retired: true } };
    checkPipelines(committed, committed);
    checkPipelines({}, committed);
    checkPipelines(committed, { ...committed, "stripe/a.b": { queue: "stripe-a_b" } });
    checkPipelines(committed, retired);
    checkPipelines(retired, committed);
  });

  it("may not remove one that was not retired: the error names it, the reason and each step of the remedy", () => {
    assert.throws(() => checkPipelines(committed, { "github/push": { queue: "github-push" } }), {
      name: "TypeError",
      message:
        "Cannot remove github/issues.ts: events may be in the queue or DLQ, and the event file was not retired. Put each file back with `retired: true` in its options, deploy every stage, wait until queue and DLQ are empty, then delete it. Where no stage was ever deployed, delete infra/pipelines.json instead",
    });
  });

  it("name every one that is gone, in one sentence", () => {
    assert.throws(
      () => checkPipelines(committed, {}),
      /^TypeError: Cannot remove github\/issues\.ts, github\/push\.ts: [^\n]+$/,
    );
  });

  it("may remove one that was retired", () => {
    const retired: Pipelines = { ...committed, "github/issues": { queue: "github-issues", retired: true } };
    checkPipelines(retired, { "github/push": { queue: "github-push" } });
  });

  it("may not give a pipeline a queue of another name, retired or not", () => {
    for (const before of [{ queue: "github-push" }, { queue: "github-push", retired: true }] as const) {
      assert.throws(() => checkPipelines({ "github/push": before }, { "github/push": { queue: "gh-push" } }), {
        name: "TypeError",
        message: /^Cannot rename the queue of github\/push from "github-push" to "gh-push": .+permanent.+retire/,
      });
    }
  });
});
