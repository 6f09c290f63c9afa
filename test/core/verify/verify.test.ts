import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { describe, it } from "node:test";
import { type Delivery, type Refusal, verify } from "../../../lambdas/core/mod.ts";
import { github } from "../../../lambdas/providers/github.ts";
import { githubDelivery, secret } from "../deliveries.ts";

const now = new Date("2026-03-04T05:06:07.000Z");
const header = "x-hub-signature-256";
const utf8 = new TextEncoder();

function check(delivery: Delivery, secrets: readonly string[] = [secret]) {
  return verify(delivery, { provider: github, secrets, now });
}

async function assertRefused(delivery: Delivery, reason: Refusal["reason"]): Promise<void> {
  const result = await check(delivery);
  assert.equal(result.kind, "refused");
  assert.equal(result.kind === "refused" && result.reason, reason);
  const told = JSON.stringify(result);
  const right = createHmac("sha256", secret).update(delivery.body).digest("hex");
  assert.ok(!told.includes(secret) && !told.includes(right), "the message tells a secret or the expected signature");
}

/** The delivery with another signature header; undefined removes it. */
function withSignature(change: (signature: string) => string | undefined): Delivery {
  const delivery = githubDelivery();
  const changed = change(delivery.headers.get(header) ?? "");
  if (changed === undefined) delivery.headers.delete(header);
  else delivery.headers.set(header, changed);
  return delivery;
}

describe("a delivery of GitHub", () => {
  it("is verified by the example that GitHub documents", async () => {
    const headers = new Headers({
      [header]: "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
    });
    const result = await check({ method: "POST", url: "/github", headers, body: utf8.encode("Hello, World!") });
    assert.equal(result.kind, "verified");
  });

  it("is verified when rightly signed, and has the fields of its headers", async () => {
    const result = await check(githubDelivery({ id: "72d3162e", type: "push" }));
    assert.equal(result.kind, "verified");
    if (result.kind !== "verified") return;
    assert.deepEqual([...result.events], [{ id: "72d3162e", type: "push", unsigned: ["id", "type"] }]);
    assert.equal(result.secretIndex, 0);
  });

  it("is refused when any one byte of its body is changed", async () => {
    const { body, ...delivery } = githubDelivery();
    for (const at of body.keys()) {
      const changed = body.slice();
      changed[at] = (changed[at] ?? 0) ^ 1;
      await assertRefused({ ...delivery, body: changed }, "signature-wrong");
    }
  });

  it("is refused when any one digit of its signature is changed", async () => {
    for (let at = "sha256=".length; at < "sha256=".length + 64; at += 1) {
      const other = (digit: string | undefined) => (digit === "0" ? "1" : "0");
      const delivery = withSignature((text) => text.slice(0, at) + other(text[at]) + text.slice(at + 1));
      await assertRefused(delivery, "signature-wrong");
    }
  });

  it("is refused when a byte is added to its body or taken off it", async () => {
    const { body, ...delivery } = githubDelivery();
    await assertRefused({ ...delivery, body: body.slice(0, -1) }, "signature-wrong");
    await assertRefused({ ...delivery, body: new Uint8Array([...body, 10]) }, "signature-wrong");
    await assertRefused({ ...delivery, body: new Uint8Array() }, "signature-wrong");
  });

  it("is refused when another secret signed it, however alike", async () => {
    for (const other of [`${secret} `, ` ${secret}`, secret.toLowerCase(), `${secret}\n`, "", "x".repeat(200)]) {
      await assertRefused(githubDelivery({ secret: other }), "signature-wrong");
    }
  });

  it("is refused when its signature header is missing", async () => {
    await assertRefused(
      withSignature(() => undefined),
      "signature-missing",
    );
  });

  const malformed: Readonly<Record<string, (signature: string) => string>> = {
    "is empty": () => "",
    "holds the prefix alone": () => "sha256=",
    "lacks its prefix": (text) => text.replace("sha256=", ""),
    "bears another prefix": (text) => text.replace("sha256", "sha1"),
    "bears its prefix twice": (text) => `sha256=${text}`,
    "has an upper-case prefix": (text) => text.replace("sha256", "SHA256"),
    "is in upper-case hex": (text) => `sha256=${text.slice(7).toUpperCase()}`,
    "is cut by one digit": (text) => text.slice(0, -1),
    "is cut by one byte": (text) => text.slice(0, -2),
    "is one byte too long": (text) => `${text}00`,
    "holds what is no hex": (text) => `${text.slice(0, -1)}g`,
    "holds a space inside": (text) => `${text.slice(0, 20)} ${text.slice(21)}`,
    "is of the length of SHA-1": (text) => text.slice(0, 7 + 40),
    "is garbage": () => "sha256=[object Object]",
    "is in base64": (text) => `sha256=${Buffer.from(text.slice(7), "hex").toString("base64")}`,
    "is many thousand characters long": (text) => text + "0".repeat(20_000),
  };
  for (const [what, change] of Object.entries(malformed)) {
    it(`is refused when its signature ${what}`, async () => {
      await assertRefused(withSignature(change), "signature-malformed");
    });
  }

  it("is refused when its signature header is doubled, whichever of the two is right", async () => {
    const wrong = `sha256=${"0".repeat(64)}`;
    const behind = githubDelivery();
    behind.headers.append(header, wrong);
    await assertRefused(behind, "signature-malformed");
    const before = withSignature(() => wrong);
    before.headers.append(header, githubDelivery().headers.get(header) ?? "");
    await assertRefused(before, "signature-malformed");
  });

  it("is not verified by a right SHA-1 signature in the old header", async () => {
    const delivery = withSignature(() => undefined);
    const old = createHmac("sha1", secret).update(delivery.body).digest("hex");
    delivery.headers.set("x-hub-signature", `sha1=${old}`);
    await assertRefused(delivery, "signature-missing");
  });

  const bodies: Readonly<Record<string, string | Uint8Array<ArrayBuffer>>> = {
    "an emoji": '{"a":"🦊"}',
    "line ends of Windows": '{\r\n"a": 1\r\n}\r\n',
    "a byte order mark": '\u{feff}{"a":1}',
    "bytes that are not UTF-8": Uint8Array.of(0x7b, 0xff, 0xfe, 0x80, 0x00, 0x7d),
    "no byte at all": "",
    "composed and decomposed letters": "\u00e9 e\u0301",
    "a form instead of JSON": "payload=%7B%7D",
    "700 000 bytes": "x".repeat(700_000),
  };
  for (const [what, body] of Object.entries(bodies)) {
    it(`is verified over a body of ${what}, to the byte`, async () => {
      const delivery = githubDelivery({ body });
      const result = await check(delivery);
      assert.equal(result.kind, "verified");
      assert.equal(result.kind === "verified" && result.delivery.body, delivery.body);
    });
  }

  it("is verified by a view into a larger buffer, without the bytes around it", async () => {
    const { body, ...delivery } = githubDelivery();
    const pool = new Uint8Array(body.length + 20).fill(1);
    pool.set(body, 7);
    const view = pool.subarray(7, 7 + body.length);
    assert.equal((await check({ ...delivery, body: view })).kind, "verified");
  });

  it("is verified by any of several secrets, and says by which", async () => {
    for (const [secrets, expected] of [
      [[secret, "new"], 0],
      [["new", secret], 1],
      [["", "new", secret, ""], 2],
      [[secret, secret], 0],
    ] as const) {
      const result = await check(githubDelivery(), secrets);
      assert.equal(result.kind === "verified" && result.secretIndex, expected);
    }
  });

  it("is unavailable while no secret is set, even where the empty one signed it", async () => {
    for (const secrets of [[], [""], [" ", "\n"]]) {
      const result = await check(githubDelivery({ secret: "" }), secrets);
      assert.deepEqual(result, { kind: "unavailable", reason: "secret-unset" });
    }
  });

  it("is unavailable with more secrets than any rotation needs", async () => {
    const many = (count: number) => [...Array.from({ length: count - 1 }, (_, index) => `old ${index}`), secret];
    assert.equal((await check(githubDelivery(), many(16))).kind, "verified");
    const result = await check(githubDelivery(), many(17));
    assert.equal(result.kind === "unavailable" && result.reason, "secret-malformed");
  });

  it("rejects what is no delivery, and does not throw before there is a promise", async () => {
    for (const none of [undefined, null]) {
      const checked = check(none as never);
      await assert.rejects(checked, TypeError);
    }
  });
});
