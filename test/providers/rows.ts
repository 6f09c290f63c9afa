import { Buffer } from "node:buffer";
import { createHmac } from "node:crypto";
import type { ProviderRow } from "../contract/provider-row.ts";

const standardKey = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

function hmac(
  key: string | Uint8Array,
  encoding: "hex" | "base64",
  ...parts: readonly (string | Uint8Array)[]
): string {
  const digest = createHmac("sha256", key);
  for (const part of parts) digest.update(part);
  return digest.digest(encoding);
}

/** HMAC-SHA256 in hex over the body alone. */
const overBody = {
  secret: "correct horse",
  otherSecret: "battery staple",
  coversBody: true,
  encoding: "hex",
  sign: (body: Uint8Array, _: string, secret: string) => hmac(secret, "hex", body),
  others: () => ({}),
} as const;

/** HMAC-SHA256 in hex over time and body, within 300 s. */
const overTimeAndBody = {
  ...overBody,
  windowSeconds: 300,
  sign: (body: Uint8Array, time: string, secret: string) => hmac(secret, "hex", `${time}.`, body),
} as const;

const bare = { form: "bare", label: "", otherLabels: ["sha256=", "v1="], write: alone } as const;
const sha256 = { form: "labelled", label: "sha256=", otherLabels: ["", "sha1=", "SHA256=", "sha256"] } as const;

function alone(signatures: readonly string[]): string {
  return signatures.join(" ");
}

function labelled(signatures: readonly string[]): string {
  return signatures.map((text) => `sha256=${text}`).join(" ");
}

/** `t=…,v1=…`, and whatever else the sender puts there. */
const commas = {
  form: "commas",
  label: "v1=",
  otherLabels: ["v0=", "v2=", "V1=", "v1:", ""],
  write: (signatures: readonly string[], times: readonly string[]) =>
    [...times.map((time) => `t=${time}`), ...signatures.map((text) => `v1=${text}`), `v0=${"0".repeat(64)}`].join(","),
} as const;

/** The three headers of Standard Webhooks. */
const standard = {
  header: "webhook-signature",
  form: "spaces",
  label: "v1,",
  otherLabels: ["v1a,", "v2,", "v0,", "V1,", "v1=", ""],
  encoding: "base64",
  windowSeconds: 300,
  coversBody: true,
  write: (signatures: readonly string[]) => signatures.map((text) => `v1,${text}`).join(" "),
  others: (times: readonly string[]) => ({ "webhook-id": "msg_1", "webhook-timestamp": times.join(", ") }),
} as const;

const whatalo = {
  ...{ ...bare, header: "x-webhook-signature" },
  body: '{"id":"evt_1","event":"order.created","store":"my-store","data":{"total":149.98,"note":"é✓ $&"}}',
  event: { id: "evt_1", type: "order.created", tenant: "my-store" },
  echoes: { "x-webhook-id": "evt_1", "x-webhook-event": "order.created" },
  strangers: (body: Uint8Array) => ({ "x-whatalo-signature": hmac(overBody.secret, "hex", body) }),
} as const;

const hotmart = {
  body: '{"id":"a1b2","event":"PURCHASE_APPROVED","version":"2.0.0","data":{"product":{"name":"Cerâmica"}}}\n',
  event: { id: "a1b2", type: "PURCHASE_APPROVED" },
} as const;

/** A row for every provider, by name. */
export const rows: Readonly<Record<string, ProviderRow>> = {
  generic: {
    ...{ ...overBody, ...bare, header: "x-signature" },
    body: '{"id":"1","type":"read by nobody"}\n',
    event: {},
    strangers: (body) => ({ "x-signature-256": hmac(overBody.secret, "hex", body) }),
  },
  github: {
    ...{ ...overBody, ...sha256, header: "x-hub-signature-256", write: labelled },
    body: '{"ref":"refs/heads/main","note":"é✓"}',
    event: { id: "72d3162e", type: "push", unsigned: ["id", "type"] },
    others: () => ({ "x-github-delivery": "72d3162e", "x-github-event": "push" }),
    strangers: (body) => ({
      "x-hub-signature": `sha1=${createHmac("sha1", overBody.secret).update(body).digest("hex")}`,
    }),
  },
  hackmamba: {
    ...{ ...overBody, ...sha256, header: "x-hackmamba-signature", write: labelled },
    body: '{"id":"evt_1","type":"user.created","livemode":false}',
    event: { id: "evt_1", type: "user.created", livemode: false },
    strangers: (body) => ({ "x-hub-signature-256": `sha256=${hmac(overBody.secret, "hex", body)}` }),
  },
  hotmart: {
    ...{ ...overBody, ...bare, ...hotmart, header: "x-hotmart-signature" },
    strangers: () => ({ "x-hotmart-hottok": overBody.secret }),
  },
  "hotmart-hottok": {
    ...hotmart,
    secret: "aTokenOfAnAccount",
    otherSecret: "aTokenOfAnother",
    header: "x-hotmart-hottok",
    form: "token",
    encoding: "text",
    label: "",
    otherLabels: [],
    coversBody: false,
    sign: (_, __, secret) => secret,
    write: alone,
    others: () => ({}),
    strangers: (body) => ({ "x-hotmart-signature": hmac("aTokenOfAnAccount", "hex", body) }),
  },
  "standard-webhooks": {
    ...standard,
    secret: `whsec_${standardKey}`,
    otherSecret: `whsec_${Buffer.from("another key of 24 bytes!").toString("base64")}`,
    unfitSecrets: ["whsec_", "whsec_?", `whsec_${standardKey}=`, `whsec_ ${standardKey}`, "correct horse"],
    body: '{"type":"contact.created","data":{"name":"Zoë"}}',
    event: { id: "msg_1", type: "contact.created" },
    sign: (body, time, secret) =>
      hmac(Buffer.from(secret.replace("whsec_", ""), "base64"), "base64", `msg_1.${time}.`, body),
    strangers: () => ({ "svix-signature": `v1,${Buffer.alloc(32).toString("base64")}` }),
  },
  stripe: {
    ...{ ...overTimeAndBody, ...commas, header: "stripe-signature" },
    secret: "whsec_of_a_test",
    otherSecret: "whsec_of_another",
    body: '{"id":"evt_1","type":"invoice.paid","livemode":true,"note":"é✓ $& {body}"}\r\n',
    event: { id: "evt_1", type: "invoice.paid", livemode: true },
    strangers: (body) => ({ "x-stripe-signature": hmac("whsec_of_a_test", "hex", body) }),
  },
  whatalo: { ...overBody, ...whatalo },
  "whatalo-timestamped": {
    ...{ ...overTimeAndBody, ...whatalo },
    others: (times) => ({ "x-webhook-timestamp": times.join(", ") }),
  },
  whop: {
    ...standard,
    secret: "ws_0123456789abcdef",
    otherSecret: "ws_fedcba9876543210",
    body: '{"id":"msg_1","type":"membership.activated","company_id":"biz_1","data":{"user":{"username":"zoë"}}}',
    event: { id: "msg_1", type: "membership.activated", tenant: "biz_1" },
    sign: (body, time, secret) => hmac(secret, "base64", `msg_1.${time}.`, body),
    strangers: (body) => ({ "x-whop-signature": `t=1767607200,v1=${hmac("ws_0123456789abcdef", "hex", body)}` }),
  },
  "whop-legacy": {
    ...{ ...overTimeAndBody, ...commas, header: "x-whop-signature" },
    body: '{"action":"payment.succeeded","company":"biz_1","data":{"id":"pay_1","note":"é✓"}}',
    event: { type: "payment.succeeded", tenant: "biz_1" },
    strangers: (body) => ({ "webhook-signature": `v1,${hmac(overBody.secret, "base64", body)}` }),
  },
};
