import { createHmac } from "node:crypto";
import type { CodedRow } from "../../contract/provider-row.ts";
import { json, secondsAt, variants } from "../row-keys.ts";

const secret = "4c1b2a0e";
const otherSecret = "5d2c3b1f";
const body = json({ id: 12345, type: "payment", action: "payment.updated", live_mode: true, data: { id: "PAY01" } });
const time = `${secondsAt(0)}`;
const path = "/mercado-pago?data.id=PAY01&type=payment";
const full = `id:PAY01;request-id:req-1;ts:${time};`;
const lower = full.replace("PAY01", "pay01");

function sent(manifest: string, change: { readonly path?: string; readonly signature?: string } = {}, key = secret) {
  const v1 = createHmac("sha256", key).update(manifest).digest("hex");
  const { signature = `ts=${time},v1=${v1}`, ...rest } = change;
  return { headers: { "x-request-id": "req-1", "x-signature": signature }, body, path, ...rest };
}

const both = (id: string) => full.replace("PAY01", id);
const inUrl = (id: string) => ({ path: path.replace("PAY01", id) });
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
    ["verified", "with data.id in lower case, as older integrations have it", sent(lower)],
    ["verified", "with data.id in both cases, as it stands in the URL", sent(both("PaY01"), inUrl("PaY01"))],
    ["verified", "with data.id in both cases, in lower case", sent(lower, inUrl("PaY01"))],
    ["signature-wrong", "with data.id in both cases, in upper case", sent(full, inUrl("PaY01"))],
    ["signature-wrong", "with data.id in lower case, signed in upper case", sent(full, inUrl("pay01"))],
    [
      "signature-wrong",
      "with data.id in lower case, for another",
      sent(lower, { path: "/mercado-pago?data.id=PAY02" }),
    ],
    ["signature-wrong", "for another data.id", sent(full, { path: "/mercado-pago?data.id=PAY02" })],
    ["signature-wrong", "with its data.id taken away", sent(full, { path: "/mercado-pago" })],
    ["signature-malformed", "with data.id twice", sent(full, { path: `${path}&data.id=PAY02` })],
    [
      "signature-malformed",
      "with what was signed after data.id in it",
      sent("id:PAY01;x;request-id:req-1;", { path: "/mercado-pago?data.id=PAY01%3Bx" }),
    ],
    ["timestamp-malformed", "at a time that is none", sent("", later("abc"))],
    ["timestamp-malformed", "with two times", sent("", { signature: `ts=${time},ts=1,v1=${hmac(full)}` })],
    ["timestamp-malformed", "with no time", sent("", { signature: `v1=${hmac("id:PAY01;request-id:req-1;ts:;")}` })],
    ["signature-missing", "labelled v2", { ...sent(full), headers: { "x-request-id": "req-1" } }],
    ["signature-malformed", "with a v2 alone", sent("", { signature: `ts=${time},v2=${hmac(full)}` })],
  ]),
};

function later(text: string) {
  return { signature: `ts=${text},v1=${hmac(`id:PAY01;request-id:req-1;ts:${text};`)}` };
}
