import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Attempt, processor } from "../../../lambdas/core/mod.ts";
import {
  functionTimeoutSeconds,
  visibilityTimeoutSeconds,
} from "../../../lambdas/core/processing/processor-options.ts";
import { event } from "../copies.ts";

const impact = "Orders are not shipped";
const run = async () => {};
const attempt: Attempt<unknown> = {
  ...{ event, payload: {}, idempotencyKey: "k", attempt: 1 },
  signal: new AbortController().signal,
  log: { info() {}, error() {}, debug() {} },
};

describe("the definition of a processor", () => {
  it("has the harm of a failure", () => {
    for (const blank of ["", "  \n"]) {
      assert.throws(() => processor({ impact: blank }, run), {
        name: "TypeError",
        message: /impact must be a text that says the harm/,
      });
    }
    const missing: { readonly impact: string } = JSON.parse("{}");
    for (const [given, message] of [
      [missing, /impact must be a text that says the harm.*, received nothing$/],
      [undefined as never, /its options must be an object, received nothing$/],
      [null as never, /its options must be an object, received null$/],
    ] as const) {
      assert.throws(() => processor(given, run), { name: "TypeError", message });
    }
  });

  it("names types that are not empty, a star at their end alone", () => {
    for (const type of ["", "*x", "a*b", "**"]) {
      assert.throws(() => processor({ impact, types: ["fine", type] }, run), {
        name: "TypeError",
        message: /types\[1\] must be a type, which may end/,
      });
    }
    for (const type of ["*", "order.*", "charge:failed", "Push Hook"]) {
      assert.doesNotThrow(() => processor({ impact, types: [type] }, run));
    }
  });

  const ranges = [
    ["timeoutSeconds", 1, 840],
    ["memoryMegabytes", 128, 10_240],
    ["batchSize", 1, 10],
    ["maxConcurrency", 2, 1000, ", or false"],
  ] as const;
  for (const [name, least, greatest, or = ""] of ranges) {
    it(`has ${name} that is a whole number from ${least} to ${greatest}`, () => {
      for (const value of [least - 1, greatest + 1, least + 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
        const message = `Cannot define processor: ${name} must be a whole number from ${least} to ${greatest}${or}, received ${value}`;
        assert.throws(() => processor({ impact, [name]: value }, run), { name: "RangeError", message });
      }
      for (const value of [least, greatest]) assert.doesNotThrow(() => processor({ impact, [name]: value }, run));
    });
  }

  it("has retries within what a queue can do", () => {
    for (const retry of [{ attempts: 0 }, { attempts: 101 }, { maxDelaySeconds: 0 }, { maxDelaySeconds: 43_201 }]) {
      assert.throws(() => processor({ impact, retry }, run), RangeError);
    }
    assert.doesNotThrow(() => processor({ impact, retry: { attempts: 100, maxDelaySeconds: 3600 } }, run));
    assert.doesNotThrow(() => processor({ impact, retry: { attempts: 14, maxDelaySeconds: 43_200 } }, run));
    // Later than that, the queue would delete the event, and no DLQ would have it.
    const late = {
      name: "RangeError",
      message: /end within 6 days.*25 attempts with pauses of up to 43200 s may take 7\.\d/,
    };
    assert.throws(() => processor({ impact, retry: { attempts: 25, maxDelaySeconds: 43_200 } }, run), late);
    assert.throws(() => processor({ impact, timeoutSeconds: 840, retry: { attempts: 100 } }, run), {
      name: "RangeError",
    });
  });

  it("has every default in its options, where nothing or undefined is given", () => {
    const defaults = {
      ...{ timeoutSeconds: 30, memoryMegabytes: 256, batchSize: 10, maxConcurrency: 5 },
      retry: { attempts: 14, maxDelaySeconds: 3600 },
    };
    assert.deepEqual(processor({ impact }, run).options, { impact, ...defaults });
    const none = { timeoutSeconds: undefined, retry: { attempts: undefined } } as object;
    assert.deepEqual(processor({ impact, ...none }, { setup() {}, run }).options, { impact, ...defaults });
    const { options } = processor({ impact, timeoutSeconds: 7, retry: { attempts: 3 } }, run);
    assert.deepEqual(options, {
      ...{ impact, ...defaults, timeoutSeconds: 7 },
      retry: { attempts: 3, maxDelaySeconds: 3600 },
    });
  });

  it("says how long its function may run, and how long its queue hides what it has received", () => {
    for (const [timeoutSeconds, functionSeconds] of [
      [1, 12],
      [30, 70],
      [445, 900],
      [840, 900],
    ] as const) {
      const { options } = processor({ impact, timeoutSeconds, retry: { attempts: 1 } }, run);
      assert.equal(functionTimeoutSeconds(options), functionSeconds);
      assert.equal(visibilityTimeoutSeconds(options), 6 * functionSeconds);
    }
  });
});

describe("the setup of a processor", () => {
  it("does not run when the file is loaded", () => {
    processor({ impact }, { setup: () => assert.fail("setup ran"), run });
  });

  it("runs once for all runs, also where several start together", async () => {
    let setups = 0;
    const seen: number[] = [];
    const work = processor(
      { impact },
      {
        setup: async () => ++setups,
        run: async (_, tools) => void seen.push(tools),
      },
    );
    await Promise.all([work.run(attempt), work.run(attempt)]);
    await work.run(attempt);
    assert.deepEqual(seen, [1, 1, 1]);
  });

  it("runs again after it failed, whether it rejected or threw", async () => {
    for (const fail of [
      () => Promise.reject(new Error("no network")),
      () => {
        throw new Error("no network");
      },
    ]) {
      let setups = 0;
      const work = processor(
        { impact },
        {
          setup: () => (++setups === 1 ? fail() : setups),
          run: async (_, tools) => assert.equal(tools, 2),
        },
      );
      await assert.rejects(work.run(attempt), /no network/);
      await work.run(attempt);
      assert.equal(setups, 2);
    }
  });

  it("does not run again when a run fails", async () => {
    let setups = 0;
    const work = processor(
      { impact },
      {
        setup: () => ++setups,
        run: () => Promise.reject(new Error("no")),
      },
    );
    for (let runs = 0; runs < 3; runs += 1) await assert.rejects(work.run(attempt), /no/);
    assert.equal(setups, 1);
  });
});
