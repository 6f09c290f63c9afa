import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createJsonLog } from "../../lambdas/aws/json-log.ts";

describe("the log", () => {
  it("writes one JSON object a line, whatever the fields hold", () => {
    const lines: string[] = [];
    const log = createJsonLog((line) => lines.push(line));
    log.info("verified", { id: "a\nb\u2028" });
    log.error("unavailable");
    assert.equal(lines.length, 2);
    for (const line of lines) assert.match(line, /^[^\n]*\n$/);
    const [info, error] = lines.map((line) => JSON.parse(line));
    assert.deepEqual([info.level, info.text, info.id], ["info", "verified", "a\nb\u2028"]);
    assert.deepEqual([error.level, error.text], ["error", "unavailable"]);
    assert.ok(!Number.isNaN(Date.parse(info.time)));
  });
});
