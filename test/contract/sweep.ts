import assert from "node:assert/strict";
import { it } from "node:test";
import type { SqlStores } from "../../lambdas/stores/sql-stores.ts";

/** What {@linkcode SqlStores.sweep} must do: expired records go, and no others. */
export function testSweep(open: () => SqlStores): void {
  it("deletes expired items, and no others", async () => {
    const { dedupe, processing, sweep } = open();
    const now = new Date("2020-01-02T03:04:05.678Z");
    for (const [name, milliseconds] of [
      ["gone", -1],
      ["kept", 0],
    ] as const) {
      const expires = new Date(now.getTime() + milliseconds);
      await dedupe.mark(`github#${name}`, { owner: "mine", expires, sent: new Date() });
      await processing.claim(`p#${name}`, {
        owner: "mine",
        messageId: "1",
        received: now,
        now,
        leaseUntil: now,
        expires,
      });
    }
    await sweep(now);
    for (const store of [dedupe, processing]) {
      const prefix = store === dedupe ? "github" : "p";
      assert.equal(await store.read(`${prefix}#gone`), undefined);
      assert.notEqual(await store.read(`${prefix}#kept`), undefined);
    }
    await sweep();
    assert.equal(await dedupe.read("github#kept"), undefined);
    assert.equal(await processing.read("p#kept"), undefined);
  });
}
