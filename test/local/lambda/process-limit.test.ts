import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { createLambdaFunction, type LambdaFunction } from "../../../local/lambda/lambda-runtime.ts";
import { createProcessLimit, type ProcessLimit } from "../../../local/lambda/process-limit.ts";
import { arrival, definition, lines, payload, useFunctions } from "./function-fixture.ts";

useFunctions();

/** Functions under one limit; what `use` leaves running is ended. */
async function withFunctions(most: number, use: (...functions: LambdaFunction[]) => Promise<void>): Promise<void> {
  const limit = createProcessLimit(most);
  const made = await Promise.all(["one", "two", "three"].map((name) => create(name, limit)));
  await use(...made).finally(() => Promise.all(made.map((lambda) => lambda.close())));
}

async function create(name: string, limit: ProcessLimit): Promise<LambdaFunction> {
  const log = (line: (typeof lines)[number]) => lines.push(line);
  return createLambdaFunction(await definition({ name }), { limit, maxEnvironments: 4, log });
}

const pidsOf = (...functions: readonly LambdaFunction[]) => functions.flatMap((lambda) => lambda.pids());
const countsOf = async (lambda: LambdaFunction) =>
  payload<{ count: number; pid: number }>(await lambda.invoke({ do: "count" }));

describe("the limit over all functions", () => {
  it("has an invocation wait for its turn, then run", async () => {
    await withFunctions(2, async (one, two, three) => {
      assert.ok(one && two && three);
      const running = [one.invoke({ do: "meet" }), two.invoke({ do: "meet" })];
      const [first, second] = [await arrival(), await arrival()];
      const third = three.invoke({ do: "meet" });
      assert.deepEqual(three.pids(), []);
      first.socket.end("go");
      const last = await arrival();
      assert.equal(lines.filter(({ kind }) => kind === "start").length, 3);
      assert.equal(pidsOf(one, two, three).length, 2, "the third runs in the room of the first");
      for (const { socket } of [second, last]) socket.end("go");
      for (const run of [...running, third]) assert.equal(payload(await run), "one");
    });
  });

  it("ends the process that is idle longest to make room", async () => {
    await withFunctions(2, async (one, two, three) => {
      assert.ok(one && two && three);
      const oldest = await countsOf(one);
      const other = await countsOf(two);
      assert.equal((await countsOf(three)).count, 1);
      assert.ok(!pidsOf(one, two, three).includes(oldest.pid));
      assert.deepEqual(await countsOf(two), { ...other, count: 2 });
      assert.equal((await countsOf(one)).count, 1);
      assert.equal(pidsOf(one, two, three).length, 2);
    });
  });

  it("takes no process that was of use just now for a function that has as many", async (test) => {
    const now = Date.now();
    const stopped = test.mock.method(Date, "now", () => now);
    await withFunctions(2, async (one, two) => {
      assert.ok(one && two);
      const warm = await countsOf(one);
      const running = two.invoke({ do: "meet" });
      const { socket } = await arrival();
      await countsOf(one);
      // Until it is idle, and no longer.
      await delay(100);
      // Its second process would be the other's only one: it has it once that has been idle for a while.
      const second = two.invoke({ do: "meet" });
      assert.deepEqual(await countsOf(one), { ...warm, count: 3 });
      stopped.mock.restore();
      const later = await arrival();
      assert.deepEqual(one.pids(), []);
      for (const open of [socket, later.socket]) open.end("go");
      for (const run of [running, second]) assert.equal(payload(await run), "one");
    });
  });

  it("lets no function keep another out for ever", async () => {
    await withFunctions(1, async (busy, other) => {
      assert.ok(busy && other);
      let served = false;
      const keepBusy = async () => {
        while (!served) payload(await busy.invoke({ do: "count" }));
      };
      // Two at a time, so that there is always work for the one process there is.
      const load = Promise.all([keepBusy(), keepBusy()]);
      await countsOf(busy);
      assert.equal((await countsOf(other)).count, 1);
      served = true;
      await load;
    });
  });

  it("counts a process until it is gone, a killed one as well", async () => {
    await withFunctions(1, async (one, two) => {
      assert.ok(one && two);
      const run = one.invoke({ do: "meet" });
      const { pid } = await arrival();
      const next = two.invoke({ do: "count" });
      process.kill(pid, "SIGKILL");
      assert.equal((await run).ok, false);
      assert.equal(payload<{ count: number }>(await next).count, 1);
      await one.replace((await definition()).directory);
      assert.equal((await countsOf(one)).count, 1);
    });
  });

  it("is 1 or more", () => {
    for (const most of [0, Number.NaN]) assert.throws(() => createProcessLimit(most), RangeError);
  });
});
