import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { describe, it } from "node:test";
import { verify } from "../../lambdas/core/verify/verify.ts";
import { createGeneric, type GenericOptions, generic, providers } from "../../lambdas/providers/mod.ts";

const now = new Date("2026-01-05T10:00:00Z");
const body = new TextEncoder().encode('{"id":"evt_1","type":"order.created"}');
const secret = "correct horse";
const digest = (encoding: "hex" | "base64" | "base64url") => createHmac("sha256", secret).update(body).digest(encoding);

async function events(options: GenericOptions, headers: Readonly<Record<string, string>>) {
  const delivery = { method: "POST", url: "https://hooks.example/acme", headers: new Headers(headers), body };
  const result = await verify(delivery, { provider: createGeneric(options), secrets: [secret], now });
  return result.kind === "verified" ? result.events : result.reason;
}

describe("a generic provider", () => {
  it("reads x-signature in plain hex, has neither id nor type, and goes by the body", async () => {
    assert.deepEqual(createGeneric({}), generic);
    assert.equal(generic.name, "generic");
    assert.equal(generic.identity, "body");
    assert.deepEqual(await events({}, { "x-signature": digest("hex") }), [{}]);
  });

  it("may have another header, prefix and encoding", async () => {
    for (const encoding of ["hex", "base64", "base64url"] as const) {
      const options = { header: "X-Acme-Signature", prefix: "sha256=", encoding };
      assert.deepEqual(await events(options, { "x-acme-signature": `sha256=${digest(encoding)}` }), [{}]);
      assert.equal(await events(options, { "x-acme-signature": digest(encoding) }), "signature-malformed");
      assert.equal(await events(options, { "x-signature": digest(encoding) }), "signature-missing");
    }
  });

  it("may have an id and a type, and then goes by id and body", async () => {
    const options = { name: "acme", id: { json: "/id" }, type: { json: ["/event", "/type"] } } as const;
    const provider = createGeneric(options);
    assert.equal(provider.name, "acme");
    assert.equal(provider.identity, "id+body");
    const read = await events(options, { "x-signature": digest("hex") });
    assert.deepEqual(read, [{ id: "evt_1", type: "order.created" }]);
    const byHeader = { id: { header: "x-id" } };
    const unsigned = await events(byHeader, { "x-signature": digest("hex"), "x-id": "evt_2" });
    assert.deepEqual(unsigned, [{ id: "evt_2", unsigned: ["id"] }]);
  });

  it("may have an id that a header repeats, and must not contradict", async () => {
    const options = { id: { json: "/id", echo: "x-id" } };
    const signed = { "x-signature": digest("hex") };
    assert.deepEqual(await events(options, { ...signed, "x-id": "evt_1" }), [{ id: "evt_1" }]);
    assert.equal(await events(options, { ...signed, "x-id": "evt_2" }), "header-contradicts");
  });

  const wrong: readonly (readonly [object, RegExp])[] = [
    [{ header: "" }, /header is expected to match .*, received ""/],
    [{ header: "x signature" }, /header is expected .*, received "x signature"/],
    [{ header: 1 }, /header is expected .*, received 1/],
    [{ prefix: "" }, /prefix is expected .*, received ""/],
    [{ prefix: "v1, " }, /prefix is expected .*, received "v1, "/],
    [{ encoding: "Hex" }, /encoding is expected to be hex, base64, base64url, received "Hex"/],
    [{ encoding: "text" }, /encoding is expected .*, received "text"/],
    [{ name: "Acme" }, /name is expected .*, received "Acme"/],
    [{ id: "/id" }, /id is expected to be \{ header: "…" \} or \{ json: "\/…" \}, received "\/id"/],
    [{ id: { json: "id" } }, /id is expected .*, received \{"json":"id"\}/],
    [{ id: { json: [] } }, /id is expected .*, received \{"json":\[\]\}/],
    [{ type: { json: "/type", echo: "" } }, /type is expected .*, received \{"json":"\/type","echo":""\}/],
    [{ type: { header: "" } }, /type is expected/],
    [{ type: null }, /type is expected .*, received null/],
    [{ prefx: "v1=" }, /prefx is expected to be left out: there are name, header, .*, received "v1="/],
  ];
  for (const [options, message] of wrong) {
    it(`is refused with the options ${JSON.stringify(options)}, with what was expected and received`, () => {
      assert.throws(() => createGeneric(options), { name: "TypeError", message });
    });
  }

  it("is one of the providers", () => {
    assert.equal(providers.generic, generic);
  });
});
