import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { eventFields, fineType } from "../../../lambdas/core/events/fields.ts";
import { readDelivery } from "../../../lambdas/core/events/read-delivery.ts";
import { defineProvider, type Provider } from "../../../lambdas/core/provider.ts";
import { github, gitlab, stripe } from "../../../lambdas/providers/mod.ts";
import { readSample, stamp } from "../../../operate/samples/sample.ts";
import { eventFiles } from "../../../operate/scaffold/event.ts";

function inBody(events: Provider["events"]): Provider {
  return defineProvider({ ...github, name: "acme", title: "Acme", events });
}

const bytes = (value: unknown) => new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value));
const text = (body: Uint8Array) => new TextDecoder().decode(body);
const given = { url: "http://127.0.0.1/x", id: "id-1", type: "order.created" };

describe("a provider's sample", () => {
  it("is read to the byte", () => {
    const file = new URL("../../../lambdas/providers/samples/github/push.json", import.meta.url);
    assert.deepEqual([...readSample("github", "push").body], [...readFileSync(file)]);
  });

  it("fails where there is none, with the file to write", () => {
    assert.throws(
      () => readSample("github", "pusch"),
      /^TypeError: Cannot find a sample of github\/pusch: write lambdas\/providers\/samples\/github\/pusch\.json, or give --body-file\. There is .*\bissues\b.*; did you mean push\?$/,
    );
  });

  it("is never read from outside of the samples' folder", () => {
    assert.throws(() => readSample("github", "../../../../package"), /Cannot find a sample of/);
    assert.throws(() => readSample("..", "../../package"), /Cannot find a sample of/);
  });
});

describe("stamping a delivery", () => {
  it("writes id and type into the headers that the provider names, and leaves the body", () => {
    const body = bytes('{ "zen": 1 }');
    const delivery = stamp(github, { ...given, type: "push", body }, false);
    assert.equal(delivery.method, "POST");
    assert.equal(delivery.url, given.url);
    assert.equal(delivery.headers.get("x-github-delivery"), "id-1");
    assert.equal(delivery.headers.get("x-github-event"), "push");
    assert.equal(delivery.headers.get("content-type"), "application/json");
    assert.equal(text(delivery.body), '{ "zen": 1 }');
  });

  it("writes the coarse part of a finer type, since the rest is in the body", () => {
    const body = bytes({ action: "opened" });
    const delivery = stamp(github, { ...given, type: "issues.opened", body }, false);
    assert.equal(delivery.headers.get("x-github-event"), "issues");
    assert.equal(Array.from(eventFields(github, readDelivery(delivery)), fineType)[0], "issues.opened");
  });

  it("writes id and type into the JSON body where the provider has them there", () => {
    const provider = inBody({ id: { json: "/id" }, type: { json: ["/meta/type", "/type"] } });
    const { body } = stamp(provider, { ...given, body: bytes({ id: "old", meta: { type: "old" }, n: 1 }) }, false);
    assert.deepEqual(JSON.parse(text(body)), { id: "id-1", meta: { type: "order.created" }, n: 1 });
  });

  it("leaves a body unchanged that is to be sent unchanged", () => {
    const provider = inBody({ id: { json: "/id" }, type: { header: "x-type" } });
    const delivery = stamp(provider, { ...given, body: bytes("not json") }, true);
    assert.equal(text(delivery.body), "not json");
    assert.equal(delivery.headers.get("x-type"), "order.created");
  });

  it("writes into the header that repeats a field, unless the body has a value of its own", () => {
    const provider = inBody({ id: { json: "/id", echo: "x-id" }, type: { json: "/type", echo: "x-type" } });
    const delivery = stamp(provider, { ...given, body: bytes({ id: "old", type: "old" }) }, false);
    assert.deepEqual([delivery.headers.get("x-id"), delivery.headers.get("x-type")], ["id-1", "order.created"]);
    const fixed = stamp(provider, { ...given, body: bytes({ id: "old", type: "old" }) }, true);
    assert.deepEqual([fixed.headers.has("x-id"), fixed.headers.has("x-type")], [false, false]);
    const silent = stamp(provider, { ...given, body: bytes({ id: "old" }) }, true);
    assert.deepEqual([silent.headers.has("x-id"), silent.headers.get("x-type")], [false, "order.created"]);
    assert.equal(text(silent.body), '{"id":"old"}');
    const sample = stamp(provider, { ...given, body: bytes({ id: "old" }) }, false);
    assert.deepEqual([sample.headers.get("x-id"), sample.headers.get("x-type")], ["id-1", "order.created"]);
    assert.deepEqual(JSON.parse(text(sample.body)), { id: "id-1" });
  });

  it("writes where the sample has the field, of several places", () => {
    const provider = inBody({ id: { json: ["/delivery_id", "/id"] }, type: { json: ["/event", "/type"] } });
    const { body } = stamp(provider, { ...given, body: bytes({ id: "old" }) }, false);
    assert.deepEqual(JSON.parse(text(body)), { id: "id-1", event: "order.created" });
  });

  it("fails where the body has no place for a field", () => {
    const provider = inBody({ id: { json: "/meta/id" } });
    for (const body of [{}, { meta: "text" }, "not json"]) {
      assert.throws(() => stamp(provider, { ...given, body: bytes(body) }, false), {
        name: "TypeError",
        message: "Cannot set /meta/id: the body has no such place",
      });
    }
  });

  it("writes nothing for a provider that reads its events by a function", () => {
    const { body, headers } = stamp(
      inBody(() => []),
      { ...given, body: bytes("{}") },
      false,
    );
    assert.equal(text(body), "{}");
    assert.deepEqual([...headers.keys()].sort(), ["content-type", "user-agent"]);
  });
});

describe("the files of a new event", () => {
  for (const [provider, type, body] of [
    [github, "discussion.created", { action: "created" }],
    [gitlab, "merge_request.open", { object_kind: "merge_request", object_attributes: { action: "open" } }],
    [stripe, "invoice.paid_out", { id: "sample", type: "invoice.paid_out", livemode: false }],
  ] as const) {
    it(`have a sample that ${provider.name} could send, of ${type}`, () => {
      const files = eventFiles(fileURLToPath(new URL("../../../", import.meta.url)), provider.name, type, provider);
      const sample = files.find(({ path }) => path.endsWith(`${type}.json`));
      assert.deepEqual(JSON.parse(sample?.text ?? ""), body);
      const delivery = stamp(provider, { ...given, type, body: bytes(sample?.text ?? "") }, false);
      assert.equal(Array.from(eventFields(provider, readDelivery(delivery)), fineType)[0], type);
    });
  }
});
