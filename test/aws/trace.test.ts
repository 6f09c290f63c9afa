import assert from "node:assert/strict";
import process from "node:process";
import { afterEach, describe, it } from "node:test";
import type { SQSClient } from "@aws-sdk/client-sqs";
import type { SQSEvent } from "aws-lambda";
import { createJsonLog } from "../../lambdas/aws/log/json-log.ts";
import { createTraces, traceIdOf } from "../../lambdas/aws/log/trace.ts";
import { createEventQueues } from "../../lambdas/aws/sqs/event-queues.ts";
import { toEnvelope } from "../../lambdas/core/mod.ts";
import { event } from "../core/copies.ts";
import { acknowledged, createFakeClient } from "./fake-client.ts";

const header = (root: string) => `Root=1-${root};Parent=53995c3f42cd8ad8;Sampled=1;Lineage=1:fc3b4ff1:0`;
const record = (id: string, trace: string | undefined) => ({
  body: toEnvelope({ ...event, id }),
  attributes: trace === undefined ? {} : { AWSTraceHeader: header(trace) },
});
const batch = (...records: readonly ReturnType<typeof record>[]) => ({ Records: records }) as unknown as SQSEvent;
const tracesOf = (lines: readonly string[]) => lines.map((line) => JSON.parse(line).trace);

const before = process.env._X_AMZN_TRACE_ID;

describe("the trace of an event", () => {
  afterEach(() => {
    if (before === undefined) delete process.env._X_AMZN_TRACE_ID;
    else process.env._X_AMZN_TRACE_ID = before;
  });

  it("is the root in an X-Ray header, at any place in it", () => {
    assert.equal(traceIdOf(header("a-b")), "1-a-b");
    assert.equal(traceIdOf("Self=1-x-y;Root=1-a-b"), "1-a-b");
    for (const none of [undefined, "", "Parent=1", "NotRoot=1-a-b"]) assert.equal(traceIdOf(none), undefined);
  });

  it("is in every line of its invocation", () => {
    const lines: string[] = [];
    const log = createJsonLog({ write: (line) => lines.push(line) });
    process.env._X_AMZN_TRACE_ID = header("first");
    log({ level: "info", step: "dedupe", kind: "new", source: "acme", id: "1" });
    process.env._X_AMZN_TRACE_ID = header("second");
    log({ level: "error", step: "verify", kind: "unavailable" });
    delete process.env._X_AMZN_TRACE_ID;
    log({ level: "info", step: "verify", kind: "handshake answered", source: "acme" });
    assert.deepEqual(tracesOf(lines), ["1-first", "1-second", undefined]);
  });

  it("is sent with the event to its queue, once per message, and not outside Lambda", async () => {
    const { client, inputs } = createFakeClient<SQSClient>((input) => ({
      Successful: acknowledged(input.Entries as Parameters<typeof acknowledged>[0]),
    }));
    const queues = createEventQueues(client, "", [], { deposit: () => Promise.reject(new Error("none")) });
    process.env._X_AMZN_TRACE_ID = header("sent");
    await queues.send("orders", [event, { ...event, id: "2" }]);
    delete process.env._X_AMZN_TRACE_ID;
    await queues.send("orders", [event]);
    const sent = inputs.map(({ Entries }) =>
      (Entries as readonly { readonly MessageSystemAttributes?: unknown }[]).map((one) => one.MessageSystemAttributes),
    );
    const attributes = { AWSTraceHeader: { DataType: "String", StringValue: header("sent") } };
    assert.deepEqual(sent, [[attributes, attributes], [undefined]]);
  });

  it("is in the lines of its processor, beside events of other deliveries, also with unusual ids", () => {
    const lines: string[] = [];
    const traces = createTraces();
    const log = createJsonLog({ write: (line) => lines.push(line), traceOf: traces.of });
    const ids = ["plain", 'quoted "1" \\', "é漢\u007f\n"];
    process.env._X_AMZN_TRACE_ID = header("processor");
    traces.note(batch(...ids.map((id, index) => record(id, `${index}`)), record("without", undefined)));
    const done = {
      level: "info",
      step: "process",
      kind: "done",
      processor: "acme/a",
      attempt: 1,
      milliseconds: 1,
    } as const;
    for (const id of [...ids, "without", "unknown"]) log({ ...done, source: "acme", id });
    log({ ...done, source: "another", id: "plain" });
    log({ level: "error", step: "process", kind: "unknown envelope", processor: "acme/a", messageId: "m" });
    assert.deepEqual(tracesOf(lines), ["1-0", "1-1", "1-2", ...Array(4).fill("1-processor")]);
  });

  it("is forgotten with its batch", () => {
    const traces = createTraces();
    process.env._X_AMZN_TRACE_ID = header("processor");
    traces.note(batch(record("one", "old")));
    traces.note(batch(record("two", "new")));
    assert.equal(traces.of({ source: "acme", id: "one" }), "1-processor");
    assert.equal(traces.of({ source: "acme", id: "two" }), "1-new");
  });
});
