import { Buffer } from "node:buffer";
import type { ProviderRow } from "../../contract/provider-row.ts";
import { oddBatches, taken } from "../row-bodies.ts";
import { bare, hmac, overBody } from "../row-schemes.ts";

const secret = "OSd0eLlVIY9ZhViEqlDUh4+6n6M+Lo+eDaEJheJ6OCCgWwIz2D3JIAU6jPMipHRbgKTLz2uJ+xiACXGDBLrgdA==";
const updated = '{"resourceId":"717f","eventDateUtc":"2026-01-05T10:00:00.123","eventType":"UPDATE","tenantId":"c2cc"}';
const created = '{ "resourceId":"717g", "eventType":"CREATE", "eventCategory":"INVOICE", "note":"é✓" }';
const around = '"firstEventSequence":1,"lastEventSequence":2,"entropy":"S0m3r4Nd0mt3xt"';

const xero: ProviderRow = {
  ...{ ...overBody, ...bare, header: "x-xero-signature", encoding: "base64", secret },
  sign: (body, _, by) => hmac(by, "base64", body),
  body: `{"events":[${updated},${created}],${around}}`,
  events: [
    { type: "UPDATE", tenant: "c2cc", body: updated },
    { type: "CREATE", subtype: "INVOICE", body: created },
  ],
  strangers: (body) => ({ "x-signature": hmac(secret, "base64", body) }),
};

const bytes = new TextEncoder().encode(xero.body);

export const row: ProviderRow = {
  ...xero,
  more: [
    ...oddBatches(xero, {
      wrap: (items) => `{"events":[${items.join()}],${around}}`,
      others: ["[]", '{"events":{}}'],
    }),
    taken(xero, "with null for its events", `{"events":null,${around}}`, []),
    {
      name: "signed with the bytes that its key would be in base64",
      body: bytes,
      headers: { "x-xero-signature": hmac(Buffer.from(secret, "base64"), "base64", bytes) },
      secrets: [secret],
      expected: "signature-wrong",
    },
  ],
};
