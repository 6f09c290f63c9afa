import type { ProviderRow } from "../../contract/provider-row.ts";
import { oddBatches } from "../row-bodies.ts";
import { bare, hmac, overBody } from "../row-schemes.ts";

const failed =
  '{"id":"EV1","resource_type":"payments","action":"failed","links":{"payment":"PM1","organisation":"OR1"}}';
const active = '{ "id":"EV2", "resource_type":"mandates", "action":"active", "note":"é✓" }';
const meta = '"meta":{"webhook_id":"WB1"}';

const gocardless: ProviderRow = {
  ...{ ...overBody, ...bare, header: "webhook-signature" },
  body: `{"events":[${failed},${active}],${meta}}`,
  events: [
    { id: "EV1", type: "payments", subtype: "failed", tenant: "OR1", body: failed },
    { id: "EV2", type: "mandates", subtype: "active", body: active },
  ],
  strangers: (body) => ({ "x-signature": hmac(overBody.secret, "hex", body) }),
};

export const row: ProviderRow = {
  ...gocardless,
  more: oddBatches(gocardless, {
    wrap: (items) => `{"events":[${items.join()}],${meta}}`,
    others: ["[]", '{"events":{"id":"EV1"}}'],
  }),
};
