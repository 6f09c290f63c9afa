import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { awsSns } from "../../lambdas/providers/mod.ts";
import { receiverOf } from "./deliver.ts";
import { isoAt, json, keys, rsaSign } from "./row-keys.ts";

const topic = "arn:aws:sns:eu-central-1:123456789012:orders";
const host = "https://sns.eu-central-1.amazonaws.com";
const subscribe = `${host}/?Action=ConfirmSubscription&TopicArn=${topic}&Token=2336412f37fb`;

/** A confirmation, rightly signed unless it is said to be not. */
function confirmation(change: Readonly<Record<string, string>> = {}, signature?: string): Uint8Array<ArrayBuffer> {
  const message: Readonly<Record<string, string>> = {
    Type: "SubscriptionConfirmation",
    MessageId: "165545c9-2a5c-472c-8df2-7ff2be2b3b1b",
    Token: "2336412f37fb",
    TopicArn: topic,
    Message: "You have chosen to subscribe",
    SubscribeURL: subscribe,
    Timestamp: isoAt(0),
    SignatureVersion: "2",
    SigningCertURL: `${host}/SimpleNotificationService-0123456789abcdef.pem`,
    ...change,
  };
  const names = ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"];
  const content = names.map((name) => `${name}\n${message[name]}\n`).join("");
  return json({ ...message, Signature: signature ?? rsaSign("sha256", content) });
}

function receiver(status = 200, secret = topic) {
  const asked: string[] = [];
  const fetch = async (url: string) => {
    asked.push(url);
    return url.endsWith(".pem") ? new Response(keys.rsaPem) : new Response("<ok/>", { status });
  };
  return { ...receiverOf(awsSns, { secrets: [secret], fetch }), asked };
}

describe("the subscription of a topic", () => {
  it("is confirmed by one GET, and not enqueued", async () => {
    const { deliver, queue, asked } = receiver();
    assert.equal((await deliver({ body: confirmation() })).statusCode, 200);
    assert.deepEqual(asked.slice(1), [subscribe]);
    assert.equal((await deliver({ body: confirmation() })).statusCode, 200);
    assert.equal(asked.length, 3, "an answer to a GET that does something is not kept");
    assert.equal(queue.sent.length, 0);
  });

  it("is not confirmed when it is wrongly signed, or of another topic", async () => {
    const { deliver, queue, asked } = receiver();
    const wrong = [
      confirmation({}, rsaSign("sha256", "something else")),
      confirmation({ TopicArn: `${topic}-of-others` }),
      confirmation({ Timestamp: isoAt(-100_000) }),
      json({ Type: "SubscriptionConfirmation", SubscribeURL: subscribe, TopicArn: topic }),
    ];
    for (const body of wrong) assert.equal((await deliver({ body })).statusCode, 401);
    assert.ok(asked.every((url) => url.endsWith(".pem")));
    assert.equal(queue.sent.length, 0);
  });

  it("is never confirmed anywhere but at SNS, for its own topic, though it be rightly signed", async () => {
    const elsewhere = [
      subscribe.replace("amazonaws.com", "amazonaws.com.evil.example"),
      subscribe.replace("https", "http"),
      subscribe.replace("/?", "/path?"),
      subscribe.replace("ConfirmSubscription", "Publish"),
      subscribe.replace(":orders", ":others"),
      "https://169.254.169.254/latest/meta-data",
      "",
    ];
    for (const url of elsewhere) {
      const { deliver, queue, asked } = receiver();
      assert.equal((await deliver({ body: confirmation({ SubscribeURL: url }) })).statusCode, 503, url);
      assert.equal(asked.length, 1);
      assert.equal(queue.sent.length, 0);
    }
  });

  it("is confirmed in every partition of AWS, at its own hosts alone", async () => {
    const places = [
      ["aws-cn", "cn-north-1", "amazonaws.com.cn"],
      ["aws-us-gov", "us-gov-west-1", "amazonaws.com"],
      ["aws-iso", "us-iso-east-1", "c2s.ic.gov"],
      ["aws-iso-b", "us-isob-east-1", "sc2s.sgov.gov"],
      ["aws-iso-e", "eu-isoe-west-1", "cloud.adc-e.uk"],
      ["aws-iso-f", "us-isof-south-1", "csp.hci.ic.gov"],
      ["aws-eusc", "eusc-de-east-1", "amazonaws.eu"],
    ] as const;
    for (const [partition, region, suffix] of places) {
      const TopicArn = `arn:${partition}:sns:${region}:123456789012:orders`;
      const at = (end: string) => ({
        TopicArn,
        SubscribeURL: `https://sns.${region}.${end}/?Action=ConfirmSubscription&TopicArn=${TopicArn}&Token=1`,
        SigningCertURL: `https://sns.${region}.${end}/SimpleNotificationService-0123456789abcdef.pem`,
      });
      const { deliver, asked } = receiver(200, TopicArn);
      assert.equal((await deliver({ body: confirmation(at(suffix)) })).statusCode, 200, partition);
      assert.equal(asked.length, 2);
      const foreign = places.map(([, , end]) => end).find((end) => end !== suffix) ?? "";
      for (const end of [foreign, `${suffix}.evil.example`, `evil.${suffix}`, suffix.replace(".", "-")]) {
        const elsewhere = receiver(200, TopicArn);
        assert.equal((await elsewhere.deliver({ body: confirmation(at(end)) })).statusCode, 401, end);
        assert.deepEqual(elsewhere.asked, []);
      }
    }
  });

  it("is retried when SNS does not answer", async () => {
    const { deliver, asked } = receiver(500);
    assert.equal((await deliver({ body: confirmation() })).statusCode, 503);
    assert.equal(asked.length, 2);
  });
});
