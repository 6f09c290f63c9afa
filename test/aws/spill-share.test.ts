import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { withSpill } from "../../lambdas/aws/s3/spill.ts";
import { deadlineFor, within } from "../../lambdas/core/deadline.ts";
import { silent } from "../../lambdas/core/log.ts";
import type { EventQueue } from "../../lambdas/core/mod.ts";
import { line, providers } from "../../lambdas/providers/mod.ts";
import { event } from "../core/copies.ts";
import { handTime } from "../core/hand-time.ts";

describe("the spill's share of a delivery's time, while the queue hangs", () => {
  const time = handTime();
  const hanging: EventQueue = {
    wants: () => [],
    send: async (_, events, signal) => {
      await new Promise((resolve) => signal?.addEventListener("abort", resolve));
      return events.map(() => ({ sent: false, cause: signal?.reason }));
    },
  };

  it("is as long as the queue's share for every provider, and longer for a patient one", async () => {
    for (const provider of Object.values(providers)) {
      const began = time.passed();
      let left: boolean | undefined;
      const spill = {
        async put(_queue: string, _event: unknown, signal?: AbortSignal) {
          left = signal?.aborted === false;
        },
      };
      const queues = withSpill(hanging, spill, new Set(["acme"]), silent);
      const sent = within(deadlineFor(provider).send, (signal) => queues.send("acme-a", [event], signal));
      assert.deepEqual(await time.until(sent), [{ sent: true }]);
      const [had, whole] = [time.passed() - began, provider.answerWithinSeconds * 1000 - 1100];
      assert.deepEqual([left, had], [true, Math.floor(Math.min(1200, whole / 2))], provider.name);
    }
  });

  it("is a part of the time that verification and claims leave", async () => {
    const { send } = deadlineFor(line);
    await time.until(new Promise((resolve) => setTimeout(resolve, 600)));
    const queues = withSpill(hanging, { put: async () => {} }, new Set(["acme"]), silent);
    const sent = within(send, (signal) => queues.send("acme-a", [event], signal));
    assert.deepEqual(await time.until(sent), [{ sent: true }]);
    assert.equal(time.passed(), 750);
  });
});
