import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { describe, it } from "node:test";
import type { HttpEvent } from "../../../lambdas/aws/http/http-event.ts";
import { createKeptDeliveries, serveKeptDeliveries } from "../../../local/entrances/kept-deliveries.ts";

const answered = {
  ...{ source: "github", path: "/github", method: "POST", status: 200, outcome: "accepted", id: "evt-1" },
  ...{ milliseconds: 3, trace: undefined },
};

function event(body: Uint8Array): HttpEvent {
  return {
    rawPath: "/github",
    rawQueryString: "a=%20b",
    headers: { "x-github-event": "push", "x-forwarded-for": "192.0.2.7", "x-amzn-trace-id": "Root=1" },
    body: Buffer.from(body).toString("base64"),
    isBase64Encoded: true,
    requestContext: { domainName: "hooks.example", http: { method: "POST", sourceIp: "192.0.2.7" } },
  } as unknown as HttpEvent;
}

describe("the deliveries that a run has kept", () => {
  it("are served with the bytes, the path and the headers that were sent", async () => {
    const kept = createKeptDeliveries();
    const bytes = new Uint8Array([0, 255, 13, 10, 123]);
    kept.add({ ...answered, id: "evt-0" }, event(new Uint8Array()));
    kept.add(answered, event(bytes));
    const served = await serveKeptDeliveries(kept);
    try {
      const facts = await (await fetch(served.url)).json();
      assert.deepEqual(
        facts.map(({ number, id }: { readonly number: number; readonly id: string }) => [number, id]),
        [
          [2, "evt-1"],
          [1, "evt-0"],
        ],
      );
      const one = await (await fetch(`${served.url}/2`)).json();
      assert.deepEqual([...Buffer.from(one.body, "base64")], [...bytes]);
      assert.deepEqual([one.target, one.headers], ["/github?a=%20b", [["x-github-event", "push"]]]);
      assert.equal((await fetch(`${served.url}/3`)).status, 404);
      assert.equal((await fetch(`${served.url.slice(0, -1)}/2`)).status, 403);
    } finally {
      await served.close();
    }
  });

  it("are so many and of so many bytes at most: the oldest go", () => {
    const few = createKeptDeliveries({ deliveries: 3, bytes: 1_000_000 });
    for (let index = 0; index < 5; index += 1) few.add(answered, event(new Uint8Array(10)));
    assert.deepEqual(
      few.list().map(({ number }) => number),
      [5, 4, 3],
    );
    const small = createKeptDeliveries({ deliveries: 500, bytes: 10_000 });
    for (const size of [3000, 100, 3000]) small.add(answered, event(new Uint8Array(size)));
    assert.deepEqual(
      small.list().map(({ number }) => number),
      [3, 2],
    );
    small.add(answered, event(new Uint8Array(100_000)));
    assert.deepEqual(small.list(), []);
  });
});
