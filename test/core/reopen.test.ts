import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { PermanentError, processor } from "../../lambdas/core/mod.ts";
import { copyOf, createWorkshop, event } from "./copies.ts";
import { createHouse, githubDelivery, ways } from "./deliveries.ts";

const refusing = processor({ impact: "Orders are not shipped" }, () => {
  throw new PermanentError("there is no such order");
});

describe("a final failure", () => {
  it("re-opens ingress before it is recorded, so that a crash between the two has the copy run again", async () => {
    const { process, store } = createWorkshop();
    let recorded: boolean | undefined;
    await process(refusing, [copyOf(event)], {
      async reopen() {
        recorded = [...store.records.values()].some(({ state }) => state === "dead");
      },
    });
    assert.equal(recorded, false);
  });

  for (const { name, deliver } of ways) {
    it(`is not closed again by the mark of a delivery whose claim failed, by ${name}`, async () => {
      const { options, dedupe, queue } = createHouse();
      const { process } = createWorkshop();
      dedupe.fail("claim", "before", 1);
      const racing = {
        ...dedupe,
        async mark(...given: Parameters<typeof dedupe.mark>) {
          // The processor was faster than the mark.
          for (const { event } of queue.sent) await process(refusing, [copyOf(event)], { reopen: dedupe.reopen });
          await dedupe.mark(...given);
        },
      };
      assert.equal((await deliver(githubDelivery(), { ...options, dedupe: racing })).status, 200);
      const sent = queue.sent.length;
      assert.equal(JSON.parse((await deliver(githubDelivery(), options)).body).outcome, "accepted");
      assert.equal(queue.sent.length, 2 * sent);
    });
  }
});
