import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Source } from "../../../lambdas/core/mod.ts";
import { sign } from "../../../lambdas/core/verify/sign.ts";
import { providers } from "../../../lambdas/providers/mod.ts";
import { createTestReceiver, secret, ways } from "../deliveries.ts";

const now = new Date("2026-01-05T10:00:00Z");

for (const { name, deliver } of ways) {
  describe(`a source with settings of its own, by ${name}`, () => {
    const told = async (
      change: Partial<Source>,
      given: { readonly address?: string; readonly body?: string; readonly late?: number } = {},
    ) => {
      const { stripe: provider } = providers;
      assert.ok(provider !== undefined);
      const receiver = createTestReceiver();
      const body = new TextEncoder().encode(given.body ?? '{"id":"evt_1","type":"invoice.paid","livemode":false}');
      const unsigned = { method: "POST", url: "https://hooks.example/stripe", headers: new Headers(), body };
      const delivery = { ...(await sign(unsigned, { provider, secret, now })), address: given.address ?? "192.0.2.1" };
      const source = { provider, secrets: async () => [secret], ...change };
      const queue = { ...receiver.queue, wants: () => ["all"] };
      const clock = () => new Date(now.getTime() + (given.late ?? 0) * 1000);
      const answered = await deliver(delivery, { ...receiver.options, sources: { stripe: source }, queue, now: clock });
      const { outcome, error } = JSON.parse(answered.body);
      return `${answered.status} ${outcome ?? error} ${receiver.queue.sent.length}`;
    };

    it("takes deliveries from the addresses that it allows, once they are verified", async () => {
      const allows = (address: string) => address === "192.0.2.1";
      assert.equal(await told({ allows }), "200 accepted 1");
      assert.equal(await told({ allows }, { address: "192.0.2.2" }), "403 address-not-allowed 0");
      const unsigned = { secrets: async () => ["another"], allows };
      assert.equal(await told(unsigned, { address: "192.0.2.2" }), "401 signature-wrong 0");
    });

    it("has a window of its own on both sides of now", async () => {
      assert.equal(await told({}, { late: 301 }), "401 timestamp-outside-window 0");
      assert.equal(await told({ toleranceSeconds: 600 }, { late: 600 }), "200 accepted 1");
      assert.equal(await told({ toleranceSeconds: 60 }, { late: -61 }), "401 timestamp-outside-window 0");
    });

    it("has a limit of its own for bodies", async () => {
      assert.equal(await told({ bodyLimitBytes: 10 }), "413 body-too-large 0");
    });

    it("ignores only events that are marked as tests, where it is live-only", async () => {
      assert.equal(await told({ liveOnly: true }), "200 ignored 0");
      assert.equal(
        await told({ liveOnly: true }, { body: '{"id":"evt_1","type":"a","livemode":true}' }),
        "200 accepted 1",
      );
      assert.equal(await told({ liveOnly: true }, { body: '{"id":"evt_1","type":"a"}' }), "200 accepted 1");
    });
  });
}
