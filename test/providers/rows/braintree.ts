import { Buffer } from "node:buffer";
import { createHash, createHmac } from "node:crypto";
import type { CodedRow } from "../../contract/provider-row.ts";
import { utf8, variants } from "../row-keys.ts";

const secret = "public1|private1";
const otherSecret = "public2|private2";
const xml = `<?xml version="1.0" encoding="UTF-8"?>
<notification>
    <timestamp type="datetime">2026-01-05T10:00:00Z</timestamp>
    <kind>dispute_opened</kind>
    <subject><dispute><kind>chargeback</kind><note>é✓</note></dispute></subject>
</notification>`;
const payload = `${Buffer.from(xml).toString("base64")}\n`;

const hmac = (text: string, key = "private1") =>
  createHmac("sha1", createHash("sha1").update(key).digest()).update(text).digest("hex");
const form = (fields: Readonly<Record<string, string>>) => ({
  headers: { "content-type": "application/x-www-form-urlencoded" },
  body: utf8.encode(new URLSearchParams(fields).toString()),
});
const sent = (signature: string, text = payload) => form({ bt_signature: signature, bt_payload: text });
const right = sent(`public1|${hmac(payload)}`);
const twice = utf8.encode(`${new TextDecoder().decode(right.body)}&bt_payload=YQ==`);
const beside = (field: string) => ({ ...right, body: utf8.encode(`${new TextDecoder().decode(right.body)}&${field}`) });
const reversed = () => ({
  ...right,
  body: utf8.encode(new TextDecoder().decode(right.body).split("&").reverse().join("&")),
});
const challenge = "0123456789abcdef0123";

export const codedRow: CodedRow = {
  secret,
  otherSecret,
  unfitSecrets: ["public1", "public1|", "|private1", "public1|private1|more"],
  coversBody: true,
  right,
  events: [{ id: createHash("sha256").update(payload.trimEnd()).digest("base64url"), type: "dispute_opened" }],
  byOther: sent(`public2|${hmac(payload, "private2")}`),
  more: variants(secret, [
    ["verified", "beside another key's", sent(`public9|${"0".repeat(40)}&public1|${hmac(payload)}`)],
    ["verified", "without the last line break", sent(`public1|${hmac(payload)}`, payload.trim())],
    ["signature-malformed", "under another key's name", sent(`public9|${hmac(payload)}`)],
    ["signature-malformed", "in upper case", sent(`public1|${hmac(payload).toUpperCase()}`)],
    ["signature-malformed", "in a pair of three", sent(`public1|${hmac(payload)}|x`)],
    ["signature-malformed", "with no pair", sent("")],
    [
      "signature-wrong",
      "signed with the key itself",
      sent(`public1|${createHmac("sha1", "private1").update(payload).digest("hex")}`),
    ],
    ["signature-wrong", "for another payload", sent(`public1|${hmac(payload)}`, "YQ==")],
    ["signature-malformed", "of a challenge that was answered", sent(`public1|${hmac(challenge)}`, challenge)],
    [
      "signature-malformed",
      "of a challenge and a line break",
      sent(`public1|${hmac(`${challenge}\n`)}`, `${challenge}\n`),
    ],
    ["signature-missing", "with a payload twice", { ...right, body: twice }],
    ...["kind=disbursement", "a", "=", "bt_Payload=YQ%3D%3D", "bt_payload%20=YQ%3D%3D", "%62t_payload%00=YQ%3D%3D"].map(
      (field) => ["signature-malformed", `with a field beside the signed ones, ${field}`, beside(field)] as const,
    ),
    ["verified", "with its fields the other way round", reversed()],
    ["signature-missing", "without a payload", form({ bt_signature: `public1|${hmac(payload)}` })],
    ["signature-missing", "of JSON", { ...right, body: utf8.encode('{"bt_signature":"a","bt_payload":"b"}') }],
    ["verified", "of what is no XML", sent(`public1|${hmac("*!")}`, "*!")],
  ]),
};
