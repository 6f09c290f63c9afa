import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";
import { processor, toEnvelope } from "../../../lambdas/core/mod.ts";
import { copyOf, createTestProcessing, event } from "../copies.ts";
import { handTime } from "../hand-time.ts";

const impact = "Orders are not shipped";

describe("an event whose body lies elsewhere", () => {
  const time = handTime();
  const body = new TextEncoder().encode('{"amount":7}');
  const { body: _, ...rest } = event;
  const deposit = `claims/acme/${createHash("sha256").update(body).digest("base64url")}`;
  const envelope = toEnvelope({ ...rest, deposit });

  it("runs with the body that was fetched", async () => {
    const { process } = createTestProcessing();
    const seen: unknown[] = [];
    const work = processor({ impact }, async (attempt) => void seen.push(attempt.payload, attempt.event.body));
    const asked: string[] = [];
    const collect = async (reference: string) => {
      asked.push(reference);
      return body;
    };
    assert.deepEqual(await process(work, [copyOf(envelope)], { collect }), []);
    assert.deepEqual(seen, [{ amount: 7 }, body]);
    assert.deepEqual(asked, [deposit]);
  });

  it("is retried, and not dead, when its body is missing, another, or cannot be fetched", async () => {
    const absent = () => Promise.reject(new Error("NoSuchKey"));
    for (const more of [{ collect: absent }, { collect: async () => new Uint8Array(3) }, {}]) {
      const { process, store } = createTestProcessing();
      let runs = 0;
      const work = processor({ impact }, async () => void runs++);
      const copy = copyOf(envelope);
      assert.deepEqual(await process(work, [copy], { random: () => 0, ...more }), ["message-1"]);
      assert.equal(runs, 0);
      assert.deepEqual(copy.retries, [5]);
      assert.equal([...store.records.values()][0]?.state, "failed");
    }
  });

  it("is limited by the time of its run", async () => {
    const { process, lines } = createTestProcessing();
    const work = processor({ impact, timeoutSeconds: 1 }, async () => {});
    const collect = () => new Promise<never>(() => {});
    assert.deepEqual(await time.until(process(work, [copyOf(envelope)], { collect })), ["message-1"]);
    assert.ok(lines.some((line) => line.startsWith("overran")));
  });
});
