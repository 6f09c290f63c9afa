import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { describe, it } from "node:test";
import { type Delivery, defineProvider, type Provider, type Scheme, verify } from "../../../lambdas/core/mod.ts";

const now = new Date("2026-03-04T05:06:07.000Z");
const seconds = now.getTime() / 1000;
const body = new TextEncoder().encode('{"id":"evt_1","type":"order.created"}');
const secret = "correct horse";
const key = Buffer.alloc(32, 7).toString("base64");
const utf8 = { algorithm: "hmac-sha256", key: "utf8", encoding: "hex", signed: ["body"] } as const;

function provider(verification: Scheme, events: Provider["events"] = {}): Provider {
  return defineProvider({
    ...{ name: "acme", title: "Acme", coversBody: true, answerWithinSeconds: 10, retryHours: 1, identity: "id" },
    verification,
    events,
  });
}

function delivery(headers: Readonly<Record<string, string>>, bytes = body): Delivery {
  return { method: "POST", url: "https://hooks.example/acme", headers: new Headers(headers), body: bytes };
}

async function verdict(scheme: Scheme, given: Delivery, secrets: readonly string[] = [secret]): Promise<string> {
  const result = await verify(given, { provider: provider(scheme, { id: { header: "x-id" } }), secrets, now });
  return result.kind === "verified" ? `verified by ${result.secretIndex}` : result.reason;
}

function hmac(text: string, by: string | Buffer = secret, encoding: "hex" | "base64" | "base64url" = "hex"): string {
  return createHmac("sha256", by).update(text).update(body).digest(encoding);
}

describe("a signed timestamp", () => {
  const stamped: Scheme = {
    ...utf8,
    signature: { header: "x-signature", split: ",", take: "v1=" },
    signed: ["timestamp", { text: "." }, "body"],
    timestamp: { header: "x-signature", split: ",", take: "t=", unit: "seconds", toleranceSeconds: 300 },
  };
  const at = (time: string) => verdict(stamped, delivery({ "x-signature": `t=${time},v1=${hmac(`${time}.`)}` }));

  it("is taken up to its tolerance on both sides of now, and not a second more", async () => {
    for (const off of [0, 300, -300]) assert.equal(await at(`${seconds + off}`), "verified by 0");
    for (const off of [301, -301, 86_400]) assert.equal(await at(`${seconds + off}`), "timestamp-outside-window");
    assert.equal(await at(`${now.getTime()}`), "timestamp-outside-window");
  });

  it("is digits alone, however rightly signed", async () => {
    for (const text of [`${seconds}abc`, `+${seconds}`, `${seconds}.0`, "1e9", "0x10", "-1", "NaN", "9".repeat(16)]) {
      assert.equal(await at(text), "timestamp-malformed");
    }
  });

  it("is there once, no more and no less", async () => {
    const signature = `v1=${hmac(`${seconds}.`)}`;
    for (const header of [signature, `t=${seconds},t=${seconds},${signature}`, `t=,${signature}`]) {
      assert.equal(await verdict(stamped, delivery({ "x-signature": header })), "timestamp-malformed");
    }
  });

  it("may have a header of its own, which then must be there", async () => {
    const scheme: Scheme = {
      ...{ ...stamped, signature: { header: "x-signature" } },
      timestamp: { header: "x-time", unit: "seconds", toleranceSeconds: 300 },
    };
    const signed = { "x-signature": hmac(`${seconds}.`) };
    assert.equal(await verdict(scheme, delivery({ ...signed, "x-time": `${seconds}` })), "verified by 0");
    assert.equal(await verdict(scheme, delivery(signed)), "timestamp-malformed");
    assert.equal(await verdict(scheme, delivery({ ...signed, "x-time": "" })), "timestamp-malformed");
  });

  it("is part of what is signed: another one within the window is refused", async () => {
    const header = `t=${seconds + 1},v1=${hmac(`${seconds}.`)}`;
    assert.equal(await verdict(stamped, delivery({ "x-signature": header })), "signature-wrong");
  });

  it("is judged only after the signature, so that an unsigned request does not learn the clock", async () => {
    const header = `t=1,v1=${"0".repeat(64)}`;
    assert.equal(await verdict(stamped, delivery({ "x-signature": header })), "signature-wrong");
  });

  it("may be ISO 8601 or milliseconds, in a header or in the signed body", async () => {
    const cases = [
      [now.toISOString(), "iso", "verified by 0"],
      ["2026-03-04T05:06:07", "iso", "verified by 0"],
      ["2026-03-04T06:06:07+01:00", "iso", "verified by 0"],
      ["4 March 2026", "iso", "timestamp-malformed"],
      [`${now.getTime()}`, "milliseconds", "verified by 0"],
      [seconds, "seconds", "verified by 0"],
      [null, "seconds", "timestamp-malformed"],
      [{}, "seconds", "timestamp-malformed"],
    ] as const;
    for (const [time, unit, expected] of cases) {
      const scheme: Scheme = {
        ...utf8,
        signature: { header: "x-signature" },
        timestamp: { json: "/at", unit, toleranceSeconds: 60 },
      };
      const bytes = new TextEncoder().encode(JSON.stringify({ at: time }));
      const signature = createHmac("sha256", secret).update(bytes).digest("hex");
      assert.equal(await verdict(scheme, delivery({ "x-signature": signature }, bytes)), expected);
    }
  });
});

describe("several signatures in one header", () => {
  const scheme: Scheme = { ...utf8, signature: { header: "x-signature", split: " ", take: "v1," } };
  it("count each, with any separator between them", async () => {
    const right = `v1,${hmac("")}`;
    const wrong = `v1,${"0".repeat(64)}`;
    for (const header of [`${wrong} ${right}`, `${right} ${wrong}`, `v2,abc junk ${right}`, `v1,zz ${right}`]) {
      assert.equal(await verdict(scheme, delivery({ "x-signature": header })), "verified by 0");
    }
    assert.equal(await verdict(scheme, delivery({ "x-signature": `${wrong} ${wrong}` })), "signature-wrong");
    assert.equal(await verdict(scheme, delivery({ "x-signature": `v2,${hmac("")}` })), "signature-malformed");
  });

  it("are sixteen at most", async () => {
    const header = (wrong: number) => [...Array(wrong).fill(`v1,${"0".repeat(64)}`), `v1,${hmac("")}`].join(" ");
    assert.equal(await verdict(scheme, delivery({ "x-signature": header(15) })), "verified by 0");
    assert.equal(await verdict(scheme, delivery({ "x-signature": header(16) })), "signature-malformed");
  });

  it("may stand in any of several headers", async () => {
    const two: Scheme = { ...utf8, signature: [{ header: "x-new" }, { header: "x-old" }] };
    assert.equal(await verdict(two, delivery({ "x-old": hmac("") })), "verified by 0");
    assert.equal(await verdict(two, delivery({ "x-new": "0".repeat(64), "x-old": hmac("") })), "verified by 0");
    assert.equal(await verdict(two, delivery({})), "signature-missing");
  });
});

describe("the forms of signatures and secrets", () => {
  it("take base64 only in its one canonical form", async () => {
    const scheme: Scheme = { ...utf8, encoding: "base64", signature: { header: "x-signature" } };
    const right = hmac("", secret, "base64");
    assert.equal(await verdict(scheme, delivery({ "x-signature": right })), "verified by 0");
    const last = right.at(-2) ?? "";
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const spare = alphabet[alphabet.indexOf(last) + 1] ?? "";
    const others = [
      right.slice(0, -1),
      `${right}=`,
      `${right.slice(0, -2)}${spare}=`,
      `${right} ${right}`,
      `!${right}`,
    ];
    for (const text of others) {
      assert.equal(await verdict(scheme, delivery({ "x-signature": text })), "signature-malformed");
    }
  });

  it("take base64url without padding", async () => {
    const scheme: Scheme = { ...utf8, encoding: "base64url", signature: { header: "x-signature" } };
    const signature = hmac("", secret, "base64url");
    assert.equal(await verdict(scheme, delivery({ "x-signature": signature })), "verified by 0");
    assert.equal(await verdict(scheme, delivery({ "x-signature": `${signature}=` })), "signature-malformed");
  });

  it("take a whsec key with its prefix or without, and its id as part of what is signed", async () => {
    const scheme: Scheme = {
      ...utf8,
      key: "whsec",
      encoding: "base64",
      signature: { header: "x-signature", split: " ", take: "v1," },
      signed: ["id", { text: "." }, "body"],
    };
    const signature = `v1,${hmac("msg_1.", Buffer.from(key, "base64"), "base64")}`;
    const given = delivery({ "x-id": "msg_1", "x-signature": signature });
    assert.equal(await verdict(scheme, given, [key]), "verified by 0");
    assert.equal(await verdict(scheme, given, [`whsec_${key}`]), "verified by 0");
    assert.equal(await verdict(scheme, given, ["whsec_?", `whsec_${key}`]), "verified by 1");
    assert.equal(await verdict(scheme, given, ["whsec_not base64"]), "secret-malformed");
    assert.equal(await verdict(scheme, given, ["whsec_"]), "secret-unset");
    assert.equal(await verdict(scheme, delivery({ "x-signature": signature }), [key]), "signature-missing");
  });

  it("take a hex key in either case", async () => {
    const scheme: Scheme = { ...utf8, key: "hex", signature: { header: "x-signature" } };
    const given = delivery({ "x-signature": hmac("", Buffer.from("00ff", "hex")) });
    assert.equal(await verdict(scheme, given, ["00FF"]), "verified by 0");
    assert.equal(await verdict(scheme, given, ["00f"]), "secret-malformed");
  });

  it("compare tokens whole, of whatever length", async () => {
    const scheme: Scheme = {
      ...{ algorithm: "token", key: "utf8", encoding: "text", signed: [] },
      signature: { header: "x-token" },
    };
    assert.equal(await verdict(scheme, delivery({ "x-token": secret })), "verified by 0");
    for (const token of [secret.slice(0, -1), `${secret}x`, secret.toUpperCase(), "x"]) {
      assert.equal(await verdict(scheme, delivery({ "x-token": token })), "signature-wrong");
    }
    assert.equal(await verdict(scheme, delivery({ "x-token": "" })), "signature-malformed");
  });

  it("demand fixed headers to the letter", async () => {
    const scheme: Scheme = { ...utf8, signature: { header: "x-signature" }, fixed: { "x-algorithm": "v1" } };
    const signature = { "x-signature": hmac("") };
    assert.equal(await verdict(scheme, delivery({ ...signature, "x-algorithm": "v1" })), "verified by 0");
    assert.equal(await verdict(scheme, delivery({ ...signature, "x-algorithm": "v2" })), "signature-malformed");
    assert.equal(await verdict(scheme, delivery(signature)), "signature-malformed");
  });

  it("take the registered URL, and not the URL of the request", async () => {
    const scheme: Scheme = { ...utf8, signature: { header: "x-signature" }, signed: ["method", "url", "body"] };
    const given = delivery({ "x-signature": hmac("POSThttps://public.example/acme") });
    const options = { provider: provider(scheme), secrets: [secret], now };
    assert.equal((await verify(given, { ...options, url: "https://public.example/acme" })).kind, "verified");
    const unset = await verify(given, options);
    assert.deepEqual(unset, { kind: "unavailable", reason: "url-unset" });
  });
});
