import { Buffer } from "node:buffer";
import type { ProviderRow } from "../../contract/provider-row.ts";
import { headersFor } from "../row-bodies.ts";
import { bare, hmac, overBody } from "../row-schemes.ts";

const secret = "44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056";

const adyen: ProviderRow = {
  ...{ ...overBody, ...bare, header: "hmacsignature", encoding: "base64" },
  secret,
  otherSecret: "A".repeat(64),
  unfitSecrets: ["correct horse", secret.slice(1), `${secret}G0`, `0x${secret}`],
  sign: (body, _, key) => hmac(Buffer.from(key, "hex"), "base64", body),
  body: '{"data":{"balancePlatform":"Acme","id":"1WEPGE","note":"é✓"},"environment":"test","type":"balancePlatform.transfer.updated"}',
  event: { type: "balancePlatform.transfer.updated", tenant: "Acme" },
  strangers: (body) => ({ "x-signature": hmac(Buffer.from(secret, "hex"), "base64", body), protocol: "HmacSHA256" }),
};

const bytes = new TextEncoder().encode(adyen.body);

export const row: ProviderRow = {
  ...adyen,
  more: [
    {
      name: "with its key written in lower case",
      body: bytes,
      headers: headersFor(adyen, bytes),
      secrets: [secret.toLowerCase()],
      expected: "verified",
    },
    {
      name: "signed with the text of the key instead of its bytes",
      body: bytes,
      headers: { hmacsignature: hmac(secret, "base64", bytes) },
      secrets: [secret],
      expected: "signature-wrong",
    },
    {
      name: "with another protocol named",
      body: bytes,
      headers: { ...headersFor(adyen, bytes), protocol: "none" },
      secrets: [secret],
      expected: "verified",
    },
  ],
};
