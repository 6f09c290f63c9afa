import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { eventKey, idempotencyKey, ingressKey, processingKey } from "../../../lambdas/core/events/identity.ts";
import { formatParts, type KeyParts } from "../../../lambdas/core/events/key-parts.ts";
import { eventsOf, type Provider, verify } from "../../../lambdas/core/mod.ts";
import { github } from "../../../lambdas/providers/github.ts";
import { githubDelivery, secret } from "../deliveries.ts";

const now = new Date("2026-03-04T05:06:07.000Z");
const by = (identity: Provider["identity"], more: Partial<Provider> = {}): Provider => ({
  ...github,
  identity,
  ...more,
});

/** A change of one of these makes retries across a deploy run again, and says so in the changelog. */
describe("keys, pinned", () => {
  const event = { source: "stripe-eu", key: eventKey(by("id"), { id: "evt_1", type: "invoice.paid" }, "hash") };
  const unnamed = { source: "asana", key: eventKey(by("body"), {}, "hash", 2), period: "86400000-20516" };

  it("are these of an event with an id", () => {
    assert.equal(ingressKey(event), "stripe-eu#v1#id=evt_1#type=invoice.paid");
    assert.equal(processingKey("stripe-eu/_other", event), "stripe-eu/_other#stripe-eu#v1#id=evt_1#type=invoice.paid");
    assert.equal(idempotencyKey("stripe-eu/_other", event), "vTl4Xt06aXfcQkBPGuabscKnmXGXh_bYHompyxlI8do");
  });

  it("are these of an event without one", () => {
    assert.equal(ingressKey(unnamed), "asana#v1#body=hash#place=2");
    assert.equal(processingKey("asana/added", unnamed), "asana/added#asana#v1#body=hash#place=2#period=86400000-20516");
    assert.equal(idempotencyKey("asana/added", unnamed), "0l_z3GSfOoSl19wRLE9aNHqiAEnqW6x_ilp_ZmT2ENw");
  });

  it("have their parts in this order, with a place reserved for tenants", () => {
    const parts: Required<KeyParts> = {
      ...{ replay: "r1", period: "3600000-7", delivery: "d", place: 3, type: "a/b", body: "h", id: "i d", tenant: "t" },
    };
    assert.equal(
      formatParts(parts),
      "#tenant=t#id=i%20d#body=h#type=a%2Fb#place=3#delivery=d#period=3600000-7#replay=r1",
    );
  });
});

describe("the parts of a key", () => {
  it("add nothing where they are absent, and the first of equal events has no place", () => {
    const fields = { id: "evt_1", type: "push" };
    assert.equal(eventKey(by("id"), { id: "evt_1" }, "hash", 1), "v1#id=evt_1");
    assert.equal(eventKey(by("id+body"), fields, "hash", 1), "v1#id=evt_1#body=hash");
    assert.equal(eventKey(by("body"), fields, "hash", 1), "v1#body=hash");
    for (const identity of ["id", "id+body", "body"] as const) {
      assert.equal(eventKey(by(identity), { type: "push" }, "hash"), "v1#body=hash");
    }
  });

  it("differ each time where every delivery is an event of its own", () => {
    const keys = Array.from({ length: 3 }, () => eventKey(by("delivery"), { id: "1" }, "hash"));
    assert.equal(new Set(keys).size, 3);
    for (const key of keys) assert.match(key, /^v1#delivery=[0-9a-f-]{36}$/);
  });

  it("cannot be taken for one another, whatever they hold", () => {
    const long = "x".repeat(300);
    const texts = ["a", "a#type=b", "#body=hash", "=", "==", "a b", "a%20b", "A", long, `${long}x`, "\ud800", "\udfff"];
    const values = [...texts, "\ufffd", "é", "e\u0301", "", "2", "v1", undefined];
    const keys = values.flatMap((id) =>
      values.flatMap((type) => ["h", undefined].map((body) => formatParts({ id, type, body } as KeyParts))),
    );
    assert.equal(new Set(keys).size, keys.length);
    for (const key of keys) {
      assert.ok(key.length < 700);
      assert.match(key, /^(#(id|body|type)==?[^#=]*)*$/);
    }
  });

  it("of a processor whose name holds a separator are not those of another", () => {
    const event = { source: "a", key: "v1#id=1" };
    assert.equal(processingKey("a/b#c%23", event), "a/b%23c%2523#a#v1#id=1");
  });

  it("are the text up to 256 characters, and a hash from there on", () => {
    for (const id of ["i".repeat(256), "\u00e9".repeat(42)])
      assert.equal(formatParts({ id }), `#id=${encodeURIComponent(id)}`);
    for (const id of ["i".repeat(257), "\u00e9".repeat(43)]) assert.match(formatParts({ id }), /^#id==[\w-]{43}$/);
  });
});

describe("a type in a key", () => {
  const fields = { id: "1", type: "created" };

  it("tells two events with one id apart where the signature covers it", () => {
    assert.equal(eventKey(by("id"), fields, "hash"), "v1#id=1#type=created");
  });

  it("does not tell events apart where a replayer could change it", () => {
    assert.equal(eventKey(by("id"), { ...fields, unsigned: ["type"] }, "hash"), "v1#id=1");
    assert.equal(eventKey(by("id", { coversBody: false }), fields, "hash"), "v1#id=1");
    assert.equal(eventKey(by("id+body"), { ...fields, unsigned: ["id", "type"] }, "hash"), "v1#id=1#body=hash");
  });

  it("has the body join the id, where it or the id is that of a header that should repeat the body", () => {
    const echoing = by("id", {
      events: { id: { json: "/id", echo: "x-id" }, type: { json: "/type", echo: "x-type" } },
    });
    assert.equal(eventKey(echoing, fields, "hash"), "v1#id=1#type=created");
    for (const unsigned of [["id"], ["type"], ["id", "type"]] as const) {
      assert.equal(eventKey(echoing, { ...fields, unsigned }, "hash"), "v1#id=1#body=hash");
    }
    assert.equal(eventKey(echoing, { type: "created", unsigned: ["type"] }, "hash"), "v1#body=hash");
  });

  it("is the provider's own type, and not the finer one", () => {
    assert.equal(eventKey(by("id"), { ...fields, subtype: "now" }, "hash"), "v1#id=1#type=created");
  });
});

describe("equal events of one delivery", () => {
  const keysOf = async (identity: Provider["identity"], ...fields: readonly object[]) => {
    const provider = by(identity, { events: () => fields.map((one) => ({ body: new Uint8Array(1), ...one })) });
    const verified = await verify(githubDelivery(), { provider, secrets: [secret], now });
    assert.ok(verified.kind === "verified");
    const events = eventsOf(verified, { source: "github", provider, received: now });
    return Array.from(events, ({ key }) => key.replace(/body=[\w-]{43}/, "body"));
  };

  it("are told apart by their place wherever none has an id", async () => {
    const [one, two] = ["v1#body", "v1#body#place=2"];
    for (const identity of ["id", "id+body", "body"] as const) {
      assert.deepEqual(await keysOf(identity, {}, {}), [one, two], identity);
    }
    assert.deepEqual(await keysOf("body", { id: "1" }, { id: "1" }), [one, two], "an id that is not the identity");
  });

  it("have their place among equals, not among all", async () => {
    const other = { body: Uint8Array.of(1) };
    assert.deepEqual(await keysOf("body", {}, other, {}, other), [
      ...["v1#body", "v1#body", "v1#body#place=2", "v1#body#place=2"],
    ]);
  });

  it("are one event where they have one id", async () => {
    assert.deepEqual(await keysOf("id", { id: "1" }, { id: "1" }), ["v1#id=1", "v1#id=1"]);
  });
});
