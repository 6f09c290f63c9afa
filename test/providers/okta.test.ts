import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { okta } from "../../lambdas/providers/okta.ts";
import { headersFor } from "./row-bodies.ts";
import { row } from "./rows/okta.ts";
import { receiverOf } from "./test-receiver.ts";

const challenge = { "x-okta-verification-challenge": 'Me_rShK8"</script>' };

describe("the handshake of Okta", () => {
  it("is answered with its challenge as JSON, with Authorization or without, and touches nothing", async () => {
    for (const headers of [challenge, { ...challenge, authorization: row.secret }]) {
      for (const secrets of [[row.secret], []]) {
        const came = await receiverOf(okta, secrets)({ method: "GET", headers });
        assert.deepEqual([came.status, came.headers["content-type"], came.asked], [200, "application/json", []]);
        assert.deepEqual(JSON.parse(came.body), { verification: 'Me_rShK8"</script>' });
      }
    }
  });

  it("is refused without a challenge, and by POST", async () => {
    const receiver = receiverOf(okta, [row.secret]);
    assert.equal((await receiver({ method: "GET" })).status, 405);
    assert.equal((await receiver({ method: "GET", headers: { "x-okta-verification-challenge": "" } })).status, 405);
    const { status, asked } = await receiver({ headers: challenge, body: row.body });
    assert.deepEqual([status, asked], [401, []]);
  });

  it("leaves events as they are, and answers them without a body", async () => {
    const body = new TextEncoder().encode(row.body);
    const {
      status,
      body: answered,
      asked,
    } = await receiverOf(okta, [row.secret])({ body, headers: headersFor(row, body) });
    assert.deepEqual([status, answered], [204, ""]);
    assert.ok(asked.some((operation) => operation.startsWith("send")));
    const refused = await receiverOf(okta, [row.secret])({ body, headers: { authorization: "x" } });
    assert.deepEqual([refused.status, refused.asked], [401, []]);
  });
});
