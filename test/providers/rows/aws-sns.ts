import type { CodedRow } from "../../contract/provider-row.ts";
import { isoAt, json, keys, rsaSign, variants } from "../row-keys.ts";

const secret = "arn:aws:sns:eu-central-1:123456789012:orders";
const otherSecret = "arn:aws:sns:eu-central-1:123456789012:invoices";
const certificate = "https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem";

const notification = {
  Type: "Notification",
  MessageId: "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
  TopicArn: secret,
  SignatureVersion: "1",
  SigningCertURL: certificate,
  Timestamp: isoAt(0),
  // Long enough for the middle of the body to be in it.
  Message: `{"order":"${"é✓ $& ".repeat(300)}"}\n`,
  UnsubscribeURL: "https://sns.eu-central-1.amazonaws.com/?Action=Unsubscribe",
};

type Message = Readonly<Record<string, unknown>>;

function signed(message: Message, hash: "sha1" | "sha256" = "sha1"): Message {
  const names =
    message.Type === "Notification"
      ? ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"]
      : ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"];
  const content = names.flatMap((name) => (name in message ? [`${name}\n${message[name]}\n`] : [])).join("");
  return { ...message, Signature: rsaSign(hash, content) };
}

const headers = { "x-amz-sns-message-type": "Notification", "x-amz-sns-message-id": notification.MessageId };
const sent = (message: Message) => ({ headers, body: json(message) });
const right = signed(notification);
const by = (change: Message, hash?: "sha1" | "sha256") => sent(signed({ ...notification, ...change }, hash));

/** Fields with line breaks, by which the text that was signed for one message is that of another, too. */
const oneText: readonly Message[] = [
  { MessageId: `${notification.MessageId}\nSubject\nurgent` },
  { Subject: `urgent\nMessageId\n${notification.MessageId}` },
  { Subject: "urgent\rnow" },
  { Timestamp: `${isoAt(0)}\nTopicArn\n${secret}` },
  { TopicArn: `${secret}\nType\nNotification` },
  { ...{ Type: "UnsubscribeConfirmation", SubscribeURL: "https://sns.eu-central-1.amazonaws.com/" }, Token: "a\nb" },
  {
    Type: "UnsubscribeConfirmation",
    Token: "t",
    SubscribeURL: `https://sns.eu-central-1.amazonaws.com/\nTimestamp\nx`,
  },
];

/** Addresses that look like SNS's. Nothing may be fetched of them: the suite's fetch throws for other hosts, a 503. */
const elsewhere = [
  "http://sns.eu-central-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem",
  "https://sns.eu-central-1.amazonaws.com.evil.example/SimpleNotificationService-0123456789abcdef.pem",
  "https://sns.eu-central-1.amazonaws.com@evil.example/SimpleNotificationService-0123456789abcdef.pem",
  "https://sns.eu-central-1.amazonaws.com:444/SimpleNotificationService-0123456789abcdef.pem",
  "https://sns.eu-central-1.amazonaws.com/../SimpleNotificationService-0123456789abcdef.pem",
  "https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem?a=b",
  "https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem#a",
  "https://sns.eu-central-1.amazonaws.com\\@evil.example/SimpleNotificationService-0123456789abcdef.pem",
  "https://bucket.sns.eu-central-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem",
  "https://evil-sns.s3.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem",
  "https://sns.eu-central-1.amazonaws.com/key.pem",
  "https://127.0.0.1/SimpleNotificationService-0123456789abcdef.pem",
  "file:///SimpleNotificationService-0123456789abcdef.pem",
  "",
];

export const codedRow: CodedRow = {
  secret,
  otherSecret,
  signingSecret: keys.rsaSecret,
  unfitSecrets: ["orders", "arn:aws:sqs:eu-central-1:123456789012:orders"],
  coversBody: true,
  right: sent(right),
  events: [{ id: notification.MessageId, type: "Notification" }],
  byOther: by({ TopicArn: otherSecret }),
  optionalHeaders: Object.keys(headers),
  documents: {
    [certificate]: keys.rsaPem,
    // The one that sign names.
    [certificate.replace("0123456789abcdef", "0".repeat(32))]: keys.rsaPem,
  },
  unsigned: sent(notification),
  more: variants(secret, [
    ["verified", "with a subject and a signature of version 2", by({ SignatureVersion: "2", Subject: "é" }, "sha256")],
    [
      "verified",
      "that tells of the end of a subscription",
      by({ Type: "UnsubscribeConfirmation", SubscribeURL: "https://sns.eu-central-1.amazonaws.com/", Token: "t" }),
    ],
    ["verified", "with attributes, which are not signed", sent({ ...right, MessageAttributes: { a: 1 } })],
    ["signature-wrong", "of version 1 that says 2", sent({ ...right, SignatureVersion: "2" })],
    ["signature-wrong", "with a subject that was not signed", sent({ ...right, Subject: "urgent" })],
    ["signature-wrong", "of a topic that is not configured", by({ TopicArn: `${secret}s` })],
    ["signature-malformed", "of version 3", by({ SignatureVersion: "3" })],
    ["signature-malformed", "of another type", by({ Type: "constructor" })],
    ["signature-malformed", "with a message that is no text", by({ Message: { a: 1 } })],
    ["signature-malformed", "with a signature in other base64", sent({ ...right, Signature: `${right.Signature}\n` })],
    ...oneText.map((change, index) => {
      return ["signature-malformed", `whose signed text is another message's (${index + 1})`, by(change)] as const;
    }),
    ...["demo", "22b80b92fdea4c2c8f9dbdfb0c7bf324", `${notification.MessageId}\n`, ""].map(
      (MessageId) => ["signature-malformed", `with ${JSON.stringify(MessageId)} as its id`, by({ MessageId })] as const,
    ),
    ["signature-missing", "that is raw", { headers, body: json(["raw"]) }],
    ["verified", "as old as is allowed", by({ Timestamp: isoAt(-86_400) })],
    ["timestamp-outside-window", "a second too old", by({ Timestamp: isoAt(-86_401) })],
    ["timestamp-outside-window", "a second too far in the future", by({ Timestamp: isoAt(86_401) })],
    ["timestamp-malformed", "at a time in seconds", by({ Timestamp: "1767607200" })],
    [
      "signature-wrong",
      "with a certificate that is not there",
      by({ SigningCertURL: certificate.replace("abcdef", "abcde0") }),
    ],
    ...elsewhere.map(
      (url) => ["signature-malformed", `with a certificate at ${url}`, by({ SigningCertURL: url })] as const,
    ),
  ]),
};
