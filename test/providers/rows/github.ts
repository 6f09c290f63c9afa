import { createHmac } from "node:crypto";
import type { ProviderRow } from "../../contract/provider-row.ts";
import { labelled, overBody, sha256 } from "../row-schemes.ts";

export const row: ProviderRow = {
  ...{ ...overBody, ...sha256, header: "x-hub-signature-256", write: labelled },
  body: '{"ref":"refs/heads/main","note":"é✓"}',
  event: { id: "72d3162e", type: "push", unsigned: ["id", "type"] },
  others: () => ({ "x-github-delivery": "72d3162e", "x-github-event": "push" }),
  strangers: (body) => ({
    "x-hub-signature": `sha1=${createHmac("sha1", overBody.secret).update(body).digest("hex")}`,
  }),
};
