import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createAbused, eventsOf, everyWay, privateText, rows, seconds, signed } from "./abuse.ts";

const json = `{"id":"evt_1","type":"invoice.paid","event":"x","data":"${privateText}"}`;
const timed = Object.keys(rows).filter((name) => rows[name]?.windowSeconds !== undefined);
const at = (by: number) => ({ now: () => new Date((seconds + by) * 1000) });

describe("an unsigned request", () => {
  for (const [source, row] of Object.entries(rows)) {
    it(`is refused by ${source}`, async () => {
      const { [row.header]: _, ...headers } = signed(source, json).headers;
      await everyWay({ ...signed(source, json), headers }, "401 signature-missing");
    });

    it(`is refused by ${source} under each other provider's signature`, async () => {
      for (const other of Object.keys(rows)) {
        if (rows[other]?.header === row.header) continue;
        await everyWay({ ...signed(other, json), source }, "401 signature-missing");
      }
    });
  }
});

describe("two signatures in one header, joined by a comma", () => {
  for (const [source, { header, form }] of Object.entries(rows)) {
    if (form === "spaces") continue;
    it(`are none for ${source}, though both are right`, async () => {
      const { headers, ...rest } = signed(source, json);
      for (const joint of [",", ", "]) {
        const twice = { ...headers, [header]: [headers[header], headers[header]].join(joint) };
        const told = { commas: "timestamp-malformed", token: "signature-wrong" }[form as string];
        await everyWay({ ...rest, headers: twice }, `401 ${told || "signature-malformed"}`);
      }
    });
  }

  it("are as much as one right one for a scheme that has a list with spaces, and no more", async () => {
    const { headers, ...rest } = signed("whop", json);
    const twice = {
      ...headers,
      "webhook-signature": `${headers["webhook-signature"]},${headers["webhook-signature"]}`,
    };
    await everyWay({ ...rest, headers: twice }, "401 signature-malformed");
  });
});

describe("a request that was recorded and is sent again", () => {
  for (const source of timed) {
    it(`is refused by ${source} outside its window, before and after`, async () => {
      for (const by of [301, -301, 3600, -3600]) {
        await everyWay(signed(source, json), "401 timestamp-outside-window", at(by));
      }
    });

    it(`is refused by ${source} under a fresh time that was not signed`, async () => {
      const { headers } = signed(source, json, seconds + 3600);
      const old = Object.entries(signed(source, json).headers);
      const fresh = Object.fromEntries(
        old.map(([name, value]) => [name, value.replace(`${seconds}`, `${seconds + 3600}`)]),
      );
      assert.deepEqual(Object.keys(fresh), Object.keys(headers));
      await everyWay({ ...signed(source, json), headers: fresh }, "401 signature-wrong", at(3600));
    });
  }

  for (const source of Object.keys(rows)) {
    it(`is a duplicate for ${source} within its window, at every entrance`, async () => {
      const receiver = createAbused();
      const outcomes: string[] = [];
      for (const [, event] of eventsOf(signed(source, json))) {
        outcomes.push((await receiver.deliver(signed(source, json), event)).said);
      }
      assert.deepEqual(outcomes, ["accepted", "duplicate", "duplicate", "duplicate"]);
    });
  }
});

describe("our clock an hour off", () => {
  for (const by of [3600, -3600]) {
    it(`refuses deliveries with a signed time and takes the others (${by} s)`, async () => {
      for (const source of Object.keys(rows)) {
        const expected = timed.includes(source) ? "401 timestamp-outside-window" : "200 accepted";
        await everyWay(signed(source, json), expected, at(by));
      }
    });

    it(`creates no second event of one that was accepted before (${by} s)`, async () => {
      let off = 0;
      const receiver = createAbused({ now: () => new Date((seconds + off) * 1000) });
      const [[, event] = []] = eventsOf(signed("github", json));
      assert.ok(event !== undefined);
      assert.equal((await receiver.deliver(signed("github", json), event)).said, "accepted");
      off = by;
      assert.equal((await receiver.deliver(signed("github", json), event)).said, "duplicate");
    });
  }
});
