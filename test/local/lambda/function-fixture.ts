import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before } from "node:test";
import type { FunctionDefinition, InvokeResult, LambdaLine } from "../../../local/lambda/function-definition.ts";
import { createLambdaFunction, type LambdaFunction } from "../../../local/lambda/lambda-runtime.ts";

/** one function that does what `event.do` says */
export const actions = `
import { connect } from "node:net";
let count = 0;
/** tells the test we are here, waits for its word */
const meet = () => new Promise((resolve) => {
  const socket = connect(Number(process.env.MEET), "127.0.0.1", () => socket.write("pid " + process.pid));
  socket.once("data", resolve);
});
const does = {
  count: () => ({ count: ++count, pid: process.pid }),
  echo: ({ value }) => value,
  env: () => ({ ...process.env }),
  context: (_, { getRemainingTimeInMillis, ...context }) => ({ ...context, remaining: getRemainingTimeInMillis() }),
  nothing: () => {},
  throws: () => { throw new RangeError("too much"); },
  throwsText: () => { throw "plain"; },
  big: () => "x".repeat(6 * 1024 * 1024 + 101),
  bigint: () => 1n,
  exit: () => process.exit(7),
  reject: () => { Promise.reject(new Error("lost")); return new Promise(() => {}); },
  meet: async () => { await meet(); return VERSION; },
  spin: async () => { for (;;); },
  meetThenSpin: () => new Promise((_, reject) => {
    const socket = connect(Number(process.env.MEET), "127.0.0.1", () => {
      socket.write("pid " + process.pid, () => { for (;;); });
    });
    socket.once("error", reject);
  }),
  never: () => new Promise(() => setInterval(() => {}, 1000)),
  heap: () => { const all = []; for (;;) all.push(new Array(10_000).fill(1.5)); },
  print: () => { console.log("to stdout"); console.error("to stderr"); },
  printAll: () => {
    process.stdout.write('{"_aws":{},"Deliveries":1}\\n');
    console.log("text");
    console.debug({ a: 1 });
    console.warn("two", 2);
    console.error(new RangeError("too much"));
    console.error("it failed:", new RangeError("too much"));
  },
  outside: () => fetch("http://192.0.2.1/").then(() => "reached"),
  preloaded: () => globalThis.preloaded ?? false,
};
const VERSION = "one";
export const handler = async (event, context) => does[event.do](event, context);
`;

export let folder: string;
/** what the functions of the running test logged */
export const lines: LambdaLine[] = [];
const open: LambdaFunction[] = [];

/** Functions connect here and say their pid; `arrival` gives the next of them. */
export const arrivals: { pid: number; socket: Socket }[] = [];
const meeting = createServer((socket) => {
  socket
    .on("error", () => {})
    .once("data", (text) => {
      arrivals.push({ pid: Number(String(text).slice(4)), socket });
      meeting.emit("arrived");
    });
});
export async function arrival(): Promise<{ pid: number; socket: Socket }> {
  for (;;) {
    const first = arrivals.shift();
    if (first) return first;
    await once(meeting, "arrived");
  }
}

export async function asset(name: string, code: string): Promise<string> {
  const directory = await mkdtemp(join(folder, name));
  await writeFile(join(directory, "index.mjs"), code);
  return directory;
}

export async function definition(changes: Partial<FunctionDefinition> = {}): Promise<FunctionDefinition> {
  const port = (meeting.address() as { port: number }).port;
  const directory = changes.directory ?? (await asset("fn-", actions));
  const environment = { MEET: String(port), TABLE: "events", ...changes.environment };
  return {
    name: "fn",
    entry: "index.handler",
    timeoutSeconds: 60,
    memoryMegabytes: 256,
    ...changes,
    directory,
    environment,
  };
}

export async function create(changes: Partial<FunctionDefinition> = {}): Promise<LambdaFunction> {
  const created = createLambdaFunction(await definition(changes), { log: (line) => lines.push(line) });
  open.push(created);
  return created;
}

export function payload<T>(result: InvokeResult): T {
  assert.ok(result.ok, JSON.stringify(result));
  return result.payload as T;
}
export function failure(result: InvokeResult): { errorType: string; errorMessage: string } {
  assert.ok(!result.ok, JSON.stringify(result));
  return result;
}
export function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** To be called by each `describe` that uses this. */
export function useFunctions(): void {
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "lambda-runtime-"));
    meeting.listen(0, "127.0.0.1");
    await once(meeting, "listening");
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((fn) => fn.close()));
    lines.length = 0;
  });
  after(async () => {
    for (const { socket } of arrivals.splice(0)) socket.destroy();
    await new Promise((resolve) => meeting.close(resolve));
    await rm(folder, { recursive: true });
  });
}
