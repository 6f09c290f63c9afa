import type { ProviderRow } from "../../contract/provider-row.ts";
import { taken } from "../row-bodies.ts";
import { bare, hmac, overBody } from "../row-schemes.ts";

const body = '{"id":"d-1","attempt_number":1,"event":{"id":"e-1","type":"charge:confirmed","data":{"note":"é✓"}}}';

const coinbase: ProviderRow = {
  ...{ ...overBody, ...bare, header: "x-cc-webhook-signature" },
  body,
  event: { id: "e-1", type: "charge:confirmed" },
  strangers: (bytes) => ({ "x-signature": hmac(overBody.secret, "hex", bytes) }),
};

export const row: ProviderRow = {
  ...coinbase,
  more: [
    taken(coinbase, "sent again, under the same id", body.replace('"attempt_number":1', '"attempt_number":2'), [
      { id: "e-1", type: "charge:confirmed" },
    ]),
  ],
};
