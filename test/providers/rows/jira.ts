import type { ProviderRow } from "../../contract/provider-row.ts";
import { hmac, labelled, overBody, sha256 } from "../row-schemes.ts";

export const row: ProviderRow = {
  ...{ ...overBody, ...sha256, header: "x-hub-signature", write: labelled },
  body: '{"timestamp":1767607200000,"webhookEvent":"jira:issue_created","issue":{"key":"EX-1","summary":"é✓"}}',
  event: { id: "4dc3a0b1", type: "jira:issue_created", unsigned: ["id"] },
  others: () => ({ "x-atlassian-webhook-identifier": "4dc3a0b1", "x-atlassian-webhook-retry": "1" }),
  strangers: (body) => ({ "x-hub-signature-256": `sha256=${hmac(overBody.secret, "hex", body)}` }),
};
