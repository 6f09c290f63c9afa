import assert from "node:assert/strict";
import { it } from "node:test";
import user, { invite } from "../../../lambdas/events/hackmamba/user.created.ts";
import { json, onlyCopy, testExample } from "../example.ts";

const tried = testExample("hackmamba/user.created", {
  processor: user,
  run: (attempt, outbox) => invite(attempt, { outbox }),
  needs: ["/data/object/email"],
  entry: { to: "ada@example.com", template: "first-steps", about: "your account" },
});

it("is given samples with the structure of Hackmamba's guide", async () => {
  for (const type of ["user.created", "project.created", "payment.succeeded"]) {
    const { event } = await onlyCopy("hackmamba", type);
    const { created, data, livemode, pending_webhooks, request } = json(event.body);
    assert.deepEqual(
      [typeof created, typeof data.object.id, typeof livemode, typeof pending_webhooks, typeof request.id],
      ["number", "string", "boolean", "number", "string"],
      type,
    );
  }
});

it("has no effect for a test", async () => {
  assert.deepEqual(await tried.runWith((event) => ({ ...event, livemode: false })), []);
});
