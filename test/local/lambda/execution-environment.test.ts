import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { startEnvironment } from "../../../local/lambda/execution-environment.ts";
import type { InvokeResult } from "../../../local/lambda/function-definition.ts";
import { holdReaper } from "../../../local/lambda/reaper.ts";
import {
  actions,
  arrival,
  arrivals,
  asset,
  create,
  definition,
  failure,
  folder,
  lines,
  lives,
  payload,
  useFunctions,
} from "./function-fixture.ts";

const underDeno = "Deno" in globalThis;
describe("environments", () => {
  useFunctions();

  it("stay warm, one invocation at a time, and grow up to two", async () => {
    const fn = await create();
    const first = payload<{ pid: number }>(await fn.invoke({ do: "count" }));
    assert.deepEqual(payload(await fn.invoke({ do: "count" })), { count: 2, pid: first.pid });
    const runs = Array.from({ length: 5 }, () => fn.invoke({ do: "meet" }));
    const pids = new Set<number>();
    for (let met = 0; met < 5; met += 2) {
      const together = await Promise.all(met < 4 ? [arrival(), arrival()] : [arrival()]);
      assert.equal(new Set(together.map(({ pid }) => pid)).size, together.length, "two runs in one process");
      assert.ok(fn.pids().length <= 2);
      for (const { pid, socket } of together) pids.add(pid) && socket.end("go");
    }
    for (const run of runs) assert.equal(payload(await run), "one");
    assert.equal(pids.size, 2);
    assert.ok(pids.has(first.pid));
  });

  it("of a busy function keep no other function waiting", async () => {
    const [busy, other] = [await create(), await create()];
    const runs = Array.from({ length: 3 }, () => busy.invoke({ do: "meet" }));
    const held = [await arrival(), await arrival()];
    assert.equal(payload<{ count: number }>(await other.invoke({ do: "count" })).count, 1);
    for (const { socket } of held) socket.end("go");
    (await arrival()).socket.end("go");
    for (const run of runs) assert.equal(payload(await run), "one");
  });

  for (const [how, stop] of [
    ["exit", 7],
    ["kill -9", "SIGKILL"],
  ] as const) {
    it(`that die in a run (${how}) fail it at once and are replaced`, async () => {
      const fn = await create();
      const run = fn.invoke({ do: how === "exit" ? "exit" : "meet" });
      if (how !== "exit") process.kill((await arrival()).pid, "SIGKILL");
      const { errorType, errorMessage } = failure(await run);
      assert.equal(errorType, "Runtime.ExitError");
      assert.match(
        errorMessage,
        stop === 7 ? /exited with error: exit status 7$/ : /exited with error: signal: killed$/,
      );
      assert.equal(payload<{ count: number }>(await fn.invoke({ do: "count" })).count, 1);
    });
  }

  it("that die idle are replaced unseen", async () => {
    const fn = await create();
    const { pid } = payload<{ pid: number }>(await fn.invoke({ do: "count" }));
    process.kill(pid, "SIGKILL");
    while (fn.pids().includes(pid)) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(payload<{ count: number }>(await fn.invoke({ do: "count" })).count, 1);
  });

  it("end on a lost rejection and on a full heap", async () => {
    const fn = await create({ memoryMegabytes: 40 });
    const lost = failure(await fn.invoke({ do: "reject" }));
    assert.equal(lost.errorType, "Runtime.UnhandledPromiseRejection");
    assert.match(lost.errorMessage, /lost/);
    assert.equal(failure(await fn.invoke({ do: "heap" })).errorType, "Runtime.ExitError");
    assert.equal(payload<{ count: number }>(await fn.invoke({ do: "count" })).count, 1);
  });

  it("are killed at the function timeout, busy or waiting", async () => {
    const fn = await create({ timeoutSeconds: 0.25 });
    for (const action of ["spin", "never"]) {
      const { errorType, errorMessage } = failure(await fn.invoke({ do: action }));
      assert.equal(errorType, "Sandbox.Timedout");
      assert.match(errorMessage, /[0-9a-f-]{36} Task timed out after 0\.25 seconds$/);
    }
    assert.equal(lines.filter(({ kind }) => kind === "timeout").length, 2);
    let next = await fn.invoke({ do: "count" });
    // A machine may be too busy to count in time.
    while (!next.ok && next.errorType === "Sandbox.Timedout") next = await fn.invoke({ do: "count" });
    assert.equal(payload<{ count: number }>(next).count, 1);
  });

  it("run new code after replace, while the old finishes", async () => {
    const fn = await create();
    const runs = [fn.invoke({ do: "meet" }), fn.invoke({ do: "meet" })];
    const [old, older] = [await arrival(), await arrival()];
    await fn.replace(await asset("fn-", actions.replace('VERSION = "one"', 'VERSION = "two"')));
    const next = fn.invoke({ do: "meet" });
    const young = await arrival();
    assert.deepEqual(new Set(fn.pids()), new Set([old.pid, older.pid, young.pid]));
    young.socket.end("go");
    assert.equal(payload(await next), "two");
    for (const { socket } of [old, older]) socket.end("go");
    for (const run of runs) assert.equal(payload(await run), "one");
    while (fn.pids().includes(old.pid) || fn.pids().includes(older.pid))
      await new Promise((resolve) => setImmediate(resolve));
    assert.ok(fn.pids().includes(young.pid));
  });

  it("are all gone after close, running ones too", async () => {
    const fn = await create();
    const run = fn.invoke({ do: "meet" });
    const queued = [fn.invoke({ do: "meet" }), fn.invoke({ do: "meet" })];
    const { pid } = await arrival();
    await fn.close();
    assert.ok(!lives(pid));
    assert.equal(failure(await run).errorType, "Runtime.ExitError");
    for (const one of queued) assert.match(failure(await one).errorType, /^(Sandbox\.Closed|Runtime\.ExitError)$/);
    assert.equal(failure(await fn.invoke({})).errorType, "Sandbox.Closed");
    assert.deepEqual(fn.pids(), []);
    for (const { socket } of arrivals.splice(0)) socket.destroy();
  });

  it("die with us, even when we are killed and they are busy", async () => {
    const program = join(folder, "parent.mjs");
    const module = new URL("../../../local/lambda/lambda-runtime.ts", import.meta.url).href;
    const code = `import { createLambdaFunction } from ${JSON.stringify(module)};
      const fn = createLambdaFunction(${JSON.stringify(await definition({ timeoutSeconds: 60 }))}, { log() {} });
      for (const run of ["meet", "meetThenSpin"]) fn.invoke({ do: run });`;
    await writeFile(program, code);
    const args = underDeno ? ["run", "-A", program] : [program];
    const parent = spawn(process.execPath, args, { stdio: "ignore" });
    const children = [await arrival(), await arrival()];
    assert.ok(children.every(({ pid }) => lives(pid)));
    const closed = children.map(({ socket }) => once(socket.resume(), "close"));
    parent.kill("SIGKILL");
    await Promise.all(closed);
  });
});

describe("a function that cannot start", () => {
  useFunctions();

  const broken: readonly [string, string, string, RegExp][] = [
    [
      "takes a callback",
      "export const handler = (event, context, callback) => callback();",
      "Runtime.CallbackHandlerDeprecated",
      /index\.handler takes a callback/,
    ],
    ["has no such export", "export const other = () => {};", "Runtime.HandlerNotFound", /index\.handler is undefined/],
    ["throws on import", "throw new TypeError('no table');", "TypeError", /no table/],
    ["is no JavaScript", "export const = 1;", "Runtime.UserCodeSyntaxError", /./],
    ["exits on import", "process.exit(3);", "Runtime.ExitError", /exit status 3/],
  ];
  for (const [title, code, type, text] of broken) {
    it(`since it ${title} fails the invocation`, async () => {
      const fn = await create({ directory: await asset("broken-", code) });
      const { errorType, errorMessage } = failure(await fn.invoke({}));
      assert.deepEqual([errorType, text.test(errorMessage)], [type, true], errorMessage);
      assert.ok(!failure(await fn.invoke({})).errorMessage.includes("closed"));
    });
  }

  it("since its file is missing names file and directory", async () => {
    const fn = await create({ entry: "gone.handler" });
    const { errorType, errorMessage } = failure(await fn.invoke({}));
    assert.equal(errorType, "Runtime.ImportModuleError");
    assert.match(errorMessage, /Cannot find module 'gone' in .*fn-/);
  });

  it("in time is killed", async () => {
    const directory = await asset("slow-", "setInterval(() => {}, 1000); await new Promise(() => {});");
    const reaper = holdReaper();
    const told = Promise.withResolvers<InvokeResult>();
    const environment = startEnvironment(await definition({ directory }), {
      log() {},
      reaper,
      onChange() {},
      onInitFailure: told.resolve,
      initLimitSeconds: 0.3,
    });
    assert.match(failure(await told.promise).errorMessage, /Init timed out after 0\.30 seconds$/);
    await environment.end();
    await reaper.release();
  });
});
