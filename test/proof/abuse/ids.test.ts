import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ingressKey } from "../../../lambdas/core/events/identity.ts";
import { createAbused, eventsOf, everyWay, privateText, signed } from "./abuse.ts";

const withId = (id: string, type = "invoice.paid") => {
  return signed("stripe", JSON.stringify({ id, type, data: privateText }));
};
const long = "i".repeat(10_240);
const separators = ["a#b", "a%23b", "a%2523b", "a/b", "a%2Fb", "#", "##", "%", "=", "=a", "stripe#a"];
const controls = ["\0", "\0a", "a\r\nb", "\u001b[31m", "\u007f", "\u2028", "\u202e", "\ufeff"];
const surrogates = ["\ud800", "\ud801", "\udc00\ud800", "\ufffd", "a\ud800", "a\ufffd"];
const prototypes = ["__proto__", "constructor", "toString", "hasOwnProperty"];
const lengths = [long, `${long}i`, "é".repeat(5120), "i".repeat(256), "i".repeat(257), "=".repeat(300), " ", "  "];
const all = [...separators, ...controls, ...surrogates, ...prototypes, ...lengths];

describe("an unusual id", () => {
  for (const id of all) {
    const name = `${JSON.stringify(id).slice(0, 40)} (${id.length} characters)`;
    it(`is an event of its own, under a key that any store holds: ${name}`, async () => {
      for (const { id: told, queued } of await everyWay(withId(id), "200 accepted")) {
        assert.equal(told, id);
        assert.deepEqual(
          queued.map((event) => event.id),
          [id],
        );
        for (const event of queued)
          assert.match(ingressKey(event), /^stripe#v1#id==?[\w!'()*.~%-]{1,256}#type=invoice\.paid$/);
      }
    });
  }

  it("is never taken for another one", async () => {
    const receiver = createAbused();
    for (const id of all) {
      const [[, event] = []] = eventsOf(withId(id));
      assert.ok(event !== undefined);
      assert.equal((await receiver.deliver(withId(id), event)).said, "accepted", JSON.stringify(id).slice(0, 80));
      assert.equal((await receiver.deliver(withId(id), event)).said, "duplicate", JSON.stringify(id).slice(0, 80));
    }
    assert.equal(receiver.dedupe.records.size, all.length);
  });
});

describe("an unusual type", () => {
  for (const type of ["__proto__", "constructor", "*", "_other", "../_other", "a/../b", "\0", "\ud800", long]) {
    it(`is routed as any other: ${JSON.stringify(type).slice(0, 40)}`, async () => {
      const told = await everyWay(withId("evt_1", type), "200 accepted");
      for (const { queued } of told)
        assert.deepEqual(
          queued.map((event) => event.type),
          [type],
        );
    });
  }
});

describe("an id or a type that is no text", () => {
  for (const value of ["null", "true", "[]", "{}", '["evt_1"]', '{"toString":"x"}', "1e999", '""']) {
    it(`is not read, and its event is not lost: ${value}`, async () => {
      const body = `{"id":${value},"type":${value},"data":"${privateText}"}`;
      for (const { queued, lines } of await everyWay(signed("stripe", body), "200 accepted")) {
        assert.deepEqual(
          queued.map((event) => event.type),
          [undefined],
        );
        assert.match(queued[0]?.id ?? "", /^[\w-]{43}$/);
        assert.ok(lines.some((line) => line.startsWith("unreadable")));
      }
    });
  }
});
