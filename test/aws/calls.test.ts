import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { callWithin, createCalls } from "../../lambdas/aws/calls.ts";
import { handTime } from "../core/hand-time.ts";

describe("callWithin()", () => {
  const time = handTime();

  it("ends the running try when its signal aborts, and begins no other", async () => {
    const stop = new AbortController();
    const given: AbortSignal[] = [];
    const call = async (abortSignal: AbortSignal) => {
      given.push(abortSignal);
      stop.abort(new Error("time is up"));
      assert.equal(abortSignal.aborted, true);
      throw abortSignal.reason;
    };
    await assert.rejects(callWithin({ tries: 3, milliseconds: 60_000, signal: stop.signal }, call), /time is up/);
    assert.equal(given.length, 1);
  });

  it("gives each try its own time, and the next one after it", async () => {
    let tries = 0;
    const call = async (abortSignal: AbortSignal) => {
      tries += 1;
      if (tries === 3) return "answered";
      await new Promise((resolve) => abortSignal.addEventListener("abort", resolve));
      throw abortSignal.reason;
    };
    assert.equal(await time.until(callWithin({ tries: 3, milliseconds: 5 }, call)), "answered");
  });

  it("gives each try its time on the scale of its port", async () => {
    for (const [options, milliseconds] of [
      [{}, 400],
      [{ timeScale: 5 }, 2000],
    ] as const) {
      const began = time.passed();
      const hanging = createCalls(options)({ tries: 1, milliseconds: 400 }, () => new Promise<never>(() => {}));
      await assert.rejects(time.until(hanging), { name: "TimeoutError" });
      assert.equal(time.passed() - began, milliseconds);
    }
  });

  it("throws an error that is an answer at once", async () => {
    let tries = 0;
    const call = async () => {
      tries += 1;
      throw new RangeError("no such thing");
    };
    const isAnswer = (error: unknown) => error instanceof RangeError;
    await assert.rejects(callWithin({ tries: 3, milliseconds: 1000 }, call, isAnswer), /no such thing/);
    assert.equal(tries, 1);
  });
});
