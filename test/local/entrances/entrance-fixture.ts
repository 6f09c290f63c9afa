import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { afterEach } from "node:test";
import type { HttpEvent } from "../../../local/entrances/entrance-event.ts";
import { createEntrance, type EntranceOptions } from "../../../local/entrances/http-entrance.ts";
import type { InvokeResult } from "../../../local/lambda/function-definition.ts";

export const servers: Server[] = [];
export type Entrance = { readonly port: number; readonly events: HttpEvent[]; readonly traces: (string | undefined)[] };

export async function openEntrance(
  options: Partial<EntranceOptions>,
  result: InvokeResult | (() => never) = { ok: true, payload: { statusCode: 200 } },
): Promise<Entrance> {
  const events: HttpEvent[] = [];
  const traces: (string | undefined)[] = [];
  const entrance = createEntrance({
    kind: "function-url",
    host: "abc.lambda-url.us-east-1.on.aws",
    async invoke(event, invokeOptions) {
      // A real invocation carries JSON, nothing else.
      events.push(JSON.parse(JSON.stringify(event)));
      traces.push(invokeOptions?.traceId);
      return typeof result === "function" ? result() : result;
    },
    ...options,
  });
  const server = createServer(entrance).listen(0, "127.0.0.1");
  servers.push(server);
  await once(server, "listening");
  return { port: (server.address() as AddressInfo).port, events, traces };
}

/** One request as written, head and body, over a connection of its own; the answer as it came. */
export async function exchange(
  { port }: Entrance,
  head: readonly string[],
  body: string | Uint8Array = "",
): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  const length = Buffer.byteLength(body);
  const lines = [head[0], "Host: hooks.example", ...head.slice(1), "Connection: close"];
  if (length > 0) lines.push(`Content-Length: ${length}`);
  socket.write(`${lines.join("\r\n")}\r\n\r\n`, "latin1");
  socket.write(body);
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk);
  return Buffer.concat(chunks).toString("latin1");
}

export function only(entrance: Entrance): HttpEvent {
  assert.equal(entrance.events.length, 1);
  const [event] = entrance.events;
  assert.ok(event);
  return event;
}

export async function told(entrance: Entrance): Promise<{ status: number; headers: Headers; body: string }> {
  const response = await fetch(`http://127.0.0.1:${entrance.port}/`);
  return { status: response.status, headers: response.headers, body: await response.text() };
}

/** To be called once by a test file that opens entrances. */
export function closeEntrances(): void {
  afterEach(() => {
    for (const server of servers.splice(0)) server.close().closeAllConnections();
  });
}
