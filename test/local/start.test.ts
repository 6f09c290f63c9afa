import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { text } from "node:stream/consumers";
import { after, describe, it } from "node:test";
import { fileURLToPath } from "node:url";

const path = (file: string) => fileURLToPath(new URL(`../../${file}`, import.meta.url));
const runtime = "Deno" in globalThis ? ["run", "-A"] : ["--import", path("infra/require-node.js")];

describe("start", () => {
  const cwd = mkdtempSync(join(tmpdir(), "hookline-start-"));
  after(() => rmSync(cwd, { recursive: true, force: true }));

  it("says at once that it starts, and that its port is in use before it bundles anything", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    try {
      const args = [...runtime, path("operate/cli/hookline.ts"), "start", "--port", String(port)];
      const child = spawn(process.execPath, args, { cwd });
      const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
      const runner = "Deno" in globalThis ? "deno task start" : "npm start --";
      assert.equal(stdout, "Hookline starts; it is ready in some seconds.\n");
      assert.equal(stderr, `Cannot start: port ${port} is in use; try ${runner} --port 0\n`);
      assert.equal(code, 1);
    } finally {
      other.close();
    }
  });
});
