import assert from "node:assert/strict";
import { createHash, createHmac } from "node:crypto";
import { describe, it } from "node:test";
import type { HttpEvent } from "../../lambdas/aws/http/http-event.ts";
import { sign } from "../../lambdas/core/verify/sign.ts";
import { twilio } from "../../lambdas/providers/mod.ts";
import { verifier } from "../../lambdas/verifier.ts";
import { context } from "../core/deliveries.ts";
import { createMemoryDedupe, createMemoryQueue } from "../core/memory.ts";
import { receiverOf } from "./deliver.ts";

const secret = "12345";
const registered = "https://hooks.example/twilio?tenant=a";
const json = '{"note":"\u00e9"}';
const hash = createHash("sha256").update(json).digest("hex");

const signatureOf = (content: string, algorithm = "sha1", key = secret) =>
  createHmac(algorithm, key).update(content).digest("base64");

/** The exported Lambda with one source, by its registered URL. */
function lambdaOf(url: string) {
  const queue = createMemoryQueue([{ source: "twilio", types: [], queue: "all" }]);
  const sources = { twilio: { provider: twilio, secrets: async () => [secret], url } };
  return verifier({ sources, dedupe: createMemoryDedupe(), queue });
}

describe("a query without an order, as a REST API and a load balancer hand it on", () => {
  const headers = {
    "content-type": "application/json",
    "x-twilio-signature": signatureOf(`${registered}&bodySHA256=${hash}`),
  };
  const shared = { path: "/twilio", httpMethod: "POST", headers, body: json, isBase64Encoded: false };
  const contexts = {
    "a REST API": { identity: { sourceIp: "192.0.2.1" }, domainName: "abc.execute-api.eu-central-1.amazonaws.com" },
    "a load balancer": { elb: { targetGroupArn: "arn:aws:elasticloadbalancing:eu-central-1:1:targetgroup/a/b" } },
  };
  const first = { bodySHA256: [hash], tenant: ["a"], zone: ["1", "2"] };
  const last = { tenant: ["a"], bodySHA256: [hash] };

  for (const [name, requestContext] of Object.entries(contexts)) {
    it(`has the hash of a JSON body under its name: ${name}`, async () => {
      for (const query of [first, last]) {
        const single = Object.fromEntries(Object.entries(query).map(([key, values]) => [key, values.at(-1)]));
        for (const given of [{ multiValueQueryStringParameters: query }, { queryStringParameters: single }]) {
          const event = { ...shared, ...given, requestContext };
          const { statusCode } = await lambdaOf(registered)(event as unknown as HttpEvent, context);
          assert.equal(statusCode, 200);
          const other = { ...event, body: `${json} ` };
          assert.equal((await lambdaOf(registered)(other as unknown as HttpEvent, context)).statusCode, 401);
        }
      }
    });
  }
});

describe("a registered URL with connection overrides in its fragment", () => {
  for (const fragment of ["", "#rc=5", "#rc=2&rp=all&ct=1000", "#"]) {
    it(`is signed without its fragment: ${fragment === "" ? "none" : fragment}`, async () => {
      const url = `${registered}${fragment}`;
      const { deliver } = receiverOf(twilio, { secrets: [secret], url });
      const form = new TextEncoder().encode("To=B");
      const sent = (signature: string) => ({
        headers: new Headers({ "x-twilio-signature": signature, "content-type": "application/x-www-form-urlencoded" }),
        body: form,
      });
      assert.equal((await deliver(sent(signatureOf(`${registered}ToB`)))).statusCode, 200);
      if (fragment !== "") assert.equal((await deliver(sent(signatureOf(`${url}ToB`)))).statusCode, 401);
      const body = new TextEncoder().encode(json);
      const headers = new Headers({ "x-twilio-signature": signatureOf(`${registered}&bodySHA256=${hash}`) });
      const sentTo = `https://hooks.example/twilio?bodySHA256=${hash}`;
      assert.equal((await deliver({ url: sentTo, headers, body })).statusCode, 200);
    });
  }
});

describe("a field by which Twilio says what happened", () => {
  const given: Readonly<Record<string, string | undefined>> = {
    "CallSid=CA1&RecordingSid=RE1&RecordingStatus=completed": "completed",
    "CallSid=CA1&CallStatus=in-progress&RecordingStatus=absent": "in-progress.absent",
    "CallStatus=completed&RecordingSid=RE1&TranscriptionStatus=failed": "completed.failed",
    "CallStatus=in-progress&TranscriptionEvent=transcription-content": "in-progress.transcription-content",
    "CallSid=CA1&StreamEvent=stream-started&StreamSid=MZ1": "stream-started",
    "CallSid=CA1&SiprecEvent=siprec-error": "siprec-error",
    "FaxSid=FX1&FaxStatus=delivered": "delivered",
    "CommandSid=DC1&CommandStatus=sent": "sent",
    "CallStatus=in-progress&DialCallStatus=no-answer": "in-progress.no-answer",
    "CallStatus=ringing": "ringing",
    "CallStatus=in-progress&ConferenceSid=CF1&StatusCallbackEvent=participant-join": "participant-join",
    "MessageStatus=delivered&SmsStatus=sent": "delivered",
    "RecordingStatus=&CallStatus=busy": "busy",
    "RecordingStatus=a&RecordingStatus=b&CallStatus=busy": "busy",
    "CallSid=CA1&AnsweredBy=human": undefined,
  };
  for (const [form, type] of Object.entries(given)) {
    it(`names the type: ${form}`, async () => {
      const text = Array.from(new URLSearchParams(form))
        .sort(([one, other], [two, another]) => (`${one} ${other}` < `${two} ${another}` ? -1 : 1))
        .map(([name, value]) => `${name}${value}`)
        .join("");
      const { deliver, queue } = receiverOf(twilio, { secrets: [secret], url: registered });
      const headers = new Headers({ "x-twilio-signature": signatureOf(`${registered}${text}`) });
      assert.equal((await deliver({ headers, body: new TextEncoder().encode(form) })).statusCode, 200);
      assert.equal(queue.sent[0]?.event.type, type);
    });
  }
});

describe("CloudEvents of Event Streams", () => {
  const event = (id: string, type: string) => `{"specversion":"1.0","type":"${type}","id":"${id}","data":{"n":1.0}}`;
  const [one, two] = [event("EZ1", "com.twilio.messaging.message.sent"), event("EZ2", "com.twilio.voice.a")];
  const sent = (text: string, signed = text) => {
    const sum = createHash("sha256").update(signed).digest("hex");
    return {
      url: `https://hooks.example/twilio?bodySHA256=${sum}`,
      headers: new Headers({
        "content-type": "application/json",
        "x-twilio-signature": signatureOf(`${registered}&bodySHA256=${sum}`),
        "i-twilio-idempotency-token": "tok-1",
      }),
      body: new TextEncoder().encode(text),
    };
  };

  it("are a batch: each an event with its own id, type and bytes, and repeated ones are no events", async () => {
    const { deliver, queue } = receiverOf(twilio, { secrets: [secret], url: registered });
    assert.equal((await deliver(sent(`[${one}, ${two}]`))).statusCode, 200);
    assert.equal((await deliver(sent(`[${two},${one}]`))).statusCode, 200);
    assert.equal((await deliver(sent(`[${one}]`))).statusCode, 200);
    const read = queue.sent.map(({ event: { id, type, unsigned, body, bodyCovered } }) => {
      return [id, type, unsigned, new TextDecoder().decode(body), bodyCovered];
    });
    assert.deepEqual(read, [
      ["EZ1", "com.twilio.messaging.message.sent", undefined, one, true],
      ["EZ2", "com.twilio.voice.a", undefined, two, true],
    ]);
  });

  it("may be a single event, or none", async () => {
    const { deliver, queue } = receiverOf(twilio, { secrets: [secret], url: registered });
    assert.equal((await deliver(sent(one))).statusCode, 200);
    assert.deepEqual(
      [queue.sent[0]?.event.id, queue.sent[0]?.event.type],
      ["EZ1", "com.twilio.messaging.message.sent"],
    );
    assert.equal((await deliver(sent("[]"))).statusCode, 200);
    assert.equal(queue.sent.length, 1);
  });

  it("are covered by the hash in the URL", async () => {
    const { deliver, queue } = receiverOf(twilio, { secrets: [secret], url: registered });
    for (const text of [`[${one}]`, `[${one},${two} ]`, `[${two},${one}]`, one]) {
      assert.equal((await deliver(sent(text, `[${one},${two}]`))).statusCode, 401);
    }
    assert.equal(queue.sent.length, 0);
  });
});

describe("a signature by a SharedKey", () => {
  const form = "MessageSid=SM1&MessageStatus=sent";
  const text = `${registered}MessageSidSM1MessageStatussent`;
  const name = "x-twilio-webhooks-signature-settings";
  const shared = "a secret that was shown once";
  const told = async (signature: string, said: string | undefined, secrets = [secret, shared]) => {
    const { deliver, queue } = receiverOf(twilio, { secrets, url: registered });
    const headers = new Headers({ "x-twilio-signature": signature, ...(said === undefined ? {} : { [name]: said }) });
    const { statusCode, body = "" } = await deliver({ headers, body: new TextEncoder().encode(form) });
    if (statusCode === 200) assert.equal(queue.sent.length, 1);
    return statusCode === 200 ? "200" : `${statusCode} ${JSON.parse(body).error} ${JSON.parse(body).message}`;
  };
  const by256 = signatureOf(text, "sha256", shared);

  it("is HMAC-SHA256 over the text that an auth token signs, where its header says so", async () => {
    assert.equal(await told(by256, "key=CR1,algorithm=HMAC_SHA256"), "200");
    assert.equal(await told(by256, "algorithm=HMAC_SHA256, key=CR1"), "200");
    assert.equal(await told(signatureOf(text, "sha1", shared), "key=CR1,algorithm=HMAC_SHA1"), "200");
    assert.equal(await told(signatureOf(text), undefined), "200");
    const body = new TextEncoder().encode(json);
    const headers = new Headers({
      "x-twilio-signature": signatureOf(`${registered}&bodySHA256=${hash}`, "sha256", shared),
      [name]: "key=CR1,algorithm=HMAC_SHA256",
    });
    const { deliver } = receiverOf(twilio, { secrets: [shared], url: registered });
    const url = `https://hooks.example/twilio?bodySHA256=${hash}`;
    assert.equal((await deliver({ url, headers, body })).statusCode, 200);
    assert.equal((await deliver({ url, headers, body: new TextEncoder().encode("{}") })).statusCode, 401);
  });

  it("is refused where it is by another key, or of another algorithm than stated", async () => {
    const wrong = "key=CR1,algorithm=HMAC_SHA256";
    assert.match(await told(signatureOf(text, "sha256", "another"), wrong), /^401 signature-wrong/);
    assert.match(await told(by256, wrong, [secret]), /^401 signature-wrong/);
    assert.match(await told(signatureOf(text), wrong), /^401 signature-malformed/);
    assert.match(await told(by256, undefined), /^401 signature-malformed/);
    assert.match(await told(by256, "key=CR1,algorithm=HMAC_SHA1"), /^401 signature-malformed/);
  });

  it("is refused with an unsupported algorithm, which the refusal names", async () => {
    const said = /^401 signature-malformed .*is not supported: it is none of HMAC_SHA1, HMAC_SHA256$/;
    const twice = "algorithm=HMAC_SHA256,algorithm=HMAC_SHA1";
    for (const other of [
      "key=CR1,algorithm=HMAC_SHA512",
      "key=CR1",
      "",
      "algorithm=",
      "algorithm=hmac_sha256",
      twice,
    ]) {
      assert.match(await told(by256, other), said, other);
      assert.match(await told(signatureOf(text), other), said, other);
    }
  });

  it("is made by sign where the header asks for it", async () => {
    const unsigned = {
      method: "POST",
      url: registered,
      headers: new Headers({ "content-type": "application/x-www-form-urlencoded", [name]: "algorithm=HMAC_SHA256" }),
      body: new TextEncoder().encode(form),
    };
    const given = { provider: twilio, secret: shared, now: new Date(0) };
    assert.equal((await sign(unsigned, given)).headers.get("x-twilio-signature"), by256);
    unsigned.headers.set(name, "algorithm=HMAC_MD5");
    await assert.rejects(sign(unsigned, given), { name: "TypeError" });
  });
});
