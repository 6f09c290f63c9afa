import assert from "node:assert/strict";
import { once } from "node:events";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { after, afterEach, before, describe, it } from "node:test";
import { type Checkout, copyCheckout, type Started } from "./checkout.ts";

/** Plays a tunnel program: tells the test its arguments, prints its lines once it is told to, and ends with a code. */
const player = `import { connect } from "node:net";
import process from "node:process";
import { createInterface } from "node:readline";
const [port, to, lines, ...args] = process.argv.slice(2);
const socket = connect(Number(port), "127.0.0.1");
socket.write(JSON.stringify(args) + "\\n");
createInterface({ input: socket }).on("line", (told) => {
  if (told !== "print") process.exit(Number(told));
  for (const line of JSON.parse(lines)) process[to].write(line + "\\n");
}).on("close", () => process.exit());
`;

/** As cloudflared prints it, its first lines left out. */
const cloudflaredLines = [
  "2026-11-28T10:00:00Z INF Requesting new quick Tunnel on trycloudflare.com...",
  "2026-11-28T10:00:02Z INF +--------------------------------------------------------------------------------------------+",
  "2026-11-28T10:00:02Z INF |  Your quick Tunnel has been created! Visit it at (it may take some time to be reachable):  |",
  "2026-11-28T10:00:02Z INF |  https://some-words-of-theirs.trycloudflare.com                                            |",
  "2026-11-28T10:00:02Z INF +--------------------------------------------------------------------------------------------+",
];
const ngrokLines = [
  '{"lvl":"info","msg":"client session established","obj":"tunnels.session","t":"2026-11-28T10:00:01Z"}',
  '{"addr":"http://127.0.0.1:8787","lvl":"info","msg":"started tunnel","name":"command_line","obj":"tunnels","t":"2026-11-28T10:00:02Z","url":"https://abcd-192-0-2-7.ngrok-free.app"}',
];
const failedLines = [
  '2026-11-28T10:00:01Z ERR failed to request quick Tunnel: Post "https://api.trycloudflare.com/tunnel": token=of-mine',
];

describe("start --tunnel", { skip: process.platform === "win32" && "the fake programs are shell scripts" }, () => {
  let checkout: Checkout;
  let server: Server;
  let running: Started | undefined;
  /** The programs that have told their arguments, in order. */
  const players: { readonly args: readonly string[]; readonly socket: Socket }[] = [];
  before(async () => {
    checkout = copyCheckout();
    server = createServer((socket) => {
      // A program that is killed may reset it.
      socket.on("error", () => {});
      createInterface({ input: socket }).once("line", (line) => {
        players.unshift({ args: JSON.parse(line), socket });
        server.emit("player");
        socket.write("print\n");
      });
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    writeFileSync(join(checkout.folder, "player.mjs"), player);
  });
  afterEach(async () => await running?.end());
  after(async () => {
    for (const { socket } of players) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
    checkout.remove();
  });

  /** A folder for the path, with a program of this name that prints lines. */
  function playing(name: string, to: "stdout" | "stderr", lines: readonly string[]): { readonly PATH: string } {
    const folder = join(checkout.folder, `path-${players.length}-${name}`);
    mkdirSync(folder);
    const { port } = server.address() as AddressInfo;
    const runtime = "Deno" in globalThis ? "run -A " : "";
    const program = `'${process.execPath}' ${runtime}'${join(checkout.folder, "player.mjs")}'`;
    writeFileSync(join(folder, name), `#!/bin/sh\nexec ${program} ${port} ${to} '${JSON.stringify(lines)}' "$@"\n`);
    chmodSync(join(folder, name), 0o755);
    return { PATH: folder };
  }

  /** Starts with a tunnel, and waits for a line. */
  async function starting(path: { readonly PATH: string }, until: string) {
    const started = await checkout.start([until], path, undefined, "--tunnel");
    running = started;
    assert.ok(
      started.lines.some((line) => line.includes(until)),
      started.lines.join("\n"),
    );
    return started;
  }

  it("prints the public address of each source, says when the tunnel is gone, and goes on", async () => {
    const started = await starting(playing("cloudflared", "stderr", cloudflaredLines), ".trycloudflare.com/github");
    const url = started.lines.find((line) => line.includes(" url "))?.replace(/^ *url +/, "") ?? "";
    const [{ args, socket } = { args: [] }] = players;
    const { origin } = new URL(url);
    assert.deepEqual(args, ["tunnel", "--url", origin]);
    assert.ok(started.lines.includes("  github  https://some-words-of-theirs.trycloudflare.com/github"));
    socket?.write("3\n");
    await started.prints("The tunnel is gone");
    assert.equal(
      started.lines.find((line) => line.startsWith("The tunnel is gone")),
      `The tunnel is gone, and its address with it: cloudflared ended with 3. The run goes on without it. Run "cloudflared tunnel --url ${origin}" alone to see why, and start again.`,
    );
    assert.equal((await fetch(url, { method: "POST" })).status, 401);
  });

  it("takes ngrok where cloudflared is not there, and ends it with the run", async () => {
    const started = await starting(playing("ngrok", "stdout", ngrokLines), "ngrok-free.app/github");
    const [{ args, socket } = { args: [] }] = players;
    const ended = socket === undefined ? assert.fail("no program was started") : once(socket, "close");
    assert.match(args.join(" "), /^http http:\/\/127\.0\.0\.1:\d+ --log stdout --log-format json$/);
    await started.interrupt();
    await ended;
    assert.ok(!started.lines.some((line) => line.includes("tunnel is gone")), started.lines.join("\n"));
  });

  it("ends it even where the run is killed", async () => {
    const started = await starting(playing("cloudflared", "stderr", cloudflaredLines), ".trycloudflare.com/github");
    const [player] = players;
    const ended = player === undefined ? assert.fail("no program was started") : once(player.socket, "close");
    process.kill(started.pid, "SIGKILL");
    await ended;
  });

  it("says in one sentence that it cannot open one, and repeats nothing of what the program printed", async () => {
    const starts = starting(playing("cloudflared", "stderr", failedLines), "Cannot open the tunnel");
    await once(server, "player");
    players[0]?.socket.write("1\n");
    const started = await starts;
    assert.ok(
      started.lines.some((line) =>
        line.startsWith("Cannot open the tunnel: cloudflared ended with 1. The run goes on"),
      ),
    );
    assert.ok(!started.lines.some((line) => line.includes("of-mine") || line.includes("api.trycloudflare")));
  });

  it("says at once that neither program is there, with the pages that have them", async () => {
    const empty = join(checkout.folder, "path-empty");
    mkdirSync(empty);
    const started = await starting({ PATH: empty }, "Cannot start a tunnel");
    const [first = "", ...more] = started.lines;
    assert.match(first, /^Cannot start a tunnel: neither cloudflared nor ngrok is on your PATH; install one \(https:/);
    assert.deepEqual(more, []);
  });
});
