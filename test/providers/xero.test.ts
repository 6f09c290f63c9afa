import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { xero } from "../../lambdas/providers/xero.ts";
import { headersFor } from "./row-bodies.ts";
import { row } from "./rows/xero.ts";
import { receiverOf } from "./test-receiver.ts";

const utf8 = new TextEncoder();
const intents = ["[]", "null"].map((events) =>
  utf8.encode(`{"events":${events},"firstEventSequence":0,"lastEventSequence":0,"entropy":"S0m3r4Nd0mt3xt"}`),
);
const wrong = `${"A".repeat(43)}=`;

describe("the intent to receive of Xero", () => {
  for (const body of intents) {
    it(`is answered 200 without a body where it is rightly signed, and touches nothing: ${body.length}`, async () => {
      const came = await receiverOf(xero, [row.secret])({ body, headers: headersFor(row, body) });
      assert.deepEqual([came.status, came.body, came.asked], [200, "", []]);
    });

    it(`is answered 401 without a body where it is not: ${body.length}`, async () => {
      const others = [{ "x-xero-signature": wrong }, { "x-xero-signature": "garbage" }, {}];
      for (const headers of others) {
        const came = await receiverOf(xero, [row.secret])({ body, headers });
        assert.deepEqual([came.status, came.body, came.asked], [401, "", []]);
      }
    });

    it(`is our fault where there is no secret: ${body.length}`, async () => {
      for (const secrets of [[], [""], ["changeme"]]) {
        const came = await receiverOf(xero, secrets)({ body, headers: { "x-xero-signature": wrong } });
        assert.equal(came.status, 503);
      }
    });
  }
});

describe("an event of Xero", () => {
  it("is answered 200 without a body, and refused where it is wrongly signed", async () => {
    const body = utf8.encode(row.body);
    const came = await receiverOf(xero, [row.secret])({ body, headers: headersFor(row, body) });
    assert.deepEqual([came.status, came.body], [200, ""]);
    assert.ok(came.asked.some((operation) => operation.startsWith("send")));
    const refused = await receiverOf(xero, [row.secret])({ body, headers: { "x-xero-signature": wrong } });
    assert.deepEqual([refused.status, refused.asked], [401, []]);
  });
});
