import assert from "node:assert/strict";
import { it } from "node:test";
import project, { setUp } from "../../../lambdas/events/hackmamba/project.created.ts";
import { testExample } from "../example.ts";

const tried = testExample("hackmamba/project.created", {
  processor: project,
  run: (attempt, ledger) => setUp(attempt, { ledger }),
  needs: ["/data/object/id"],
  entry: { kind: "project", project: "project_sample" },
});

it("has no effect for a test", async () => {
  assert.deepEqual(await tried.runWith((event) => ({ ...event, livemode: false })), []);
});
