import { createHash, createHmac } from "node:crypto";
import type { CodedRow } from "../../contract/provider-row.ts";
import { utf8, variants } from "../row-keys.ts";

const secret = "12345";
const otherSecret = "67890";
const url = "https://hooks.example/twilio?tenant=a%20b";
const path = "/twilio?tenant=a%20b";
const form = "application/x-www-form-urlencoded";
const body = "To=%2B18005551212&From=%2B14158675309&MessageSid=SM1&MessageStatus=delivered&Body=%C3%A9+%E2%9C%93%26";
/** As decoded and sorted. */
const text = "Bodyé ✓&From+14158675309MessageSidSM1MessageStatusdeliveredTo+18005551212";

const hmac = (key: string, content: string) => createHmac("sha1", key).update(content).digest("base64");

function sent(content: string, change: { readonly key?: string; readonly body?: string; readonly path?: string } = {}) {
  const headers = {
    "content-type": form,
    "i-twilio-idempotency-token": "tok-1",
    "x-twilio-signature": hmac(change.key ?? secret, content),
  };
  return { headers, body: utf8.encode(change.body ?? body), path: change.path ?? path };
}

const json = '{"note":"é✓"}';
const hash = createHash("sha256").update(json).digest("hex");
const hashed = `bodySHA256=${hash}`;
const jsonSent = (content: string, more: { readonly path?: string; readonly body?: string } = {}) => {
  const { headers, ...rest } = sent(content, { body: json, path: `${path}&${hashed}`, ...more });
  return { ...rest, headers: { ...headers, "content-type": "application/json" } };
};
/** A captured form, split so that its fields stand in the query, and a body of the attacker's choice under a hash. */
const captured = `${url}Body&bodySHA256=${hash}&x=1`;

export const codedRow: CodedRow = {
  secret,
  otherSecret,
  url,
  coversBody: true,
  right: sent(url + text),
  events: [{ id: "tok-1", type: "delivered", unsigned: ["id"] }],
  byOther: sent(url + text, { key: otherSecret }),
  optionalHeaders: ["i-twilio-idempotency-token"],
  more: variants(secret, [
    ["verified", "signed with the standard port", sent(`https://hooks.example:443/twilio?tenant=a%20b${text}`)],
    ["signature-wrong", "signed with another port", sent(`https://hooks.example:8443/twilio?tenant=a%20b${text}`)],
    ["signature-wrong", "signed for another URL", sent(`https://hooks.example/other${text}`)],
    ["verified", "whose query a proxy took away", sent(url + text, { path: "/twilio" })],
    ["signature-wrong", "signed for another query", sent(`https://hooks.example/twilio?tenant=c${text}`)],
    ["signature-wrong", "with its fields unsorted", sent(`${url}To+18005551212From+14158675309`)],
    ["verified", "with a field twice", sent(`${url}a1a2`, { body: "a=2&a=1&a=2" })],
    ["verified", "without a field", sent(url, { body: "" })],
    ["signature-wrong", "with a percent sign that stands for nothing", sent(url, { body: "a=%zz" })],
    ["verified", "with a JSON body", jsonSent(`${url}&${hashed}`)],
    [
      "verified",
      "with a JSON body, its hash first",
      jsonSent(`${url}&${hashed}`, { path: `/twilio?${hashed}&tenant=a` }),
    ],
    ["verified", "with a JSON body, its hash alone", jsonSent(`${url}&${hashed}`, { path: `/twilio?${hashed}` })],
    [
      "signature-wrong",
      "with a JSON body and its hash twice",
      jsonSent(`${url}&${hashed}`, { path: `${path}&${hashed}&${hashed}` }),
    ],
    [
      "signature-wrong",
      "with a JSON body and its hash in capitals",
      jsonSent(`${url}&${hashed}`, { path: `${path}&${hashed.toUpperCase()}` }),
    ],
    ["signature-wrong", "with another JSON body", jsonSent(`${url}&${hashed}`, { body: `${json} ` })],
    ["signature-wrong", "with a JSON body and no hash", jsonSent(url, { path })],
    ["signature-wrong", "with a hash that was not signed", jsonSent(url)],
    [
      "signature-wrong",
      "of a captured form put into the query",
      jsonSent(captured, { path: `${path}Body&bodySHA256=${hash}&x=1` }),
    ],
    [
      "signature-wrong",
      "of a captured form with a hash at the end of the query",
      jsonSent(`${url}Body&${hashed}`, { path: `${path}Body&${hashed}` }),
    ],
    ...["&bodySHA256=", "%26bodySHA256=", "%26bodySHA256%3D=", "%26bodySHA=256%3D", "%26=bodySHA256%3D"].map(
      (field) =>
        [
          "signature-wrong",
          `with fields that spell the URL of a captured JSON body, ${field}`,
          sent(`${url}&${hashed}`, { body: `${field}${hash}` }),
        ] as const,
    ),
    [
      "signature-wrong",
      "with fields that spell the URL of another endpoint's captured JSON body",
      sent(`${url}events?${hashed}`, { body: `events%3FbodySHA256%3D=${hash}` }),
    ],
    [
      "signature-wrong",
      "with fields that spell the URL and the form of another endpoint",
      sent(`${url}/voiceCallSidCA1`, { body: "%2FvoiceCallSid=CA1" }),
    ],
    [
      "verified",
      "with a text that names the hash",
      sent(`${url}Body?${hashed}ToA`, { body: `Body=%3F${hashed}&To=A` }),
    ],
    ["signature-missing", "without a signature", { headers: {}, body: utf8.encode(body) }],
    ["signature-malformed", "with a SHA-256", sha256()],
  ]),
};

function sha256() {
  const { headers, ...rest } = sent(url + text);
  const signature = createHmac("sha256", secret)
    .update(url + text)
    .digest("base64");
  return { ...rest, headers: { ...headers, "x-twilio-signature": signature } };
}
