import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { describe, it } from "node:test";
import { type Provider, type Scheme, verify } from "../../../lambdas/core/mod.ts";

const now = new Date("2026-03-04T05:06:07.000Z");
const secret = "correct horse";

/** A description that `defineProvider` has not seen: what is wrong with it is refused, and never thrown. */
function described(scheme: Partial<Scheme>, events: Provider["events"]): Provider {
  return {
    ...{ name: "acme", title: "Acme", coversBody: true, answerWithinSeconds: 10, retryHours: 1, identity: "id" },
    verification: {
      ...{ algorithm: "hmac-sha256", key: "utf8", encoding: "hex", signed: ["body"] },
      signature: { header: "x-signature" },
      ...scheme,
    },
    events,
  };
}

async function verdict(provider: Provider, text: string, signed = text): Promise<string> {
  const signature = createHmac("sha256", secret).update(signed).digest("hex");
  const headers = new Headers({ "x-signature": signature });
  const delivery = { method: "POST", url: "/acme", headers, body: new TextEncoder().encode(text) };
  const result = await verify(delivery, { provider, secrets: ["", secret], now });
  return result.kind === "verified" ? `verified by ${result.secretIndex}` : result.reason;
}

describe("a description that no definition would pass", () => {
  it("signs an id that no header has: nothing is signed by it", async () => {
    for (const events of [{}, { id: { json: "/id" } }, () => [{ id: "evt_1" }]] as const) {
      assert.equal(await verdict(described({ signed: ["id", "body"] }, events), "{}"), "signature-missing");
    }
  });

  it("signs a time that stands in no header: nothing is signed by it", async () => {
    const timestamp = { json: "/at", unit: "seconds", toleranceSeconds: 60 } as const;
    const provider = described({ signed: ["timestamp", "body"], timestamp }, {});
    assert.equal(await verdict(provider, `{"at":${now.getTime() / 1000}}`), "signature-missing");
  });
});

describe("a time in the signed body", () => {
  const at = (time: string, unit: "seconds" | "iso") => {
    return verdict(described({ timestamp: { json: "/at", unit, toleranceSeconds: 60 } }, {}), `{"at":${time}}`);
  };

  it("is a number or a text, and not a list of one", async () => {
    const time = now.getTime() / 1000;
    for (const right of [`${time}`, `"${time}"`]) assert.equal(await at(right, "seconds"), "verified by 1");
    for (const wrong of [`[${time}]`, "true", "{}"]) assert.equal(await at(wrong, "seconds"), "timestamp-malformed");
  });

  it("is ISO 8601 from its first character to its last", async () => {
    const time = now.toISOString();
    assert.equal(await at(`"${time}"`, "iso"), "verified by 1");
    for (const wrong of [` ${time}`, `x${time}`, `${time} `, `${time}Z`, `${time.slice(0, -1)}x`]) {
      assert.equal(await at(`"${wrong}"`, "iso"), "timestamp-malformed", wrong);
    }
  });
});

describe("a provider that verifies by a function", () => {
  it("is reported as verified by the secret that it names", async () => {
    const provider = { ...described({}, {}), verification: async () => ({ kind: "signed", secretIndex: 1 }) as const };
    assert.equal(await verdict(provider, "{}"), "verified by 1");
  });
});
