import type { ProviderRow } from "../../contract/provider-row.ts";
import { headersFor, oddBatches } from "../row-bodies.ts";
import { bare, hmac, overBody } from "../row-schemes.ts";

const occupied = '{"name":"channel_occupied","channel":"é✓"}';
const vacated = '{ "name":"channel_vacated", "channel":"b" }';
const wrap = (items: readonly string[]) => `{"time_ms":1767607200000,"events":[${items.join(",")}]}`;

const pusher: ProviderRow = {
  ...{ ...overBody, ...bare, header: "x-pusher-signature" },
  body: wrap([occupied, vacated]),
  events: [
    { type: "channel_occupied", body: wrap([occupied]) },
    { type: "channel_vacated", body: wrap([vacated]) },
  ],
  others: () => ({ "x-pusher-key": "278d425bdf160c739803" }),
  strangers: (body) => ({ "x-signature": hmac(overBody.secret, "hex", body) }),
};

const body = new TextEncoder().encode(pusher.body);

export const row: ProviderRow = {
  ...pusher,
  more: [
    ...oddBatches(pusher, { wrap, others: ["[]", '{"events":{}}'], keeps: "delivery" }),
    {
      name: "under another app key",
      body,
      headers: { ...headersFor(pusher, body), "x-pusher-key": "another" },
      secrets: [pusher.secret],
      expected: "verified",
    },
  ],
};
