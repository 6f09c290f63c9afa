import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { devNull } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { createLambdaFunction } from "../../../local/lambda/lambda-runtime.ts";
import { create, definition, failure, folder, lines, payload, useFunctions } from "./function-fixture.ts";

const underDeno = "Deno" in globalThis;
describe("an invocation", () => {
  useFunctions();

  it("hands over event and context, and brings back the result", async () => {
    const fn = await create({ memoryMegabytes: 256, version: "7" });
    assert.deepEqual(payload(await fn.invoke({ do: "echo", value: { a: ["ü", null] } })), { a: ["ü", null] });
    assert.equal(payload(await fn.invoke({ do: "nothing" })), null);
    const context = payload<Record<string, unknown>>(await fn.invoke({ do: "context" }));
    assert.equal(context.functionName, "fn");
    assert.equal(context.functionVersion, "7");
    assert.equal(context.memoryLimitInMB, "256");
    assert.equal(context.invokedFunctionArn, "arn:aws:lambda:us-east-1:000000000000:function:fn");
    assert.equal(context.logGroupName, "/aws/lambda/fn");
    assert.match(String(context.logStreamName), /^\d{4}\/\d\d\/\d\d\/\[7\]/);
    assert.match(String(context.awsRequestId), /^[0-9a-f-]{36}$/);
    assert.ok(Number(context.remaining) > 30_000 && Number(context.remaining) <= 60_000, String(context.remaining));
  });

  it("sees Lambda's variables and its own, and none of ours", async () => {
    const ours = {
      AWS_PROFILE: "real",
      AWS_SECRET_ACCESS_KEY: "real-key",
      AWS_ENDPOINT_URL: "http://real",
      OUR_TOKEN: "x",
    };
    const saved = { ...process.env };
    Object.assign(process.env, ours);
    try {
      const fn = await create({ environment: { AWS_REGION: "eu-west-1" } });
      const env = payload<Record<string, string>>(await fn.invoke({ do: "env" }, { traceId: "Root=1-a-b;Sampled=1" }));
      assert.equal(env.TABLE, "events");
      assert.equal(env.AWS_REGION, "eu-west-1");
      assert.equal(env.AWS_SECRET_ACCESS_KEY, "local");
      assert.equal(env.AWS_EC2_METADATA_DISABLED, "true");
      assert.deepEqual([env.AWS_CONFIG_FILE, env.AWS_SHARED_CREDENTIALS_FILE], [devNull, devNull]);
      assert.equal(env._X_AMZN_TRACE_ID, "Root=1-a-b;Sampled=1");
      assert.match(env.AWS_LAMBDA_RUNTIME_API ?? "", /^127\.0\.0\.1:\d+\/[0-9a-f]{32}$/);
      for (const name of [
        "FUNCTION_NAME",
        "FUNCTION_VERSION",
        "FUNCTION_MEMORY_SIZE",
        "LOG_GROUP_NAME",
        "LOG_STREAM_NAME",
      ]) {
        assert.ok(env[`AWS_LAMBDA_${name}`], name);
      }
      for (const name of ["AWS_PROFILE", "AWS_ENDPOINT_URL", "OUR_TOKEN", "HOME", "USER"])
        assert.equal(env[name], undefined, name);
      assert.ok(!JSON.stringify(env).includes("real"));
      const second = payload<Record<string, string>>(await fn.invoke({ do: "env" }));
      assert.match(second._X_AMZN_TRACE_ID ?? "", /^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Sampled=0$/);
    } finally {
      for (const name of Object.keys(ours)) delete process.env[name];
      Object.assign(process.env, saved);
    }
  });

  it("fails with the function's own error, and the environment goes on", async () => {
    const fn = await create();
    assert.deepEqual(await fn.invoke({ do: "throws" }), {
      ok: false,
      errorType: "RangeError",
      errorMessage: "too much",
    });
    assert.match(lines.find(({ kind }) => kind === "error")?.text ?? "", /RangeError: too much\n\s+at .*index\.mjs/);
    assert.deepEqual(await fn.invoke({ do: "throwsText" }), { ok: false, errorType: "string", errorMessage: "plain" });
    assert.equal(failure(await fn.invoke({ do: "bigint" })).errorType, "Runtime.JSONStringifyError");
    assert.equal(payload<{ count: number }>(await fn.invoke({ do: "count" })).count, 1);
    assert.equal(lines.filter(({ kind }) => kind === "start").length, 1);
  });

  it("keeps to 6 MB each way", async () => {
    const fn = await create();
    const large = failure(await fn.invoke({ do: "echo", value: "x".repeat(6 * 1024 * 1024) }));
    assert.equal(large.errorType, "RequestEntityTooLarge");
    assert.equal(lines.length, 0, "no environment is started for it");
    assert.equal(failure(await fn.invoke({ do: "big" })).errorType, "Function.ResponseSizeTooLarge");
    assert.equal(payload(await fn.invoke({ do: "echo", value: 1 })), 1);
    const room = 6 * 1024 * 1024 - JSON.stringify({ do: "echo", value: "" }).length;
    assert.equal(payload<string>(await fn.invoke({ do: "echo", value: "x".repeat(room) })).length, room);
  });

  it("passes on what the function prints, line by line", async () => {
    const fn = await create();
    payload(await fn.invoke({ do: "print" }));
    const [pid] = fn.pids();
    await fn.close();
    assert.deepEqual(
      lines.filter(({ kind }) => kind !== "start").sort((a, b) => a.text.localeCompare(b.text)),
      [
        { functionName: "fn", pid, kind: "exit", text: "signal: SIGKILL" },
        { functionName: "fn", pid, kind: "stderr", text: "to stderr" },
        { functionName: "fn", pid, kind: "stdout", text: "to stdout" },
      ],
    );
  });
});

describe("the JSON format of a function's log", () => {
  useFunctions();

  it("makes a line of console an object, with its level and its request, and leaves other lines as they are", async () => {
    const fn = await create({ logsJson: true });
    payload(await fn.invoke({ do: "printAll" }));
    await fn.close();
    const said = lines
      .filter(({ kind }) => /^std/.test(kind))
      .map(({ kind, text }) => [kind, JSON.parse(text)] as const);
    assert.ok(said.every(([kind]) => kind === "stdout"));
    const [figures, ...all] = said.map(([, fields]) => fields);
    assert.deepEqual(figures, { _aws: {}, Deliveries: 1 });
    assert.deepEqual(
      all.map(({ level, message }) => [level, message]),
      [
        ["INFO", "text"],
        ["DEBUG", { a: 1 }],
        ["WARN", "two 2"],
        ["ERROR", { errorType: "RangeError", errorMessage: "too much", stackTrace: all[3].message.stackTrace }],
        ["ERROR", all[4].message],
      ],
    );
    assert.match(all[4].message, /^it failed: RangeError: too much\n/);
    assert.match(all[3].message.stackTrace[0], /^RangeError: too much/);
    assert.deepEqual([all[4].errorType, all[4].errorMessage], ["RangeError", "too much"]);
    for (const { requestId, timestamp } of all) {
      assert.match(requestId, /^[0-9a-f-]{36}$/);
      assert.match(timestamp, /^\d{4}-.*Z$/);
    }
  });
});

describe("the network", () => {
  useFunctions();

  it("ends at this machine under Deno", { skip: !underDeno }, async () => {
    const { errorType, errorMessage } = failure(await (await create()).invoke({ do: "outside" }));
    assert.equal(errorType, "NotCapable");
    assert.match(errorMessage, /192\.0\.2\.1/);
  });

  it("can be watched by a preloaded module under Node", { skip: underDeno }, async () => {
    const module = join(folder, "preload.mjs");
    await writeFile(module, "globalThis.preloaded = true;");
    process.env.HOOKLINE_CHILD_IMPORT = module;
    try {
      assert.equal(payload(await (await create()).invoke({ do: "preloaded" })), true);
    } finally {
      delete process.env.HOOKLINE_CHILD_IMPORT;
    }
    assert.equal(payload(await (await create()).invoke({ do: "preloaded" })), false);
  });
});

describe("a definition", () => {
  useFunctions();

  it("with a fault is refused at once", async () => {
    const good = await definition();
    for (const bad of [
      { directory: "dist" },
      { entry: "index" },
      { timeoutSeconds: 0 },
      { memoryMegabytes: Number.NaN },
    ]) {
      assert.throws(
        () => createLambdaFunction({ ...good, ...bad }, { log() {} }),
        /Cannot create function: .*(dist|index|0|NaN)/,
      );
    }
  });
});
