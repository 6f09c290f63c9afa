import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { meta } from "../../lambdas/providers/meta.ts";
import { headersFor } from "./row-bodies.ts";
import { row } from "./rows/meta.ts";
import { receiverOf } from "./test-receiver.ts";

const ask = (query: string, secrets: readonly string[] = [row.secret]) =>
  receiverOf(meta, secrets)({ method: "GET", query });
const right = "?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=a+token%7Cwith+a+bar";

describe("the handshake of Meta", () => {
  it("is answered with the challenge as text, and touches nothing", async () => {
    const { status, headers, body, asked } = await ask(right);
    assert.deepEqual([status, headers["content-type"], body, asked], [200, "text/plain", "1158201444", []]);
    assert.equal((await ask(right, ["another|one", row.secret])).status, 200);
  });

  it("is refused with another token, without one, and in another mode", async () => {
    for (const query of [
      right.slice(0, -1),
      `${right}r`,
      right.replace("a+token", "A+token"),
      "?hub.mode=subscribe&hub.challenge=1&hub.verify_token=",
      "?hub.mode=subscribe&hub.challenge=1",
      right.replace("subscribe", "unsubscribe"),
      right.replace("hub.challenge", "challenge"),
      "",
    ]) {
      const { status, body, asked } = await ask(query);
      assert.deepEqual([status, JSON.parse(body).error, asked], [405, "method-not-allowed", []], query);
      assert.ok(!body.includes("a token"));
    }
  });

  it("is refused where no token is configured, whatever is sent", async () => {
    for (const secrets of [[], [""], ["correct horse"], ["correct horse|"], ["correct horse|changeme"]]) {
      for (const token of ["", "correct+horse", "changeme"]) {
        const { status } = await ask(`?hub.mode=subscribe&hub.challenge=1&hub.verify_token=${token}`, secrets);
        assert.equal(status, 405, `${secrets} ${token}`);
      }
    }
  });

  it("leaves events as they are", async () => {
    const body = new TextEncoder().encode(row.body);
    const { status, asked } = await receiverOf(meta, [row.secret])({ body, headers: headersFor(row, body) });
    assert.equal(status, 200);
    assert.ok(asked.some((operation) => operation.startsWith("send")));
    assert.equal((await receiverOf(meta, [row.secret])({ body })).status, 401);
  });
});

describe("a secret of Meta for local runs", () => {
  it("is an app secret and a verify token, which differ each time", () => {
    const secrets = [meta.sampleSecret?.().secret ?? "", meta.sampleSecret?.().secret ?? ""];
    for (const secret of secrets) assert.match(secret, /^[0-9a-f]{32}\|[0-9a-f]{32}$/);
    assert.equal(new Set(secrets.flatMap((secret) => secret.split("|"))).size, 4);
  });
});
