import type { ProviderRow } from "../../contract/provider-row.ts";
import { oddBatches } from "../row-bodies.ts";
import { bare, hmac, overBody } from "../row-schemes.ts";

const changed = '{"action":"changed","created_at":"2026-01-05T10:00:00.000Z","resource":{"gid":"1","note":"é✓"}}';
const added = '{ "action":"added", "created_at":"2026-01-05T10:00:00.001Z", "parent":{"gid":"2"} }';

const asana: ProviderRow = {
  ...{ ...overBody, ...bare, header: "x-hook-signature" },
  body: `{"events":[${changed},${added}]}`,
  events: [
    { type: "changed", body: changed },
    { type: "added", body: added },
  ],
  // A secret that comes along is nobody's: neither kept nor believed.
  strangers: (body) => ({ "x-hook-secret": overBody.secret, "x-signature": hmac(overBody.secret, "hex", body) }),
};

export const row: ProviderRow = {
  ...asana,
  more: oddBatches(asana, { wrap: (items) => `{"events":[${items.join()}]}`, others: ["[]", '{"events":{}}'] }),
};
