import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { sign } from "../../lambdas/core/verify/sign.ts";
import { verify } from "../../lambdas/core/verify/verify.ts";
import { linear } from "../../lambdas/providers/linear.ts";

const secret = "lin_wh_of_a_test";
const now = new Date("2026-11-21T10:00:00.000Z");

function signed(body: string | Uint8Array<ArrayBuffer>) {
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  const unsigned = { method: "POST", url: "https://hooks.example/linear", headers: new Headers(), body: bytes };
  return sign(unsigned, { provider: linear, secret, now });
}

describe("signing as Linear does", () => {
  it("writes only the time of sending into the body", async () => {
    const rest = '{"n":1.0, "text":"\\"webhookTimestamp\\":1 $& \u00e9",\n"webhookTimestamp" : ';
    const delivery = await signed(`${rest}1767607200000}`);
    assert.equal(new TextDecoder().decode(delivery.body), `${rest}${now.getTime()}}`);
    assert.equal((await verify(delivery, { provider: linear, secrets: [secret], now })).kind, "verified");
  });

  it("leaves a body without a time unchanged, which is refused", async () => {
    for (const body of ['{"webhookTimestamp":"soon"}', "{}", Uint8Array.of(0xff, 0x00)]) {
      const delivery = await signed(body);
      assert.deepEqual(delivery.body, typeof body === "string" ? new TextEncoder().encode(body) : body);
      const result = await verify(delivery, { provider: linear, secrets: [secret], now });
      assert.equal(result.kind === "refused" ? result.reason : result.kind, "timestamp-malformed");
    }
  });
});
