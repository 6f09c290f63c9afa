import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import process from "node:process";
import { describe, it } from "node:test";

const preload = new URL("../only-loopback.js", import.meta.url).href;

describe("the preload that keeps tests on this machine", () => {
  // Under Deno the permission --allow-net=127.0.0.1 does it.
  const skip = "Deno" in globalThis;

  for (const connect of [
    `net.connect(9, "192.0.2.1")`,
    `net.connect({ host: "example.com", port: 443 })`,
    `await fetch("http://192.0.2.1/").catch((error) => { throw error.cause })`,
  ]) {
    it(`refuses ${connect.slice(0, 40)}`, { skip }, () => {
      const script = `import net from "node:net"; ${connect}`;
      const { status, stderr } = spawnSync(
        process.execPath,
        ["--import", preload, "--input-type=module", "-e", script],
        {
          encoding: "utf8",
        },
      );
      assert.notEqual(status, 0);
      assert.match(stderr, /A test connects to (192\.0\.2\.1|example\.com), and may only to this machine/);
    });
  }
});
