import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import { type Abuse, everyWay, privateText, rows, signed } from "./abuse.ts";

const json = `{"id":"evt_1","type":"invoice.paid","data":"${privateText}"}`;
const withHeaders = (abuse: Abuse, headers: Readonly<Record<string, string>>) => {
  return { ...abuse, headers: { ...abuse.headers, ...headers } };
};

describe("a body under content-encoding gzip", () => {
  const packed = new Uint8Array(gzipSync(json));
  const gzip = { "content-encoding": "gzip" };

  it("is verified over the bytes as sent, and enqueued compressed", async () => {
    for (const { id, queued, lines } of await everyWay(withHeaders(signed("stripe", packed), gzip), "200 accepted")) {
      // Its id cannot be read without unpacking: the hash of the bytes stands for it, and somebody is told.
      assert.equal(id, createHash("sha256").update(packed).digest("base64url"));
      assert.deepEqual(
        queued.map(({ type }) => type),
        [undefined],
      );
      assert.ok(lines.some((line) => line.startsWith("unreadable")));
    }
  });

  it("is refused where the decompressed bytes were signed", async () => {
    await everyWay({ ...withHeaders(signed("stripe", json), gzip), body: packed }, "401 signature-wrong");
  });

  it("is never decompressed", async () => {
    const bomb = new Uint8Array(gzipSync(new Uint8Array(50_000_000), { level: 9 }));
    await everyWay(withHeaders(signed("github", bomb), gzip), "200 accepted");
  });

  it("is read unchanged where it was not compressed", async () => {
    const told = await everyWay(withHeaders(signed("stripe", json), gzip), "200 accepted");
    assert.ok(told.every(({ id }) => id === "evt_1"));
  });
});

describe("a content-type", () => {
  const types = ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "image/png"];
  for (const type of [...types, "application/json; charset=utf-16", "application/json,text/plain", "", ";"]) {
    it(`has no influence on the signature: "${type}"`, async () => {
      const told = await everyWay(withHeaders(signed("stripe", json), { "content-type": type }), "200 accepted");
      assert.ok(told.every(({ id }) => id === "evt_1"));
    });
  }
});

describe("a body of odd bytes", () => {
  const bytes: Readonly<Record<string, Uint8Array<ArrayBuffer> | string>> = {
    "NULs alone": "\0\0\0",
    "JSON with a NUL": `{"id":"a","x":"\0"}`,
    "10 000 arrays in each other": "[".repeat(10_000) + "]".repeat(10_000),
    "100 000 objects in each other, never closed": '{"id":'.repeat(100_000),
    "lone surrogates in UTF-8": Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22),
    "an overlong slash": Uint8Array.of(0xc0, 0xaf),
    "a prototype of its own":
      '{"__proto__":{"id":"evt_2","polluted":true},"constructor":{"prototype":{"polluted":true}}}',
    "no byte": "",
  };
  for (const [what, body] of Object.entries(bytes)) {
    it(`is taken to the byte where it is rightly signed, by every provider: ${what}`, async () => {
      for (const source of Object.keys(rows)) await everyWay(signed(source, body), "200 accepted");
      assert.equal(Reflect.get({}, "polluted"), undefined);
    });
  }
});
