import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createHmac } from "node:crypto";
import { describe, it } from "node:test";
import { readSample, stamp } from "../../infra/cli/sample.ts";
import type { Delivery } from "../../lambdas/core/provider.ts";
import { sign } from "../../lambdas/core/sign.ts";
import { verify } from "../../lambdas/core/verify.ts";
import { providers } from "../../lambdas/providers/mod.ts";

const seconds = 1_767_607_200;
const now = new Date(seconds * 1000);
const standardKey = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const encoder = new TextEncoder();

type Row = {
  readonly secret: string;
  readonly wrongSecret: string;
  readonly header: string;
  readonly type: string;
  readonly body: string;
  readonly id: string;
  /** What the provider sends at a time, made by node:crypto alone. */
  readonly headers: (body: Uint8Array, time: number) => Record<string, string>;
  readonly signsTime: boolean;
};

const hex = (key: string, ...parts: readonly (string | Uint8Array)[]) => {
  const hmac = createHmac("sha256", key);
  for (const part of parts) hmac.update(part);
  return hmac.digest("hex");
};

const rows: Readonly<Record<string, Row>> = {
  stripe: {
    secret: "whsec_of_a_test",
    wrongSecret: "whsec_of_another",
    header: "stripe-signature",
    type: "invoice.paid",
    id: "evt_1",
    body: '{"id":"evt_1","type":"invoice.paid","livemode":true,"note":"é✓ $& {body}"}\r\n',
    headers: (body, time) => ({
      "stripe-signature": `t=${time},v1=${hex("whsec_of_a_test", `${time}.`, body)},v0=${"0".repeat(64)}`,
    }),
    signsTime: true,
  },
  "standard-webhooks": {
    secret: `whsec_${standardKey}`,
    wrongSecret: `whsec_${Buffer.from("another key of 24 bytes!").toString("base64")}`,
    header: "webhook-signature",
    type: "contact.created",
    id: "msg_1",
    body: '{"type":"contact.created","data":{"name":"Zoë"}}',
    headers: (body, time) => {
      const hmac = createHmac("sha256", Buffer.from(standardKey, "base64")).update(`msg_1.${time}.`).update(body);
      const signatures = `v1a,unknown v1,${Buffer.alloc(32).toString("base64")} v1,${hmac.digest("base64")}`;
      return { "webhook-id": "msg_1", "webhook-timestamp": String(time), "webhook-signature": signatures };
    },
    signsTime: true,
  },
  hackmamba: {
    secret: "of a test",
    wrongSecret: "of another",
    header: "x-hackmamba-signature",
    type: "article.published",
    id: "evt_2",
    body: '{"id":"evt_2","type":"article.published","livemode":false}',
    headers: (body) => ({ "x-hackmamba-signature": `sha256=${hex("of a test", body)}` }),
    signsTime: false,
  },
};

for (const [name, row] of Object.entries(rows)) {
  const provider = providers[name];
  assert.ok(provider);
  const delivery = (body: Uint8Array, headers: Record<string, string>): Delivery => {
    return {
      method: "POST",
      url: `https://example.com/${name}`,
      headers: new Headers(headers),
      body: new Uint8Array(body),
    };
  };
  const body = encoder.encode(row.body);
  const right = delivery(body, row.headers(body, seconds));
  const outcome = async (given: Delivery, secrets: readonly string[] = [row.secret], at = now) => {
    const result = await verify(given, { provider, secrets, now: at });
    return result.kind === "verified" ? "verified" : result.reason;
  };

  describe(`provider ${name}`, () => {
    it("takes what is rightly signed, and reads id and type", async () => {
      const result = await verify(right, { provider, secrets: [row.wrongSecret, row.secret], now });
      assert.ok(result.kind === "verified");
      assert.equal(result.secretIndex, 1);
      const { id, type, unsigned } = result.events[0] ?? {};
      assert.deepEqual({ id, type, unsigned }, { id: row.id, type: row.type, unsigned: undefined });
    });

    it("takes bytes that are not UTF-8, a byte order mark and an empty body, where they are what was signed", async () => {
      for (const bytes of [[0xff, 0x7b, 0x7d], [0xef, 0xbb, 0xbf, 0x7b, 0x7d], []]) {
        const odd = new Uint8Array(bytes);
        assert.equal(await outcome(delivery(odd, row.headers(odd, seconds))), "verified");
      }
    });

    it("refuses a changed byte, another secret, and a missing, cut, garbage or doubled signature", async () => {
      const changed = body.slice();
      changed[3] = (changed[3] ?? 0) ^ 1;
      assert.equal(await outcome({ ...right, body: changed }), "signature-wrong");
      assert.equal(await outcome(right, [row.wrongSecret]), "signature-wrong");
      const headers = row.headers(body, seconds);
      const { [row.header]: sent = "", ...others } = headers;
      assert.equal(await outcome(delivery(body, others)), "signature-missing");
      for (const broken of ["", "garbage", sent.replace(/[0-9a-f]{60}|[A-Za-z0-9+/]{42,}=/g, "")]) {
        assert.notEqual(await outcome(delivery(body, { ...others, [row.header]: broken })), "verified");
      }
      assert.equal(await outcome(right, []), "secret-unset");
      assert.equal(await outcome(right, [""]), "secret-unset");
    });

    it("refuses a time outside its window, on both sides, and takes one at the limit", {
      skip: !row.signsTime,
    }, async () => {
      for (const [time, expected] of [
        [seconds - 301, "timestamp-outside-window"],
        [seconds + 301, "timestamp-outside-window"],
        [seconds - 300, "verified"],
        [seconds + 300, "verified"],
      ] as const) {
        assert.equal(await outcome(delivery(body, row.headers(body, time))), expected);
      }
    });

    it("has a sample that send signs rightly under a given id", async () => {
      const given = { url: right.url, body: readSample(name, row.type), id: "sent-1", type: row.type };
      const sent = await sign(stamp(provider, given, false), { provider, secret: row.secret, now });
      const result = await verify(sent, { provider, secrets: [row.secret], now });
      assert.ok(result.kind === "verified");
      assert.deepEqual([result.events[0]?.id, result.events[0]?.type], ["sent-1", row.type]);
    });
  });
}
