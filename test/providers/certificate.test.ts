import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { awsSns, paypal } from "../../lambdas/providers/mod.ts";
import { certificate, signatures } from "../fixtures/certificates.ts";
import { receiverOf } from "./deliver.ts";
import { json, utf8 } from "./row-keys.ts";

const fetch = async () => new Response(certificate);
const now = new Date("2026-01-05T10:00:00Z");

describe("a signature by the key of a real certificate", () => {
  it("is that of a message of SNS, by SHA-1 and by SHA-256", async () => {
    const secrets = ["arn:aws:sns:eu-central-1:123456789012:orders"];
    const message = {
      Type: "Notification",
      MessageId: "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
      TopicArn: secrets[0],
      Message: "hello",
      Timestamp: "2026-01-05T10:00:00.000Z",
      SigningCertURL: "https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem",
    };
    const { snsVersion1, snsVersion2 } = signatures;
    const given = [
      [{ ...message, SignatureVersion: "1", Signature: snsVersion1 }, 200],
      [{ ...message, SignatureVersion: "2", Signature: snsVersion2 }, 200],
      [{ ...message, SignatureVersion: "1", Signature: snsVersion2 }, 401],
      [{ ...message, SignatureVersion: "2", Signature: snsVersion2, Message: "hullo" }, 401],
    ] as const;
    for (const [body, status] of given) {
      const { deliver, queue } = receiverOf(awsSns, { secrets, fetch, now });
      assert.equal((await deliver({ body: json(body) })).statusCode, status);
      assert.equal(queue.sent.length, status === 200 ? 1 : 0);
    }
  });

  it("is that of a transmission of PayPal", async () => {
    const headers = new Headers({
      "paypal-transmission-id": "t-1",
      "paypal-transmission-time": "2026-01-05T10:00:00Z",
      "paypal-transmission-sig": signatures.paypal,
      "paypal-cert-url": "https://api.paypal.com/v1/notifications/certs/CERT-1",
      "paypal-auth-algo": "SHA256withRSA",
    });
    const body = utf8.encode('{"id":"WH-1","event_type":"PAYMENT.CAPTURE.COMPLETED"}');
    const { deliver, queue } = receiverOf(paypal, { secrets: ["1JE4291016473214C"], fetch, now });
    assert.equal((await deliver({ headers, body: body.slice(1) })).statusCode, 401);
    assert.equal((await deliver({ headers, body })).statusCode, 200);
    assert.equal(queue.sent[0]?.event.id, "WH-1");
  });

  it("is unavailable, and not refused, when the fetched document is not a certificate", async () => {
    const { deliver } = receiverOf(paypal, {
      secrets: ["1JE4291016473214C"],
      fetch: async () => new Response("<html>"),
    });
    const headers = new Headers({
      ...{ "paypal-transmission-id": "t-1", "paypal-transmission-time": "2026-01-05T10:00:00Z" },
      ...{ "paypal-transmission-sig": signatures.paypal, "paypal-auth-algo": "SHA256withRSA" },
      "paypal-cert-url": "https://api.paypal.com/v1/notifications/certs/CERT-1",
    });
    assert.equal((await deliver({ headers, body: utf8.encode("{}") })).statusCode, 503);
  });
});
