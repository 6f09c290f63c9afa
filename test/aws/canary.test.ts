import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { canarySource, canaryType } from "../../lambdas/aws/canary-source.ts";
import type { CanaryPorts } from "../../lambdas/aws/ports.ts";
import { canaryLambda } from "../../lambdas/canary.ts";
import { createReceiver } from "../../lambdas/core/receiver.ts";
import { standardWebhooks } from "../../lambdas/providers/standard-webhooks.ts";
import { createMemoryDedupe, createMemoryQueue } from "../core/memory.ts";

const url = "https://hooks.example";
/** As CloudFormation generates it. */
const secret = "aB3".repeat(21).padEnd(64, "x");

/** A receiver that answers in place of a stage, and what came into its queue. */
function stage(secrets: readonly string[] = [secret]) {
  const queue = createMemoryQueue([{ source: canarySource, types: [canaryType], queue: "canary" }]);
  const receive = createReceiver({
    sources: { [canarySource]: { provider: standardWebhooks, secrets: async () => secrets } },
    dedupe: createMemoryDedupe(),
    queue,
    log: () => {},
  });
  const fetch: CanaryPorts["fetch"] = (to, init) => receive(new Request(to, init));
  return { fetch, queue };
}

async function run(fetch: CanaryPorts["fetch"], urls: readonly string[] = [url]) {
  const logged: unknown[] = [];
  const lambda = canaryLambda({ urls, secret: async () => secret, fetch, log: (entry) => logged.push(entry) });
  const failed = await lambda().then(
    () => undefined,
    (error: Error) => error.message,
  );
  return { failed, logged };
}

describe("the canary", () => {
  it("is content where its signed delivery is accepted and its forged one refused, and reports nothing", async () => {
    const { fetch, queue } = stage();
    assert.deepEqual(await run(fetch, [url, "https://other.example"]), { failed: undefined, logged: [] });
    const events = queue.sent.filter((one) => one.queue === "canary");
    assert.equal(events.length, 2, "one through each entrance");
    assert.equal(new Set(events.map(({ event }) => event.id)).size, 2);
  });

  it("fails where a stage has another secret, and names the entrance, the status and the reason", async () => {
    const { failed, logged } = await run(stage(["b".repeat(64)]).fetch);
    assert.equal(failed, `Cannot deliver to this stage: ${url}: expected 200, received 401 signature-wrong`);
    assert.deepEqual(logged, [
      {
        ...{ level: "error", step: "canary", kind: "wrong answer", url },
        error: `${url}: expected 200, received 401 signature-wrong`,
      },
    ]);
  });

  it("fails where everything is accepted, a forged delivery, too", async () => {
    const open: CanaryPorts["fetch"] = async () => Response.json({ received: true, outcome: "accepted" });
    assert.match((await run(open)).failed ?? "", /expected 401, received 200 accepted$/);
  });

  it("fails where the event was not taken: a 200 alone is not enough", async () => {
    const { fetch } = stage();
    const lazy: CanaryPorts["fetch"] = async (to, init) => {
      const response = await fetch(to, init);
      return response.status === 200 ? Response.json({ received: true, outcome: "ignored" }) : response;
    };
    assert.match((await run(lazy)).failed ?? "", /expected 200, received 200 ignored$/);
  });

  it("fails where an entrance does not answer, and tries the others all the same", async () => {
    const { fetch, queue } = stage();
    const broken: CanaryPorts["fetch"] = (to, init) =>
      to.startsWith(url) ? Promise.reject(new Error("connect ECONNREFUSED")) : fetch(to, init);
    const { failed, logged } = await run(broken, [url, "https://other.example"]);
    assert.match(failed ?? "", /expected 200, received no answer in \d+ ms: Error: connect ECONNREFUSED; /);
    assert.equal(logged.length, 2);
    assert.equal(queue.sent.filter((one) => one.queue === "canary").length, 1);
  });

  it("repeats nothing of an answer but a reason of ours, and never its secret", async () => {
    const page: CanaryPorts["fetch"] = async () => new Response("<h1>secret page</h1>", { status: 502 });
    const { failed } = await run(page);
    assert.match(failed ?? "", /expected 200, received 502; /);
    assert.doesNotMatch(failed ?? "", /secret page|aB3aB3/);
  });
});
