import type { ProviderRow } from "../../contract/provider-row.ts";
import { oddBatches, taken } from "../row-bodies.ts";
import { bare, hmac, overBody } from "../row-schemes.ts";

const message = '{"type":"message","webhookEventId":"01A","deliveryContext":{"isRedelivery":false},"text":"é🦊"}';
const follow = '{ "type":"follow", "webhookEventId":"01B", "timestamp":1767607200000 }';
const wrap = (items: readonly string[]) => `{"events":[${items.join()}]}`;

const line: ProviderRow = {
  ...{ ...overBody, ...bare, header: "x-line-signature", encoding: "base64" },
  sign: (body, _, secret) => hmac(secret, "base64", body),
  body: `{"destination":"U1","events":[${message},${follow}]}`,
  events: [
    { id: "01A", type: "message", tenant: "U1", body: message },
    { id: "01B", type: "follow", tenant: "U1", body: follow },
  ],
  strangers: (body) => ({ "x-hub-signature-256": `sha256=${hmac(overBody.secret, "hex", body)}` }),
};

export const row: ProviderRow = {
  ...line,
  more: [
    ...oddBatches(line, { wrap, others: ["[]", '{"events":{}}'] }),
    taken(line, "by which the console verifies the URL", '{"destination":"U1","events":[]}', []),
  ],
};
