import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fromEnvelope, toEnvelope, type WebhookEvent } from "../../../lambdas/core/mod.ts";

const event: WebhookEvent = {
  id: "evt_1",
  type: "order.created",
  source: "acme",
  key: "evt_1",
  period: "3600000-492501",
  received: new Date("2026-03-04T05:06:07.089Z"),
  tenant: "biz_1",
  livemode: false,
  bodyCovered: true,
  unsigned: ["id", "type"],
  contentType: "application/json; charset=utf-8",
  body: new TextEncoder().encode('{"a":"🦊"}'),
};

function bodyOf(envelope: string): Uint8Array | undefined {
  const back = fromEnvelope(envelope);
  return back !== undefined && "body" in back ? back.body : undefined;
}

describe("the envelope of an event", () => {
  it("brings every field back", () => {
    assert.deepEqual(fromEnvelope(toEnvelope(event)), event);
  });

  it("brings back an event that has the least there can be, and adds nothing that its delivery did not say", () => {
    const { tenant, livemode, unsigned, contentType, ...least } = { ...event, type: undefined, bodyCovered: false };
    assert.deepEqual(fromEnvelope(toEnvelope(least)), least);
    assert.ok(!("datacontenttype" in JSON.parse(toEnvelope(least))));
  });

  it("tells an event without a type from one of type untyped", () => {
    assert.equal(fromEnvelope(toEnvelope({ ...event, type: undefined }))?.type, undefined);
    assert.equal(fromEnvelope(toEnvelope({ ...event, type: "untyped" }))?.type, "untyped");
  });

  it("keeps any bytes, and its own text is ASCII for them", () => {
    const body = Uint8Array.from({ length: 256 }, (_, index) => index);
    const envelope = toEnvelope({ ...event, body });
    assert.deepEqual(bodyOf(envelope), body);
    assert.match(envelope, /^[\x20-\x7e]*$/);
    assert.deepEqual(bodyOf(toEnvelope({ ...event, body: new Uint8Array() })), new Uint8Array());
  });

  it("is ASCII for any event type, so that SQS takes it", () => {
    const odd = { ...event, id: "\u{1f98a}\uffff\ufffe\ud800\u007f", tenant: "caf\u00e9", type: "\u0000" };
    assert.match(toEnvelope(odd), /^[\x20-\x7e]*$/);
    assert.deepEqual(fromEnvelope(toEnvelope(odd)), odd);
  });

  it("has the reference of a body that is stored elsewhere, and no body", () => {
    const { body, ...rest } = event;
    const deposited = { ...rest, deposit: "claims/acme/hash" };
    assert.deepEqual(fromEnvelope(toEnvelope(deposited)), deposited);
    assert.equal(JSON.parse(toEnvelope(deposited)).data_base64, undefined);
  });

  it("is a CloudEvents 1.0 event with its required attributes as texts", () => {
    const json = JSON.parse(toEnvelope({ ...event, type: undefined }));
    assert.deepEqual([json.hooklinekey, json.hooklineperiod], ["evt_1", "3600000-492501"]);
    assert.equal(json.specversion, "1.0");
    for (const name of ["id", "source", "type", "time"]) assert.ok(typeof json[name] === "string" && json[name] !== "");
    for (const name of Object.keys(json)) assert.match(name, /^[a-z0-9]+$|^data_base64$/);
  });

  it("is not read from another producer's message", () => {
    const envelope = JSON.parse(toEnvelope(event));
    const damaged = ["specversion", "id", "source", "type", "time", "data_base64", "hooklinekey"].flatMap((name) => [
      { ...envelope, [name]: undefined },
      { ...envelope, [name]: 1 },
      { ...envelope, [name]: null },
    ]);
    const others = [
      { ...envelope, specversion: "2.0" },
      { ...envelope, time: "soon" },
      { ...envelope, data_base64: "?" },
    ];
    for (const json of [...damaged, ...others]) assert.equal(fromEnvelope(JSON.stringify(json)), undefined);
    for (const text of ["", "null", "[]", "1", "{", '"x"']) assert.equal(fromEnvelope(text), undefined);
  });

  it("is never read as covered by a signature when it does not say so", () => {
    const envelope = JSON.parse(toEnvelope(event));
    for (const bodycovered of [undefined, "true", 1]) {
      assert.equal(fromEnvelope(JSON.stringify({ ...envelope, bodycovered }))?.bodyCovered, false);
    }
  });
});

describe("the list of unsigned fields in an envelope", () => {
  it("may hold id and type, and nothing else", () => {
    const envelope = JSON.parse(toEnvelope(event));
    const read = (unsigned: string) => fromEnvelope(JSON.stringify({ ...envelope, unsigned }))?.unsigned;
    assert.deepEqual(read("type,junk,id,"), ["type", "id"]);
    assert.deepEqual(read("junk"), []);
  });
});
