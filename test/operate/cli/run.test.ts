import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { toEnvelope } from "../../../lambdas/core/events/envelope.ts";
import { lacking } from "../../shipped-event.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "hookline-run-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const runtime = "Deno" in globalThis ? ["run", "-A"] : ["--import", "./infra/require-node.js"];
const sample = "lambdas/providers/samples/github/push.json";
const options = { cwd: root, encoding: "utf8", env: { ...process.env, EFFECTS_FOLDER: folder } } as const;

function run(...args: readonly string[]) {
  return spawnSync(process.execPath, [...runtime, "operate/cli/hookline.ts", "run", ...args], options);
}

function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

describe("run", { skip: lacking("github/push") }, () => {
  it("runs an event file on a payload, each time, and prints what it logs", () => {
    for (const _ of [1, 2]) {
      const { status, stdout, stderr } = run("github/push", "--event", sample);
      assert.deepEqual([status, stderr], [0, ""]);
      assert.match(
        stdout,
        /^info {2}pushed to the default branch \{"repository":"octo-org\/octo-repo","commits":1\}\ndone in \d+ ms\n$/,
      );
    }
  });

  it("runs an event of an envelope, under its own id and idempotency key", () => {
    const body = new Uint8Array(readFileSync(join(root, sample)));
    const event = { id: "evt_1", type: "push", source: "github", key: "k", bodyCovered: true, body };
    const envelope = file("envelope.json", toEnvelope({ ...event, received: new Date() }));
    const entries = () => readFileSync(join(folder, "outbox.jsonl"), "utf8").trim().split("\n").length;
    const counts = [1, 2].map(() => {
      assert.equal(run("github/push", "--event", envelope).status, 0);
      return entries();
    });
    assert.equal(counts[0], counts[1], "the outbox takes a key once");
  });

  it("shows an error with its place, its line of code and its stack", () => {
    const { status, stdout } = run("github/push", "--event", file("empty.json", "{}"));
    assert.equal(status, 1);
    const [first = "", code = "", ...stack] = stdout.split("\n");
    assert.match(
      first,
      /^failed in lambdas\/events\/github\/push\.ts:\d+:\d+: its queue would send it to the DLQ at once$/,
    );
    assert.match(code, /^ {2}throw new PermanentError\("Cannot announce the push/);
    assert.match(
      stack.join("\n"),
      /^PermanentError: Cannot announce the push.*\n {4}at .*announcePush .*github\/push\.ts:\d+/,
    );
  });

  it("says that an envelope without its body cannot run, and names the nearest event file", () => {
    const event = { id: "evt_1", type: "push", source: "github", key: "k", bodyCovered: true, deposit: "claims/x" };
    const deposited = file("deposited.json", toEnvelope({ ...event, received: new Date() }));
    const lying = run("github/push", "--event", deposited);
    assert.deepEqual([lying.status, lying.stdout], [1, ""]);
    assert.match(
      lying.stderr,
      /^Cannot run the event: its envelope has no body, which lies in the bucket; give the payload\n$/,
    );
    const wrong = run("github/psuh", "--event", sample);
    assert.equal(wrong.status, 2);
    assert.match(wrong.stderr, /there is no lambdas\/events\/github\/psuh\.ts; did you mean github\/push\?/);
  });
});

/** Where a debugger stopped: the function, and the file that it stands in. */
type Stop = { readonly functionName: string; readonly url: string };

/** Attaches a debugger to a run as an editor does. Returns where it stopped first, and the exit code. */
async function debug(child: ChildProcess): Promise<{ readonly stop: Stop; readonly code: number | null }> {
  const address = Promise.withResolvers<string>();
  let said = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    said += text;
    const [found] = /ws:\/\/\S+/.exec(said) ?? [];
    if (found !== undefined) address.resolve(found);
  });
  const ended = Promise.withResolvers<number | null>();
  const stopped = Promise.withResolvers<Stop>();
  child.on("exit", (code) => {
    for (const { reject } of [address, stopped]) reject(new Error(`It ended without a stop: ${said}`));
    ended.resolve(code);
  });
  stopped.promise.catch(() => {});
  const socket = new WebSocket(await address.promise);
  const scripts = new Map<string, string>();
  const send = (method: string, id: number) => socket.send(JSON.stringify({ id, method, params: {} }));
  const go = "Runtime.runIfWaitingForDebugger";
  socket.onopen = () => ["Runtime.enable", "Debugger.enable", "NodeRuntime.enable", go].forEach(send);
  socket.onmessage = ({ data }) => {
    const { method, params } = JSON.parse(String(data));
    // Node listens before it waits: told to go on too early, it would wait for ever.
    if (method === "NodeRuntime.waitingForDebugger") send(go, 8);
    if (method === "Debugger.scriptParsed") scripts.set(params.scriptId, params.url);
    // The process waits until its debugger has gone.
    if (method === "Runtime.executionContextDestroyed") socket.close();
    if (method !== "Debugger.paused") return;
    const [{ functionName, location }] = params.callFrames;
    stopped.resolve({ functionName, url: scripts.get(location.scriptId) ?? "" });
    send("Debugger.resume", 9);
    socket.close();
  };
  return { stop: await stopped.promise, code: await ended.promise };
}

describe("run --inspect", () => {
  for (const [name, handler] of [
    ["github/push", "announcePush"],
    ["whop/payment.succeeded", "creditUser"],
  ] as const) {
    it(`stops in the code of the event file, and goes on: ${name}`, { skip: lacking(name) }, async () => {
      const event = join("lambdas/providers/samples", `${name}.json`);
      const args = ["operate/cli/hookline.ts", "run", name, "--event", event, "--inspect", "--inspect-port", "0"];
      const child = spawn(process.execPath, [...runtime, ...args], { ...options, stdio: ["ignore", "pipe", "pipe"] });
      const { stop, code } = await debug(child);
      assert.equal(stop.functionName, handler);
      assert.ok(stop.url.endsWith(`lambdas/events/${name}.ts`), stop.url);
      assert.equal(code, 0);
    });
  }
});
