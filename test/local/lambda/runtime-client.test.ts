import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { json } from "node:stream/consumers";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { answering } from "../../answering.ts";

const folder = mkdtempSync(join(tmpdir(), "hookline-runtime-"));
const program = fileURLToPath(new URL("../../../infra/build/deno-layer/runtime.js", import.meta.url));
const runtime = "Deno" in globalThis ? ["run", "-A"] : [];

before(() => {
  const code = "let count = 0; export const handler = async (event) => ({ event, count: ++count });";
  writeFileSync(join(folder, "index.mjs"), code);
});
after(() => rmSync(folder, { recursive: true, force: true }));

/**
 * Gives so many invocations, then ends the client.
 *
 * @param closes Whether the connection is closed at this request, before it is read.
 */
async function invocations(count: number, closes: (request: IncomingMessage) => boolean = () => false) {
  const answers: unknown[] = [];
  let [connections, given] = [0, 0];
  const child = Promise.withResolvers<ReturnType<typeof spawn>>();
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    if (closes(request)) return request.socket.destroy();
    if (request.method === "POST") {
      answers.push(await json(request));
      return response.writeHead(202).end("{}");
    }
    if (given === count) return (await child.promise).kill();
    given += 1;
    response.writeHead(200, { "lambda-runtime-aws-request-id": `id-${given}`, "lambda-runtime-deadline-ms": "1" });
    return response.end(JSON.stringify(given));
  };
  const server = answering(serve);
  server.on("connection", () => (connections += 1)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const env = {
    ...process.env,
    AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    LAMBDA_TASK_ROOT: folder,
    _HANDLER: "index.handler",
  };
  const started = spawn(process.execPath, [...runtime, program], { env, stdio: ["ignore", "inherit", "inherit"] });
  child.resolve(started);
  await once(started, "exit");
  server.closeAllConnections();
  server.close();
  return { answers, connections };
}

const expected = (count: number) => Array.from({ length: count }, (_, i) => ({ event: i + 1, count: i + 1 }));

describe("the client of the Runtime API", () => {
  it("keeps its connection over invocations", async () => {
    assert.deepEqual(await invocations(20), { answers: expected(20), connections: 1 });
  });

  for (const method of ["GET", "POST"]) {
    it(`sends a ${method} again whose kept connection is closed at that moment`, async () => {
      let seen = 0;
      const closes = (request: IncomingMessage) => request.method === method && ++seen === 3;
      const { answers, connections } = await invocations(5, closes);
      assert.deepEqual(answers, expected(5));
      assert.equal(connections, 2);
    });
  }
});
