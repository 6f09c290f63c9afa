import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { providers } from "../../../lambdas/providers/mod.ts";
import type { Refused } from "./unsigned.ts";

describe("6 MB without a signature", () => {
  it("are refused for every provider, in a process with a heap of 64 MB", async () => {
    const program = fileURLToPath(new URL("unsigned.ts", import.meta.url));
    const runner =
      "Deno" in globalThis
        ? ["run", "-A", "--no-check", "--v8-flags=--max-old-space-size=64"]
        : ["--no-warnings", "--max-old-space-size=64"];
    const { stdout } = await promisify(execFile)(process.execPath, [...runner, program], { maxBuffer: 2 ** 24 });
    const refused = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Refused);
    assert.deepEqual(new Set(refused.map(({ provider }) => provider)), new Set(Object.keys(providers)));
    // Keys that are fetched cannot be had here: that is a refusal, too.
    for (const { provider, body, status } of refused) {
      assert.ok([400, 401, 413, 503].includes(status), `${provider}, ${body}: ${status}`);
    }
  });
});
