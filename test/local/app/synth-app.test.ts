import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, describe, it } from "node:test";

const folder = mkdtempSync(join(tmpdir(), "hookline-synth-app-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const runtime = "Deno" in globalThis ? ["run", "-A", "--no-check"] : [];

/** An app that hangs, and holds a connection as long as it lives. */
const appText = (port: number) => `import { connect } from "node:net";
const socket = connect(${port}, "127.0.0.1", () => socket.write("here", () => { for (;;); }));
`;
const startText = (command: string) => `
import { synthApp } from ${JSON.stringify(new URL("../../../local/app/synth-app.ts", import.meta.url).href)};
await synthApp(${JSON.stringify({ folder, command })}, ${JSON.stringify(join(folder, "cdk.out"))}, console.log);
`;

describe("the command of an app", () => {
  it("ends, with what its shell has started, when the run that synthesizes it is killed", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    writeFileSync(join(folder, "app.mjs"), appText(port));
    const program = [process.execPath, ...runtime, "app.mjs"].map((word) => `"${word}"`).join(" ");
    writeFileSync(join(folder, "start.mjs"), startText(`${program} && echo done`));
    const start = spawn(process.execPath, [...runtime, join(folder, "start.mjs")], { stdio: "inherit" });
    try {
      const [app] = (await once(server, "connection")) as [Socket];
      app.on("error", () => {});
      await once(app, "data");
      const gone = once(app, "close");
      start.kill("SIGKILL");
      await gone;
      assert.ok(app.destroyed);
    } finally {
      start.kill("SIGKILL");
      server.close();
    }
  });
});
