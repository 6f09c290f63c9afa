import { createHmac } from "node:crypto";
import type { CodedRow } from "../../contract/provider-row.ts";
import { json, secondsAt, variants } from "../row-keys.ts";

const secret = "4c1b2a0e";
const otherSecret = "5d2c3b1f";
const body = json({ id: 12345, type: "payment", action: "payment.updated", live_mode: true, data: { id: "PAY01" } });
const time = `${secondsAt(0)}`;
const path = "/mercado-pago?data.id=PAY01&type=payment";
const full = `id:pay01;request-id:req-1;ts:${time};`;

function sent(manifest: string, change: { readonly path?: string; readonly signature?: string } = {}, key = secret) {
  const v1 = createHmac("sha256", key).update(manifest).digest("hex");
  const { signature = `ts=${time},v1=${v1}`, ...rest } = change;
  return { headers: { "x-request-id": "req-1", "x-signature": signature }, body, path, ...rest };
}

const hmac = (text: string) => createHmac("sha256", secret).update(text).digest("hex");

export const codedRow: CodedRow = {
  secret,
  otherSecret,
  coversBody: false,
  right: sent(full),
  events: [{ id: "12345", type: "payment", subtype: "payment.updated", livemode: true }],
  byOther: sent(full, {}, otherSecret),
  more: variants(secret, [
    ["verified", "without data.id", sent(`request-id:req-1;ts:${time};`, { path: "/mercado-pago" })],
    ["verified", "with a space in its signature's header", sent("", { signature: `ts=${time}, v1=${hmac(full)}` })],
    ["signature-wrong", "with data.id as it stands in the URL", sent(full.replace("pay01", "PAY01"))],
    ["signature-wrong", "for another data.id", sent(full, { path: "/mercado-pago?data.id=PAY02" })],
    ["signature-wrong", "with its data.id taken away", sent(full, { path: "/mercado-pago" })],
    ["signature-malformed", "with data.id twice", sent(full, { path: `${path}&data.id=PAY02` })],
    [
      "signature-malformed",
      "with what was signed after data.id in it",
      sent("id:pay01;x;request-id:req-1;", { path: "/mercado-pago?data.id=PAY01%3Bx" }),
    ],
    ["timestamp-malformed", "at a time that is none", sent("", later("abc"))],
    ["timestamp-malformed", "with two times", sent("", { signature: `ts=${time},ts=1,v1=${hmac(full)}` })],
    ["timestamp-malformed", "with no time", sent("", { signature: `v1=${hmac("id:pay01;request-id:req-1;ts:;")}` })],
    ["signature-missing", "labelled v2", { ...sent(full), headers: { "x-request-id": "req-1" } }],
    ["signature-malformed", "with a v2 alone", sent("", { signature: `ts=${time},v2=${hmac(full)}` })],
  ]),
};

function later(text: string) {
  return { signature: `ts=${text},v1=${hmac(`id:pay01;request-id:req-1;ts:${text};`)}` };
}
