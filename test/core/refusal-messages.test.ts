import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { describe, it } from "node:test";
import { defineProvider, type Scheme, verify } from "../../lambdas/core/mod.ts";

const now = new Date("2026-03-04T05:06:07.000Z");
const seconds = now.getTime() / 1000;
const secret = "correct horse";
const body = new TextEncoder().encode("{}");

/** What the sender is told of a refused request. */
async function told(scheme: Partial<Scheme>, headers: Readonly<Record<string, string>>): Promise<string> {
  const provider = defineProvider({
    ...{ name: "acme", title: "Acme", coversBody: true, answerWithinSeconds: 10, retryHours: 1, identity: "id" },
    verification: {
      ...{ algorithm: "hmac-sha256", key: "utf8", encoding: "hex", signed: ["body"] },
      signature: { header: "x-signature" },
      ...scheme,
    },
    events: {},
  });
  const delivery = { method: "POST", url: "/acme", headers: new Headers(headers), body };
  const result = await verify(delivery, { provider, secrets: [secret], now });
  assert.ok(result.kind === "refused");
  return result.message;
}

// Whoever sets up a provider has nothing but this text: the sentence may change, the facts in it may not.
describe("the message of a refusal", () => {
  it("names each header in which the signature may stand", async () => {
    assert.match(await told({}, {}), /header "x-signature" is/);
    const two = [{ header: "x-new" }, { header: "x-old" }] as const;
    assert.match(await told({ signature: two }, {}), /header "x-new" or "x-old" is/);
  });

  it("says in which form the signature was expected", async () => {
    const plain = await told({}, { "x-signature": "?" });
    assert.match(plain, /"x-signature" holds no hmac-sha256 signature in hex$/);
    const labelled = { header: "x-signature", take: "v1=" } as const;
    const behind = await told({ signature: labelled, encoding: "base64" }, { "x-signature": "?" });
    assert.match(behind, /no hmac-sha256 signature in base64 after "v1="$/);
    const mixed = await told({ signature: [{ header: "x-new" }, labelled] }, { "x-new": "?" });
    assert.match(mixed, /in hex after "v1="$/);
  });

  it("says how far a time is off, to which side, and how far it may be", async () => {
    const timed = async (by: number) => {
      const time = `${seconds + by}`;
      const signature = createHmac("sha256", secret).update(`${time}{}`).digest("hex");
      const timestamp = { header: "x-time", unit: "seconds", toleranceSeconds: 60 } as const;
      return await told({ signed: ["timestamp", "body"], timestamp }, { "x-time": time, "x-signature": signature });
    };
    assert.match(await timed(-90), /is 90 s old, allowed are 60 s/);
    assert.match(await timed(100), /is 100 s in the future, allowed are 60 s/);
  });
});
