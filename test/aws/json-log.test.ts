import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createJsonLog } from "../../lambdas/aws/log/json-log.ts";

const claimed = { level: "debug", step: "dedupe", kind: "claimed", events: 1, waited: 0, milliseconds: 1 } as const;

describe("the log", () => {
  it("writes one JSON object a line, whatever the fields hold", () => {
    const lines: string[] = [];
    const log = createJsonLog({ write: (line) => lines.push(line) });
    log({ level: "info", step: "dedupe", kind: "new", source: "acme", id: "a\nb\u2028" });
    log({ level: "error", step: "verify", kind: "unavailable" });
    assert.equal(lines.length, 2);
    for (const line of lines) assert.match(line, /^[^\n]*\n$/);
    const [info, error] = lines.map((line) => JSON.parse(line));
    assert.deepEqual([info.level, info.text, info.id], ["info", "new", "a\nb\u2028"]);
    assert.deepEqual([error.level, error.text], ["error", "unavailable"]);
    assert.ok(!Number.isNaN(Date.parse(info.time)));
  });

  it("writes no details where no share is configured", () => {
    const log = createJsonLog({ write: assert.fail, traceOf: () => "1-68b00000-0123456789abcdef00000000" });
    log(claimed);
  });

  it("writes details for the configured share of traces, for all of a trace or none", () => {
    let trace: string | undefined;
    const lines: string[] = [];
    const log = createJsonLog({ write: (line) => lines.push(line), traceOf: () => trace, debugShare: 0.25 });
    const detailed = (given: string | undefined) => {
      trace = given;
      lines.length = 0;
      log(claimed);
      return lines.length;
    };
    const ends = Array.from({ length: 1000 }, (_, index) => Math.floor((index / 1000) * 2 ** 32));
    const traces = ends.map((end) => `1-68b00000-0123456789abcdef${end.toString(16).padStart(8, "0")}`);
    const sampled = traces.filter((one) => detailed(one) === 1);
    assert.equal(sampled.length, 250);
    for (const one of sampled) assert.equal(detailed(one), 1);
    assert.equal(detailed(undefined), 0);
    detailed(traces[0]);
    const { level, text, step, trace: written } = JSON.parse(lines[0] ?? "");
    assert.deepEqual(
      { level, text, step, written },
      { level: "debug", text: "claimed", step: "dedupe", written: traces[0] },
    );
  });
});
