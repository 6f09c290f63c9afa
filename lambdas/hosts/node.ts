/**
 * A receiver on `node:http` and `node:http2`, and so in Express and Fastify.
 *
 * @module
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Http2ServerRequest, Http2ServerResponse } from "node:http2";
import { Readable } from "node:stream";
import { defined } from "../core/bytes/defined.ts";
import { errorText } from "../core/bytes/error-text.ts";
import { sentHeaders } from "../core/events/sent-headers.ts";
import type { From } from "../core/ingress/take-request.ts";
import { type Log, report } from "../core/log.ts";
import { answer, type Refusal, refused, type Unavailable } from "../core/outcome.ts";

/** A request of `node:http` or `node:http2`, with the additions of frameworks. */
export type NodeRequest = (IncomingMessage | Http2ServerRequest) & {
  /** Express: the whole path, where `url` lacks the path of a router. */
  readonly originalUrl?: string;
  /** The bytes where `express.raw()` has read them; anything else is a parser's result. */
  readonly body?: unknown;
  /** The bytes where a parser keeps them. */
  readonly rawBody?: unknown;
};

/** The response to write. */
export type NodeResponse = ServerResponse | Http2ServerResponse;

export type NodeListenerOptions = {
  /**
   * The IP address that a request came from. Defaults to the socket's. Behind a proxy that is the proxy's, so name the
   * header to believe: `(request) => request.headers["x-real-ip"]?.toString()`.
   */
  readonly address?: (request: NodeRequest) => string | undefined;
  /** Defaults to a log that writes nothing. */
  readonly log?: Log;
};

/**
 * A listener for `node:http`, `node:http2`, Express and Fastify around a function from Request to Response. The body keeps
 * its bytes, and is read as far as that function reads it. A body that was parsed before is answered 503 and logged: its
 * bytes are gone, so no signature can be verified over them. The header `Host` is ignored. The listener's promise never
 * rejects: where no answer can be written, it closes the connection.
 *
 * @param receive The receiver, from `createReceiver`.
 *
 * @example
 * ```ts
 * import { createServer } from "node:http";
 * import { DatabaseSync } from "node:sqlite";
 * import { createReceiver } from "@hookline/hookline";
 * import { createNodeListener } from "@hookline/hookline/node";
 * import { github } from "@hookline/hookline/providers";
 * import { createSqliteStores } from "@hookline/hookline/stores/sqlite";
 *
 * const { processing } = createSqliteStores(new DatabaseSync(":memory:"));
 * const receive = createReceiver({
 *   sources: { github: { provider: github, secrets: async () => ["a secret of 20 bytes"] } },
 *   handlers: { push: async ({ event }) => console.log(event.id) },
 *   processing,
 * });
 * // Express: app.use(createNodeListener(receive)), before express.json().
 * export const server = createServer(createNodeListener(receive));
 * ```
 */
export function createNodeListener(
  receive: (request: Request, from?: From) => Promise<Response>,
  options: NodeListenerOptions = {},
): (request: NodeRequest, response: NodeResponse) => Promise<void> {
  const { log, address = socketAddress } = options;
  const answerTo = async (incoming: NodeRequest): Promise<Response> => {
    const taken = take(incoming);
    if ("kind" in taken) return refuse(taken, log);
    const { request, invalidHeaders } = taken;
    return await receive(request, defined({ address: address(incoming), invalidHeaders }));
  };
  return async (incoming, outgoing) => {
    try {
      await respond(await answerTo(incoming), incoming, outgoing);
    } catch (cause) {
      report(log, { level: "error", step: "answer", kind: "unavailable", error: errorText(cause) });
      const failed = responseTo({ kind: "unavailable", reason: "internal", cause });
      // Where not even that can be written, the connection is closed, so that the sender does not wait.
      await respond(failed, incoming, outgoing).catch(() => outgoing.destroy());
    }
  };
}

/** A server on IPv6 writes IPv4 addresses as IPv6. */
function socketAddress({ socket }: NodeRequest): string | undefined {
  return socket.remoteAddress?.replace(/^::ffff:(?=\d+\.)/i, "");
}

type Taken = { readonly request: Request; readonly invalidHeaders?: readonly string[] };

function take(incoming: NodeRequest): Taken | Refusal | Unavailable {
  const { method = "GET", rawHeaders } = incoming;
  const path = incoming.originalUrl ?? incoming.url ?? "";
  if (!path.startsWith("/")) return refused("request-malformed", "the request's target is no path", "take delivery");
  const { headers, ...invalid } = sentHeaders(pairsOf(rawHeaders));
  const body = method === "GET" || method === "HEAD" ? undefined : bodyOf(incoming);
  if (body !== undefined && "kind" in body) return body;
  try {
    // A fixed origin: what Host says is the sender's. "half" is what streams need, and DOM's types do not have it.
    const init = { method, headers, ...(body === undefined ? {} : { body, duplex: "half" }) };
    return { request: new Request(`https://hooks.invalid${path}`, init), ...invalid };
  } catch {
    return refused("method-not-allowed", `${method.slice(0, 16)} is not POST`, "take delivery");
  }
}

/** Names and values as they were sent. HTTP/2 has method and path among them, named `:method` and `:path`. */
function pairsOf(raw: readonly string[]): readonly (readonly [string, string])[] {
  const pairs = Array.from({ length: raw.length / 2 }, (_, at) => [raw[at * 2] ?? "", raw[at * 2 + 1] ?? ""] as const);
  return pairs.filter(([name]) => !name.startsWith(":"));
}

function bodyOf(incoming: NodeRequest): Uint8Array<ArrayBuffer> | ReadableStream | Unavailable {
  const kept = [incoming.rawBody, incoming.body].find((body) => body instanceof Uint8Array);
  if (kept !== undefined) return new Uint8Array(kept);
  // With an encoding its chunks are texts, and bytes that are not UTF-8 are lost.
  const isRead = incoming.readableDidRead || incoming.readableEncoding !== null;
  if (isRead) return { kind: "unavailable", reason: "body-parsed" };
  // Nothing is read before it is asked for.
  return Readable.toWeb(incoming, { strategy: { highWaterMark: 0 } }) as ReadableStream;
}

function refuse(outcome: Refusal | Unavailable, log: Log | undefined): Response {
  const at = { step: "verify" } as const;
  if (outcome.kind === "refused") report(log, { level: "info", ...at, kind: "refused", reason: outcome.reason });
  else {
    const error = answer(outcome).body ?? "";
    report(log, { level: "error", ...at, kind: "unavailable", reason: outcome.reason, error });
  }
  return responseTo(outcome);
}

function responseTo(outcome: Refusal | Unavailable): Response {
  const { status, headers = {}, body = null } = answer(outcome);
  return new Response(body, { status, headers });
}

async function respond(response: Response, incoming: NodeRequest, outgoing: NodeResponse): Promise<void> {
  const body = new Uint8Array(await response.arrayBuffer());
  const { headers, status } = response;
  // The sender has hung up, or the request was answered elsewhere: no answer is left to send.
  const isGone = "stream" in outgoing ? outgoing.stream.destroyed : outgoing.destroyed;
  if (isGone || outgoing.headersSent) return;
  outgoing.statusCode = status;
  // One by one: node:http2 has no setHeaders.
  for (const name of new Set(headers.keys())) {
    outgoing.setHeader(name, name === "set-cookie" ? headers.getSetCookie() : (headers.get(name) ?? ""));
  }
  // The rest of an unread body is not awaited: HTTP/1 ends the connection, and HTTP/2 the stream.
  if (incoming.complete) return void outgoing.end(body);
  if ("stream" in outgoing) {
    // After the answer has been sent: the end of a stream overtakes the data written before it.
    return void outgoing.end(body, () => setImmediate(() => outgoing.stream.close()));
  }
  outgoing.setHeader("connection", "close");
  outgoing.end(body);
}
