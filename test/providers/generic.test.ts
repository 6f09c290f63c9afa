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
  return result.kind === "verified" ? [...result.events] : result.reason;
}

describe("a generic provider", () => {
  it("reads x-signature in plain hex, has neither id nor type, and identifies events by the body", async () => {
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
    [{ header: "" }, /header must be the name of a header, received ""$/],
    [{ header: "x signature" }, /header must be .*, received "x signature"$/],
    [{ header: 1 }, /header must be .*, received 1$/],
    [{ prefix: "" }, /prefix must be .*, received ""$/],
    [{ prefix: "v1, " }, /prefix must be .*, received "v1, "$/],
    [{ encoding: "Hex" }, /encoding must be "hex" or "base64" or "base64url", received "Hex"$/],
    [{ encoding: "text" }, /encoding must be .*, received "text"$/],
    [{ name: "Acme" }, /name must be .*, received "Acme"$/],
    [{ id: "/id" }, /id must be \{ header: "…" \} or \{ json: "\/…" \}, received "\/id"$/],
    [{ id: { json: "id" } }, /id must be .*, received an object$/],
    [{ id: { json: [] } }, /id must be .*, received an object$/],
    [{ type: { json: "/type", echo: "" } }, /type must be .*, received an object$/],
    [{ type: { header: "" } }, /type must be/],
    [{ type: null }, /type must be .*, received null$/],
    [{ prefx: "v1=" }, /prefx is no option; did you mean prefix\? All are name, header, /],
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
