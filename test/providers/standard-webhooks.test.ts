import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { describe, it } from "node:test";
import { verify } from "../../lambdas/core/verify/verify.ts";
import { createStandardWebhooks, type StandardWebhooksOptions } from "../../lambdas/providers/mod.ts";

const now = new Date("2026-01-05T10:00:00Z");
const seconds = String(now.getTime() / 1000);
const text = '{"kind":"order.created","account":"a1"}';

describe("a provider that follows Standard Webhooks", () => {
  it("verifies by its own headers and its own form of secret, and reads what it says", async () => {
    const events = { type: { json: "/kind" }, tenant: { json: "/account" } } as const;
    const provider = createStandardWebhooks({ name: "acme", headers: "x-acme", key: "utf8", events });
    const signature = createHmac("sha256", "secret").update(`msg_1.${seconds}.${text}`).digest("base64");
    const headers = new Headers({
      "x-acme-id": "msg_1",
      "x-acme-timestamp": seconds,
      "x-acme-signature": `v1,${signature}`,
    });
    const delivery = { method: "POST", url: "/acme", headers, body: new TextEncoder().encode(text) };
    const result = await verify(delivery, { provider, secrets: ["secret"], now });
    assert.ok(result.kind === "verified");
    assert.deepEqual([...result.events], [{ id: "msg_1", type: "order.created", tenant: "a1" }]);
    assert.deepEqual([provider.title, provider.answerWithinSeconds, provider.retryHours], ["acme", 15, 76]);
    const body = new TextEncoder().encode(`${text} `);
    assert.equal((await verify({ ...delivery, body }, { provider, secrets: ["secret"], now })).kind, "refused");
  });

  const wrong: readonly (readonly [object, RegExp])[] = [
    [{}, /name must be a text, received nothing$/],
    [{ name: "acme", key: "base32" }, /key must be .*, received "base32"$/],
    [{ name: "acme", lacks: ["tenant"] }, /lacks\[0\] must be "id" or "type", received "tenant"$/],
    [{ name: "acme", header: "x" }, /header is no option; did you mean headers\?/],
    [{ name: "acme", retryHours: -1 }, /retryHours must be a number of at least 0, received -1$/],
  ];
  for (const [options, message] of wrong) {
    it(`is refused with the options ${JSON.stringify(options)}`, () => {
      assert.throws(() => createStandardWebhooks(options as StandardWebhooksOptions), { message });
    });
  }
});
