import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const program = fileURLToPath(new URL("many-items.ts", import.meta.url));
const runner = "Deno" in globalThis ? ["run", "-A", "--no-check"] : ["--no-warnings"];

describe("a delivery whose items take along what surrounds them", () => {
  for (const provider of ["pusher", "meta"]) {
    it(`is brought through without all of their bodies at once: 1,000 items in 1 MB of ${provider}`, async () => {
      const given = [...runner, program, provider, "1000", "1000000"];
      const { stdout } = await promisify(execFile)(process.execPath, given);
      const { answers, queued, megabytes } = JSON.parse(stdout);
      assert.equal(queued, 1000);
      assert.equal(answers.at(-1), 200);
      // Together they are 1,000 MB.
      assert.ok(megabytes < 800, `${megabytes} MB`);
    });
  }
});
