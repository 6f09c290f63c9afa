import { createHmac } from "node:crypto";
import type { ProviderRow } from "../../contract/provider-row.ts";
import { headersFor, oddBatches, taken } from "../row-bodies.ts";
import { hmac, labelled, overBody, sha256 } from "../row-schemes.ts";

const appSecret = (secret: string) => secret.split("|")[0] ?? "";
const metadata = '"messaging_product":"whatsapp","metadata":{"phone_number_id":"106540352242922"}';
const received = `{"value":{${metadata},"messages":[{"id":"wamid.1","text":{"body":"\\ud83e\\udd8a \\u00e9"}}]},"field":"messages"}`;
const status = (is: string) =>
  `{"value":{${metadata},"statuses":[{"id":"wamid.0","status":"${is}"}]},"field":"messages"}`;
const template = '{"value":{"event":"APPROVED","n":1.0},"field":"message_template_status_update"}';
const delivery = (...entries: readonly string[]) =>
  `{"object":"whatsapp_business_account","entry":[${entries.join(",")}]}\n`;
const entry = (id: string, ...changes: readonly string[]) => `{"id":"${id}","changes":[${changes.join(",")}]}`;

const meta: ProviderRow = {
  ...{ ...overBody, ...sha256, header: "x-hub-signature-256", write: labelled },
  secret: "correct horse|a token|with a bar",
  otherSecret: "battery staple",
  unfitSecrets: ["|a token", " |a token", "changeme|a token"],
  sign: (body, _, secret) => hmac(appSecret(secret), "hex", body),
  body: delivery(entry("1", received, status("sent"), status("read")), entry("2", template)),
  events: [
    { id: "wamid.1", type: "messages", subtype: "message", tenant: "1", body: delivery(entry("1", received)) },
    {
      id: "wamid.0",
      type: "messages",
      subtype: "status.sent",
      tenant: "1",
      body: delivery(entry("1", status("sent"))),
    },
    {
      id: "wamid.0",
      type: "messages",
      subtype: "status.read",
      tenant: "1",
      body: delivery(entry("1", status("read"))),
    },
    { type: "message_template_status_update", tenant: "2", body: delivery(entry("2", template)) },
  ],
  strangers: (body) => ({
    "x-hub-signature": `sha1=${createHmac("sha1", "correct horse").update(body).digest("hex")}`,
  }),
};

const page = (items: string, list = "messaging") =>
  `{"object":"page","entry":[{"id":"9","time":1767607200000,"${list}":[${items}]}]}`;
const people = '"sender":{"id":"5"},"recipient":{"id":"9"},"timestamp":1767607199999';
const hello = `{${people},"message":{"mid":"m_1","text":"hello"}}`;
const back = `{${people},"postback":{"payload":"START"}}`;
const feed = '{"field":"feed","value":{"item":"post","post_id":"9_1"}}';
const bytes = new TextEncoder().encode(meta.body);

export const row: ProviderRow = {
  ...meta,
  more: [
    ...oddBatches(meta, {
      wrap: (items) => `{"object":"page","entry":[${items.join()}]}`,
      others: ['{"entry":{}}', '{"object":"page"}'],
      keeps: "delivery",
    }),
    taken(meta, "of Messenger, with two items", page(`${hello},${back}`), [
      { id: "m_1", type: "message", tenant: "9", body: page(hello) },
      { type: "postback", tenant: "9", body: page(back) },
    ]),
    taken(meta, "on standby", page(hello, "standby"), [
      { id: "m_1", type: "message", tenant: "9", body: page(hello, "standby") },
    ]),
    taken(meta, "of a page's feed, with no id of its own", page(feed, "changes"), [
      { type: "feed", tenant: "9", body: page(feed, "changes") },
    ]),
    taken(meta, "with messaging items that are none", page('null,[],1,{},{"__proto__":{"mid":"x"}}'), [
      { tenant: "9", body: page("null") },
      { tenant: "9", body: page("[]") },
      { tenant: "9", body: page("1") },
      { tenant: "9", body: page("{}") },
      { type: "__proto__", tenant: "9", body: page('{"__proto__":{"mid":"x"}}') },
    ]),
    taken(meta, "with changes that are none", page('null,{"value":{"messages":{}}}', "changes"), [
      { tenant: "9", body: page("null", "changes") },
      { tenant: "9", body: page('{"value":{"messages":{}}}', "changes") },
    ]),
    taken(meta, "with an entry of nothing that happened", page(""), []),
    {
      name: "signed by the verify token",
      body: bytes,
      headers: { "x-hub-signature-256": `sha256=${hmac("a token|with a bar", "hex", bytes)}` },
      secrets: [meta.secret],
      expected: "signature-wrong",
    },
    {
      name: "signed by the whole of the configured text",
      body: bytes,
      headers: { "x-hub-signature-256": `sha256=${hmac(meta.secret, "hex", bytes)}` },
      secrets: [meta.secret],
      expected: "signature-wrong",
    },
    {
      name: "with an app secret alone configured",
      body: bytes,
      headers: headersFor(meta, bytes),
      secrets: ["correct horse"],
      expected: "verified",
    },
  ],
};
