import { Buffer } from "node:buffer";
import type { ProviderRow } from "../../contract/provider-row.ts";

const secret = "hookline:a password of é";
const body = new TextEncoder().encode("{}");
const written = Buffer.from(secret).toString("base64");

export const row: ProviderRow = {
  secret,
  otherSecret: "hookline:another password",
  body: '{"RecordType":"Bounce","MessageID":"m-1","Description":"Zoë"}',
  event: { id: "m-1", type: "Bounce" },
  header: "authorization",
  form: "token",
  encoding: "base64",
  label: "Basic ",
  otherLabels: ["Bearer ", "", "Basic:"],
  coversBody: false,
  sign: (_, __, key) => Buffer.from(key).toString("base64"),
  write: (signatures) => signatures.map((text) => `Basic ${text}`).join(", "),
  others: () => ({}),
  strangers: () => ({ "proxy-authorization": `Basic ${written}`, "x-postmark-token": secret }),
  more: [
    {
      name: "with the user alone",
      headers: { authorization: `Basic ${Buffer.from("hookline:").toString("base64")}` },
      body,
      secrets: [secret],
      expected: "signature-wrong",
    },
    {
      name: "with user and password as they are",
      headers: { authorization: `Basic ${Buffer.from(secret).toString("latin1")}` },
      body,
      secrets: [secret],
      expected: "signature-malformed",
    },
  ],
};
