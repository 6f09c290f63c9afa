import assert from "node:assert/strict";
import { createHash, sign } from "node:crypto";
import { describe, it } from "node:test";
import { plaid } from "../../lambdas/providers/mod.ts";
import { receiverOf } from "./deliver.ts";
import { json, jwt, keys, secondsAt, utf8 } from "./row-keys.ts";

const body = json({ webhook_type: "ITEM", webhook_code: "ERROR" });
const kid = "k-1";
const hash = createHash("sha256").update(body).digest("hex");
const key = { ...keys.ecJwk, kid, created_at: 1, expired_at: null };

function headers(iat = secondsAt(0), id: unknown = kid): Headers {
  const signature = (text: string) => sign("sha256", utf8.encode(text), { key: keys.ec, dsaEncoding: "ieee-p1363" });
  return new Headers({
    "plaid-verification": jwt({ alg: "ES256", kid: id }, { iat, request_body_sha256: hash }, signature),
  });
}

function receiver(status: number, answer: unknown) {
  const asked: { readonly url: string; readonly body: unknown }[] = [];
  const fetch = async (url: string, init?: RequestInit) => {
    asked.push({ url, body: JSON.parse(String(init?.body)) });
    return new Response(JSON.stringify(answer), { status });
  };
  return { ...receiverOf(plaid, { secrets: ["sandbox|client1|secret1"], fetch }), asked };
}

describe("a key of Plaid's", () => {
  it("is asked for by its id, in the secret's environment, and kept", async () => {
    const { deliver, queue, asked } = receiver(200, { key });
    assert.equal((await deliver({ headers: headers(), body })).statusCode, 200);
    assert.equal((await deliver({ headers: headers(secondsAt(-1)), body })).statusCode, 200);
    const question = { client_id: "client1", secret: "secret1", key_id: kid };
    assert.deepEqual(asked, [{ url: "https://sandbox.plaid.com/webhook_verification_key/get", body: question }]);
    assert.equal(queue.sent.length, 2, "equal bodies at two times are two events");
    await deliver({ headers: headers(), body });
    assert.equal(queue.sent.length, 2, "and the same token is one");
  });

  it("that Plaid does not know, or that has expired, is a refusal", async () => {
    const { deliver } = receiver(400, { error_code: "INVALID_WEBHOOK_VERIFICATION_KEY_ID" });
    assert.equal((await deliver({ headers: headers(), body })).statusCode, 401);
    const { deliver: expired } = receiver(200, { key: { ...key, expired_at: secondsAt(0) } });
    assert.equal((await expired({ headers: headers(), body })).statusCode, 401);
    const { deliver: expires } = receiver(200, { key: { ...key, expired_at: secondsAt(1) } });
    assert.equal((await expires({ headers: headers(), body })).statusCode, 200);
  });

  it("that cannot be fetched is answered 503", async () => {
    for (const [status, answer] of [
      [400, { error_code: "INVALID_API_KEYS" }],
      [200, {}],
      [500, {}],
    ] as const) {
      const { deliver } = receiver(status, answer);
      assert.equal((await deliver({ headers: headers(), body })).statusCode, 503);
    }
  });

  it("is not asked for by a token of another body or time, nor more than ten times a minute", async () => {
    const { deliver, asked } = receiver(400, { error_code: "INVALID_WEBHOOK_VERIFICATION_KEY_ID" });
    assert.equal((await deliver({ headers: headers(), body: json({}) })).statusCode, 401);
    assert.equal((await deliver({ headers: headers(secondsAt(-301)), body })).statusCode, 401);
    for (const id of ["a/b", "", 1, null, "a".repeat(65)]) await deliver({ headers: headers(secondsAt(0), id), body });
    assert.equal(asked.length, 0);
    for (let turn = 0; turn < 30; turn += 1) await deliver({ headers: headers(secondsAt(0), `junk-${turn}`), body });
    assert.equal(asked.length, 10);
  });
});
