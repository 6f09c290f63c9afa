import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** What a program prints that has so many megabytes of heap. */
async function run(program: string, megabytes: number, ...given: readonly string[]) {
  const heap = `--max-old-space-size=${megabytes}`;
  const runner = "Deno" in globalThis ? ["run", "-A", "--no-check", `--v8-flags=${heap}`] : ["--no-warnings", heap];
  const file = fileURLToPath(new URL(program, import.meta.url));
  // A delivery that has no time left logs a line for each item.
  const most = { maxBuffer: 256 * 1_048_576 };
  const { stdout } = await promisify(execFile)(process.execPath, [...runner, file, ...given], most);
  return JSON.parse(stdout);
}

const deliver = (...given: readonly string[]) => run("many-items.ts", 256, ...given);

describe("a delivery whose items take along what surrounds them", () => {
  for (const provider of ["pusher", "meta"]) {
    it(`is enqueued without all bodies in memory at once: 1,000 items in 1 MB of ${provider}`, async () => {
      // An hour: a slow machine has the time that it needs.
      const { statusCode, queued, megabytes } = await deliver(provider, "1000", "1000000", "3600");
      assert.equal(queued, 1000);
      assert.equal(statusCode, 200);
      // Together they are 1,000 MB.
      assert.ok(megabytes < 800, `${megabytes} MB`);
    });
  }

  it("uses no memory for events that it has no time for: 3,000,000 in 6 MB, and only a part is queued", async () => {
    const { statusCode, queued, bytes } = await deliver("hubspot", "3000000", "0", "1");
    assert.ok(bytes > 6_000_000, `${bytes} bytes`);
    assert.equal(statusCode, 503);
    assert.equal(queued % 1000, 0, "a slice at a time");
  });

  for (const reader of ["itemsAt", "gocardless", "line", "xero"]) {
    it(`keeps no more than its text while its items are read: 12 of 1 MB at once, 350,000 items each, by ${reader}`, async () => {
      assert.equal(await run("held-items.ts", 100, "12", "350000", reader), 12);
    });
  }
});
