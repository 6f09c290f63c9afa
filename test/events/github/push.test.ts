import assert from "node:assert/strict";
import { it } from "node:test";
import push, { announcePush } from "../../../lambdas/events/github/push.ts";
import { json, onlyCopy, testExample } from "../example.ts";

const tried = testExample("github/push", {
  processor: push,
  run: (attempt, outbox) => announcePush(attempt, { outbox }),
  needs: ["/repository/full_name", "/repository/default_branch", "/commits"],
  entry: { to: "team", template: "pushed", about: "octo-org/octo-repo" },
});

it("does not announce a push to another branch", async () => {
  const { event } = await onlyCopy("github", "push");
  assert.deepEqual(await tried.runWith((same) => same, { ...json(event.body), ref: "refs/heads/other" }), []);
});
