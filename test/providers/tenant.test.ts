import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { eventFields } from "../../lambdas/core/events/fields.ts";
import { readDelivery } from "../../lambdas/core/events/read-delivery.ts";
import type { Provider } from "../../lambdas/core/provider.ts";
import { whop, whopLegacy } from "../../lambdas/providers/mod.ts";

function tenant(provider: Provider, body: unknown): string | undefined {
  const bytes = new TextEncoder().encode(JSON.stringify(body));
  const delivery = { method: "POST", url: "https://hooks.example/", headers: new Headers(), body: bytes };
  const [fields] = eventFields(provider, readDelivery(delivery));
  return fields?.tenant;
}

describe("the tenant of an event of Whop", () => {
  it("is the company; the older webhooks' null is the app owner, who is no tenant", () => {
    assert.equal(tenant(whopLegacy, { action: "membership.went_valid", company: "biz_1" }), "biz_1");
    for (const company of [null, "", {}]) assert.equal(tenant(whopLegacy, { company }), undefined);
    assert.equal(tenant(whopLegacy, {}), undefined);
  });

  it("is the account in newer versions of the API", () => {
    assert.equal(tenant(whop, { company_id: "biz_1" }), "biz_1");
    assert.equal(tenant(whop, { account_id: "biz_2" }), "biz_2");
    assert.equal(tenant(whop, { company_id: null, account_id: null }), undefined);
  });
});
