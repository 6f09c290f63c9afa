import { Buffer } from "node:buffer";
import { createHmac } from "node:crypto";
import type { CodedRow } from "../../contract/provider-row.ts";
import { json, utf8, variants } from "../row-keys.ts";

const secret = "44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056";
const otherSecret = "DFB1EB5485895CFA84146406857104ABB4CBCABDC8AAF103A624C8F6A3EAAB00";

/** The example of Adyen's SDK, and its signature. */
const published = {
  pspReference: "7914073381342284",
  originalReference: "",
  merchantAccountCode: "TestMerchant",
  merchantReference: "TestPayment-1407325143704",
  amount: { currency: "EUR", value: 1130 },
  eventCode: "AUTHORISATION",
  success: "true",
  eventDate: "2019-05-06T17:15:34.121+02:00",
  paymentMethod: "visa",
  reason: "",
};
const text = "7914073381342284::TestMerchant:TestPayment-1407325143704:1130:EUR:AUTHORISATION:true";

const hmac = (content: string, key = secret) =>
  createHmac("sha256", Buffer.from(key, "hex")).update(content).digest("base64");
const item = (hmacSignature: unknown, change: object = {}) => ({
  NotificationRequestItem: { ...published, ...change, additionalData: { hmacSignature } },
});
const sent = (...items: readonly unknown[]) => ({
  headers: {},
  body: json({ live: "false", notificationItems: items }),
});
const idOf = (parts: string) => `${parts}&eventDate=2019-05-06T17%3A15%3A34.121%2B02%3A00`;
const id = idOf(
  "pspReference=7914073381342284&merchantAccountCode=TestMerchant&merchantReference=TestPayment-1407325143704&value=1130&currency=EUR&eventCode=AUTHORISATION&success=true",
);
const captureId = idOf(
  "pspReference=2&originalReference=1&merchantAccountCode=A&merchantReference=B&value=5&currency=USD&eventCode=CAPTURE&success=false",
);
const event = { id, type: "AUTHORISATION", livemode: false };
const first = item(hmac(text));
const capture = item(hmac("2:1:A:B:5:USD:CAPTURE:false"), {
  ...{ pspReference: "2", originalReference: "1", merchantAccountCode: "A", merchantReference: "B" },
  ...{ amount: { currency: "USD", value: 5 }, eventCode: "CAPTURE", success: "false" },
});
const [refused, missing] = ["signature-malformed", "signature-missing"] as const;

export const codedRow: CodedRow = {
  secret,
  otherSecret,
  unfitSecrets: ["not hex", "abc"],
  coversBody: false,
  right: sent(first, capture),
  events: [
    { ...event, body: JSON.stringify(first) },
    { id: captureId, type: "CAPTURE", livemode: false, body: JSON.stringify(capture) },
  ],
  byOther: sent(item(hmac(text, otherSecret))),
  more: variants(secret, [
    ["verified", "as Adyen's SDK has it", sent(item("coqCmt/IZ4E3CzPvMY8zTjQVL5hYJUiBRg8UU+iCWo0="))],
    ["verified", "with another reason, which is not signed", sent(item(hmac(text), { reason: "other" }))],
    ["verified", "with a boolean success", sent(item(hmac(text), { success: true }))],
    ["verified", "without an original reference", sent(item(hmac(text), { originalReference: null }))],
    [
      "verified",
      "with a colon in a reference, unescaped",
      sent(item(hmac(text.replace("-", ":")), { merchantReference: "TestPayment:1407325143704" })),
    ],
    ...(
      [
        ["pspReference", "8"],
        ["merchantReference", "mine"],
        ["merchantAccountCode", "mine"],
        ["originalReference", "1"],
        ["amount", { currency: "EUR", value: 1 }],
        ["amount", { currency: "USD", value: 1130 }],
        ["eventCode", "REFUND"],
        ["success", "false"],
      ] as const
    ).map(
      ([name, value]) =>
        [
          "signature-wrong",
          `with another ${name} (${JSON.stringify(value)})`,
          sent(item(hmac(text), { [name]: value })),
        ] as const,
    ),
    ["signature-wrong", "with one of two items wrong", sent(first, item(hmac(`${text} `)))],
    [missing, "with one of two items unsigned", sent(first, item(undefined))],
    [missing, "with an item that is none", sent(first, null)],
    [missing, "without an item", sent()],
    [
      missing,
      "with items that are no list",
      { headers: {}, body: json({ notificationItems: { length: 1, 0: first } }) },
    ],
    [missing, "with a signature that is no text", sent(item({}))],
    [missing, "without a body", { headers: {}, body: new Uint8Array() }],
    [missing, "that is a list", { headers: {}, body: json([first]) }],
    [
      missing,
      "behind a byte order mark",
      { headers: {}, body: utf8.encode(`\u{feff}${JSON.stringify({ notificationItems: [first] })}`) },
    ],
    [
      refused,
      "with a part of its reference pushed into the amount",
      sent(
        item(hmac(text.replace("-", ":")), {
          ...{ merchantReference: "TestPayment", amount: { currency: "EUR", value: "1407325143704:1130" } },
        }),
      ),
    ],
    [refused, "with a field that is an object", sent(item(hmac(text), { pspReference: {} }))],
    ["verified", "with 64 items", sent(...Array.from({ length: 64 }, () => first))],
    [refused, "with 65 items", sent(...Array.from({ length: 65 }, () => first))],
  ]),
};
