import { crc32 } from "node:zlib";
import type { CodedRow } from "../../contract/provider-row.ts";
import { isoAt, json, keys, rsaSign, variants } from "../row-keys.ts";

const secret = "1JE4291016473214C";
const otherSecret = "9KR0000000000000X";
const certificate = "https://api.paypal.com/v1/notifications/certs/CERT-360caa42-fca2a594-1d93a270";
const body = json({ id: "WH-1", event_type: "PAYMENT.CAPTURE.COMPLETED", resource: { note: "é✓ $& {body}" } });

function sent(change: Readonly<Record<string, string>> = {}, time = isoAt(0), webhook = secret) {
  const id = "69cd13f0-d67a-11e5-baa3-778b53f4ae55";
  const headers = {
    "paypal-transmission-id": id,
    "paypal-transmission-time": time,
    "paypal-transmission-sig": rsaSign("sha256", `${id}|${time}|${webhook}|${crc32(body)}`),
    "paypal-cert-url": certificate,
    "paypal-auth-algo": "SHA256withRSA",
    ...change,
  };
  return { headers, body };
}

const elsewhere = [
  certificate.replace("https", "http"),
  certificate.replace("paypal.com", "paypal.com.evil.example"),
  certificate.replace("paypal.com", "paypal.com@evil.example"),
  certificate.replace("paypal.com", "paypal.com:8443"),
  certificate.replace("api.", "www."),
  certificate.replace("/certs/", "/certs/../"),
  certificate.replace("/certs/", "/certs/%2e%2e%2f"),
  `${certificate}?a=b`,
  `${certificate}#a`,
  `${certificate}/more`,
  "https://api.paypal.com/v1/notifications/webhooks",
  "https://169.254.169.254/v1/notifications/certs/CERT",
];

export const codedRow: CodedRow = {
  secret,
  otherSecret,
  signingSecret: `${secret}|${keys.rsaSecret}`,
  unfitSecrets: ["not a webhook id", "a|b", "WEBHOOK_ID"],
  coversBody: false,
  right: sent(),
  events: [{ id: "WH-1", type: "PAYMENT.CAPTURE.COMPLETED" }],
  byOther: sent({}, isoAt(0), otherSecret),
  documents: {
    [certificate]: keys.rsaPem,
    // The sandbox's, which sign names.
    "https://api.sandbox.paypal.com/v1/notifications/certs/CERT-example": keys.rsaPem,
  },
  more: variants(secret, [
    ["verified", "sent again after three days with its first time", sent({}, isoAt(-73 * 3600))],
    ["timestamp-outside-window", "a second too old", sent({}, isoAt(-73 * 3600 - 1))],
    ["timestamp-outside-window", "a second too far in the future", sent({}, isoAt(73 * 3600 + 1))],
    ["timestamp-malformed", "at a time that is none", sent({}, "now")],
    ["signature-wrong", "with a sum in hex", signedWith(crc32(body).toString(16))],
    ["signature-malformed", "by another algorithm", sent({ "paypal-auth-algo": "SHA1withRSA" })],
    ["signature-malformed", "with a bar in its time", sent({}, `${isoAt(0)}|`)],
    ["signature-wrong", "with a certificate that is not there", sent({ "paypal-cert-url": `${certificate}0` })],
    ...elsewhere.map(
      (url) => ["signature-malformed", `with a certificate at ${url}`, sent({ "paypal-cert-url": url })] as const,
    ),
  ]),
};

function signedWith(sum: string) {
  const text = `69cd13f0-d67a-11e5-baa3-778b53f4ae55|${isoAt(0)}|${secret}|${sum}`;
  return sent({ "paypal-transmission-sig": rsaSign("sha256", text) });
}
