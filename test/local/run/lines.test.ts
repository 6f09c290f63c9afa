import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { LambdaLine } from "../../../local/lambda/function-definition.ts";
import { formatLine, formatLines, isFigures } from "../../../local/lines.ts";

const now = new Date(2026, 0, 2, 3, 4, 5);

function lambda(text: string, kind: LambdaLine["kind"] = "stdout"): string {
  return formatLine({ from: "lambda", line: { functionName: "verify", pid: 42, kind, text } }, now);
}

describe("a line of a local run", () => {
  it("shows a step's line as step, event, id, text and further fields", () => {
    const line = {
      level: "info",
      time: "t",
      step: "enqueue",
      source: "github",
      type: "push",
      id: "e-1",
      text: "sent",
      queues: 2,
    };
    assert.equal(lambda(JSON.stringify(line)), "03:04:05  enqueue  github/push e-1 sent queues=2");
  });

  it("names the processor where the event's type does not", () => {
    const line = { step: "process", source: "github", type: "push", id: "e-1", text: "done" };
    const shown = (more: object) => lambda(JSON.stringify({ ...line, ...more })).slice(10);
    assert.equal(shown({ processor: "github/push" }), "process  github/push e-1 done");
    assert.equal(shown({ processor: "github/audit" }), "process  github/push e-1 done by github/audit");
    assert.equal(shown({ processor: "github/audit", type: undefined }), "process  github/audit e-1 done");
  });

  it("shows a text as it is and everything else as JSON", () => {
    const line = { step: "dedupe", source: "github", outcome: "duplicate", more: { a: [1] }, none: null };
    assert.equal(lambda(JSON.stringify(line)), '03:04:05  dedupe   github outcome=duplicate more={"a":[1]} none=null');
  });

  it("shows the text of a run's own line, then its event", () => {
    const line = { step: "run", processor: "github/push", source: "github", id: "e-1", text: "shipped" };
    const shown = (data: unknown) => lambda(JSON.stringify({ ...line, data })).slice(10);
    assert.equal(shown({ parcels: 2, to: "Oslo" }), "run      github/push e-1 shipped parcels=2 to=Oslo");
    assert.equal(shown([1]), "run      github/push e-1 shipped data=[1]");
    assert.equal(shown("now"), "run      github/push e-1 shipped data=now");
    assert.equal(shown(undefined), "run      github/push e-1 shipped");
  });

  it("shows no other value as the text, and each id as one word", () => {
    const line = { step: "run", source: "github", type: "push", text: { toString: 1 }, id: { toString: 1 } };
    assert.equal(lambda(JSON.stringify(line)).slice(10), 'run      github/push "{\\"toString\\":1}" {"toString":1}');
    const forged = {
      step: "process",
      source: "github",
      type: "push",
      id: "e-1 done by g/push attempt=1",
      text: "failed",
    };
    assert.equal(
      lambda(JSON.stringify(forged)).slice(10),
      'process  github/push "e-1 done by g/push attempt=1" failed',
    );
  });

  it("indents the further lines of a stack, so that none passes for a line of the run", () => {
    const text = "Error: no\n    at run (push.ts:3:1)\n\n12:00:00  verify   forged";
    const lines = formatLines({ from: "lambda", line: { functionName: "verify", pid: 42, kind: "error", text } }, now);
    assert.deepEqual(lines, [
      "03:04:05  lambda   verify pid 42: error Error: no",
      `${" ".repeat(19)}    at run (push.ts:3:1)`,
      `${" ".repeat(19)}12:00:00  verify   forged`,
    ]);
  });

  it("omits the fields that a step's line does not have", () => {
    assert.equal(lambda('{"step":"verify"}').trimEnd(), "03:04:05  verify");
  });

  it("leaves out the trace, which only CloudWatch asks for", () => {
    assert.equal(lambda('{"step":"verify","text":"verified","trace":"1-a-b"}'), "03:04:05  verify   verified");
  });

  it("shows no line of figures, which are for CloudWatch alone", () => {
    const isOne = (text: string, kind: LambdaLine["kind"] = "stdout") =>
      isFigures({ from: "lambda", line: { functionName: "verify", pid: 42, kind, text } });
    assert.equal(isOne('{"_aws":{"Timestamp":1},"Deliveries":1}'), true);
    assert.equal(isOne('{"step":"verify"}'), false);
    assert.equal(isOne('{"_aws":{}}', "stderr"), false);
    assert.equal(isFigures({ from: "run", text: '{"_aws":' }), false);
  });

  it("leaves out the figures that a step's line holds, and nothing else of it", () => {
    const line = { step: "dedupe", source: "github", type: "push", id: "e-1", text: "new" };
    const CloudWatchMetrics = [{ Namespace: "N", Dimensions: [["Stage"]], Metrics: [{ Name: "Deliveries" }] }];
    const figures = { _aws: { Timestamp: 1, CloudWatchMetrics }, Stage: "dev", Deliveries: 1 };
    assert.equal(lambda(JSON.stringify({ ...line, ...figures })).slice(10), "dedupe   github/push e-1 new");
    assert.equal(
      lambda(JSON.stringify({ ...line, init: 140, ...figures })).slice(10),
      "dedupe   github/push e-1 new init=140",
    );
    // Anybody's code may print such a line.
    for (const odd of [
      { _aws: 1 },
      { _aws: { CloudWatchMetrics: [null] } },
      { _aws: { CloudWatchMetrics: [{ Metrics: 1 }] } },
    ])
      assert.match(lambda(JSON.stringify({ ...line, ...odd })), /e-1 new/);
  });

  it("shows the text that a run gave to console, and the stack of an error", () => {
    const given = (message: unknown) =>
      lambda(JSON.stringify({ timestamp: "t", level: "INFO", requestId: "r", message }));
    assert.equal(given("hello"), "03:04:05  lambda   verify: hello");
    assert.equal(given({ a: 1 }), '03:04:05  lambda   verify: {"a":1}');
    const stackTrace = ["Error: no", "at run (push.ts:1:1)"];
    assert.equal(given({ errorType: "Error", stackTrace }), `03:04:05  lambda   verify: ${stackTrace.join("\n")}`);
  });

  it("shows any other line of a function as it came", () => {
    for (const text of ["hello", '{"level":"info"}', "null", "[1]", '{"step":1}', '{"step":']) {
      assert.equal(lambda(text), `03:04:05  lambda   verify: ${text}`);
    }
  });

  it("shows the end of a function's process, with its id", () => {
    assert.equal(lambda("", "start"), "03:04:05  lambda   verify pid 42: start");
    assert.equal(lambda("boom", "error"), "03:04:05  lambda   verify pid 42: error boom");
    assert.equal(lambda("boom", "stderr"), "03:04:05  lambda   verify pid 42: stderr boom");
  });

  it("shows an alarm's new state in front", () => {
    const alarm = (state: "ALARM" | "OK", text: string) =>
      formatLine({ from: "alarm", line: { alarm: "a", state, text } }, now);
    assert.equal(alarm("ALARM", "1 in dlq: harm"), "03:04:05  ALARM    1 in dlq: harm");
    assert.equal(alarm("OK", "dlq is empty"), "03:04:05  OK       dlq is empty");
  });

  it("shows the run's own lines", () => {
    assert.equal(formatLine({ from: "run", text: "rebuilt" }, now), "03:04:05  local    rebuilt");
  });
});
