import { Buffer } from "node:buffer";
import { createSign, generateKeyPairSync, type KeyObject } from "node:crypto";
import type { ProviderRow } from "../../contract/provider-row.ts";
import { oddBatches, taken } from "../row-bodies.ts";
import { alone, bare } from "../row-schemes.ts";

const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
const otherPair = generateKeyPairSync("ec", { namedCurve: "P-256" });
const otherCurve = generateKeyPairSync("ec", { namedCurve: "P-384" });
const spki = (key: KeyObject) => key.export({ format: "der", type: "spki" }).toString("base64");
const secret = spki(pair.publicKey);
const otherSecret = spki(otherPair.publicKey);

const delivered = '{"email":"a@example.com","timestamp":1767607200,"event":"delivered","sg_event_id":"ZGVsaXZlcmVk"}';
const opened = '{ "email":"a@example.com", "event":"open", "sg_event_id":"b3Blbg", "useragent":"\\u00e9 🦊" }';

const sendgrid: ProviderRow = {
  ...{ ...bare, header: "x-twilio-email-event-webhook-signature", encoding: "base64", coversBody: true },
  ...{ secret, otherSecret, windowSeconds: 300, signsAtRandom: true },
  signingSecret: pair.privateKey.export({ format: "der", type: "pkcs8" }).toString("base64"),
  unfitSecrets: ["correct horse", secret.slice(4), spki(otherCurve.publicKey), Buffer.alloc(91).toString("base64")],
  body: `[${delivered},${opened}]\r\n`,
  events: [
    { id: "ZGVsaXZlcmVk", type: "delivered", body: delivered },
    { id: "b3Blbg", type: "open", body: opened },
  ],
  sign: (body, time, by) =>
    createSign("sha256")
      .update(time)
      .update(body)
      .sign(by === otherSecret ? otherPair.privateKey : pair.privateKey, "base64"),
  write: alone,
  others: (times) => ({ "x-twilio-email-event-webhook-timestamp": times.join(", ") }),
  strangers: () => ({ "x-twilio-signature": Buffer.alloc(70).toString("base64") }),
};

const bytes = new TextEncoder().encode(sendgrid.body);
const sideBySide = createSign("sha256").update("1767607200").update(bytes);

export const row: ProviderRow = {
  ...sendgrid,
  more: [
    ...oddBatches(sendgrid, { wrap: (items) => `[${items.join()}]`, others: ["{}", '{"events":[]}'] }),
    taken(sendgrid, "with an event of custom arguments that look like ids", '[{"id":"1","type":"2","event":"click"}]', [
      { type: "click", body: '{"id":"1","type":"2","event":"click"}' },
    ]),
    {
      name: "with r and s side by side instead of DER",
      body: bytes,
      headers: {
        "x-twilio-email-event-webhook-signature": sideBySide.sign(
          { key: pair.privateKey, dsaEncoding: "ieee-p1363" },
          "base64",
        ),
        "x-twilio-email-event-webhook-timestamp": "1767607200",
      },
      secrets: [secret],
      expected: "signature-malformed",
    },
  ],
};
