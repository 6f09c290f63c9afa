import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { retried } from "../../lambdas/core/retry.ts";
import { handTime } from "./hand-time.ts";

describe("a call that fails", () => {
  const time = handTime();
  const failing = () => Promise.reject(new Error("busy"));

  it("is repeated after growing pauses, a limited number of times", async () => {
    await assert.rejects(time.until(retried(failing, { tries: 3 })), /busy/);
    const [first = 0, second = 0, ...more] = time.asked;
    assert.ok(first >= 25 && first <= 50 && second >= 50 && second <= 100, `${first} ${second}`);
    assert.deepEqual(more, []);
  });

  it("is not repeated where its error is an answer, or the time is up", async () => {
    const isFinal = () => true;
    await assert.rejects(retried(failing, { tries: 3, isFinal }), /busy/);
    const stop = new AbortController();
    const trying = retried(failing, { tries: 3, signal: stop.signal });
    await new Promise((resolve) => setImmediate(resolve));
    stop.abort(new Error("late"));
    await assert.rejects(trying, /late/);
  });

  it("gives what a later try gives", async () => {
    let calls = 0;
    const call = async () => (++calls < 3 ? await failing() : calls);
    assert.equal(await time.until(retried(call, { tries: 3 })), 3);
  });
});
