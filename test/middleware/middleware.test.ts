import assert from "node:assert/strict";
import { describe, it } from "node:test";
import middy from "@middy/core";
import type { HttpResult } from "../../lambdas/aws/http/http-event.ts";
import type { Outcome } from "../../lambdas/core/mod.ts";
import { dedupe } from "../../lambdas/middleware/dedupe.ts";
import { type DeliveryEvent, httpDelivery } from "../../lambdas/middleware/http-delivery.ts";
import { verification } from "../../lambdas/middleware/verification.ts";
import { verifier } from "../../lambdas/verifier.ts";
import { context, createTestReceiver, githubDelivery, httpEvent } from "../core/deliveries.ts";

describe("a middleware", () => {
  it("refuses an option that it does not know", () => {
    const { options } = createTestReceiver();
    const misspelt = { bodyLimit: 5 };
    const error = { name: "TypeError", message: /bodyLimit is no option[.;]/ };
    assert.throws(() => httpDelivery({ log: options.log, ...misspelt }), error);
    assert.throws(() => verification({ sources: options.sources, ...misspelt }), error);
    assert.throws(() => dedupe({ dedupe: options.dedupe, queue: options.queue, ...misspelt }), error);
  });

  it("answers 503 and logs when anything in the chain throws, and does not show the cause", async () => {
    const { options, lines } = createTestReceiver();
    const queue = {
      ...options.queue,
      wants() {
        throw new Error("the routes are broken");
      },
    };
    const { statusCode, headers, body } = await verifier({ ...options, queue })(
      httpEvent(githubDelivery(), false),
      context,
    );
    assert.equal(statusCode, 503);
    assert.equal(headers?.["retry-after"], "30");
    assert.equal(JSON.parse(body ?? "").error, "internal");
    assert.ok(!body?.includes("broken"));
    assert.ok(lines.some((line) => line.includes("the routes are broken")));
  });

  it("lets no handler and no after run on a refusal", async () => {
    const { options } = createTestReceiver();
    const ran: string[] = [];
    const chain = middy<DeliveryEvent, Outcome | HttpResult>()
      .use(httpDelivery())
      .use({ after: () => void ran.push("after") })
      .use(verification({ sources: options.sources }) as middy.MiddlewareObj<DeliveryEvent, Outcome | HttpResult>)
      .handler(async () => {
        ran.push("handler");
        return { kind: "ignored", events: [] };
      });
    const event = httpEvent(githubDelivery({ secret: "another" }), false) as DeliveryEvent;
    const refused = (await chain(event, context)) as HttpResult;
    assert.equal(typeof refused === "object" && refused.statusCode, 401);
    assert.deepEqual(ran, []);
    const taken = (await chain(httpEvent(githubDelivery(), false) as DeliveryEvent, context)) as HttpResult;
    assert.equal(typeof taken === "object" && taken.statusCode, 200);
    assert.deepEqual(ran, ["handler", "after"]);
  });
});
