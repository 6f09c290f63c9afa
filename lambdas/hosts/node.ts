/**
 * A receiver on `node:http`, and so in Express and Fastify.
 *
 * @module
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { errorText, type Log, silent } from "../core/log.ts";
import { answer, type Refusal, refused, type Unavailable } from "../core/outcome.ts";
import type { From } from "../core/receiver.ts";

/** What `node:http` hands over, with what frameworks add to it. */
export type NodeRequest = IncomingMessage & {
  /** Express: the whole path, where `url` has lost the one that a router stands at. */
  readonly originalUrl?: string;
  /** The bytes where `express.raw()` has read them; anything else is what a parser made of them. */
  readonly body?: unknown;
  /** The bytes where a parser keeps them. */
  readonly rawBody?: unknown;
};

export type NodeListenerOptions = {
  /**
   * The IP address that a request came from. Default: the socket's, which behind a proxy is the proxy's: say there which
   * header to believe, as `(request) => request.headers["x-real-ip"]?.toString()`.
   */
  readonly address?: (request: NodeRequest) => string | undefined;
  /** Default: writes nothing. */
  readonly log?: Log;
};

/**
 * A listener for `node:http`, Express and Fastify around a function from Request to Response. The body stays as it came,
 * to the byte, and is read as far as that function reads it. A body that was parsed before is answered 503, and the log
 * says so: its bytes are gone, and no signature could be verified over them. Whoever is named by `Host` plays no part.
 * What it returns never rejects.
 *
 * @param receive What `createReceiver` makes.
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
 * export const server = createServer(createNodeListener(receive, { log: console }));
 * ```
 */
export function createNodeListener(
  receive: (request: Request, from?: From) => Promise<Response>,
  options: NodeListenerOptions = {},
): (request: NodeRequest, response: ServerResponse) => Promise<void> {
  const { log = silent, address = socketAddress } = options;
  return async (incoming, outgoing) => {
    try {
      const request = requestOf(incoming);
      const from = address(incoming);
      const response =
        request instanceof Request
          ? await receive(request, from === undefined ? {} : { address: from })
          : refuse(request, log);
      await respond(response, incoming, outgoing);
    } catch (cause) {
      log.error("unavailable", { step: "answer", error: errorText(cause) });
      await respond(responseTo({ kind: "unavailable", reason: "internal", cause }), incoming, outgoing);
    }
  };
}

/** A server on IPv6 writes IPv4 addresses as IPv6. */
function socketAddress({ socket }: NodeRequest): string | undefined {
  return socket.remoteAddress?.replace(/^::ffff:(?=\d+\.)/i, "");
}

const malformed = (what: string) => refused("request-malformed", what, "take delivery");

function requestOf(incoming: NodeRequest): Request | Refusal | Unavailable {
  const { method = "GET", rawHeaders } = incoming;
  const path = incoming.originalUrl ?? incoming.url ?? "";
  if (!path.startsWith("/")) return malformed("the request's target is no path");
  const headers = new Headers();
  try {
    for (let at = 0; at < rawHeaders.length; at += 2) {
      const [name = "", value = ""] = rawHeaders.slice(at, at + 2);
      // Headers trim those at the ends, and Deno's make an empty value of some.
      if (/[\r\n]/.test(value)) return malformed("a header is not valid");
      headers.append(name, value);
    }
  } catch {
    return malformed("a header is not valid");
  }
  const body = method === "GET" || method === "HEAD" ? undefined : bodyOf(incoming);
  if (body !== undefined && "kind" in body) return body;
  try {
    // A fixed origin: what Host says is the sender's. "half" is what streams need, and DOM's types do not have it.
    const init = { method, headers, ...(body === undefined ? {} : { body, duplex: "half" }) };
    return new Request(`https://hooks.invalid${path}`, init);
  } catch {
    return refused("method-not-allowed", `${method.slice(0, 16)} is not POST`, "take delivery");
  }
}

function bodyOf(incoming: NodeRequest): Uint8Array<ArrayBuffer> | ReadableStream | Unavailable {
  const kept = [incoming.rawBody, incoming.body].find((body) => body instanceof Uint8Array);
  if (kept !== undefined) return new Uint8Array(kept);
  // With an encoding its chunks are texts: what is not UTF-8 is no longer what was sent.
  const isRead = incoming.readableDidRead || incoming.readableEncoding !== null;
  if (isRead) return { kind: "unavailable", reason: "body-parsed" };
  // Nothing is read before it is asked for.
  return Readable.toWeb(incoming, { strategy: { highWaterMark: 0 } }) as ReadableStream;
}

function refuse(outcome: Refusal | Unavailable, log: Log): Response {
  const { kind, reason } = outcome;
  if (kind === "refused") log.info("refused", { step: "verify", reason });
  else log.error("unavailable", { step: "verify", reason, error: answer(outcome).body });
  return responseTo(outcome);
}

function responseTo(outcome: Refusal | Unavailable): Response {
  const { status, headers = {}, body = null } = answer(outcome);
  return new Response(body, { status, headers });
}

async function respond(response: Response, incoming: NodeRequest, outgoing: ServerResponse): Promise<void> {
  const body = new Uint8Array(await response.arrayBuffer());
  // The sender has hung up, or somebody else has answered: there is nobody left to tell.
  if (outgoing.destroyed || outgoing.headersSent) return;
  outgoing.statusCode = response.status;
  outgoing.setHeaders(response.headers);
  // What is left of a body that was not read is not waited for.
  if (!incoming.complete) outgoing.setHeader("connection", "close");
  outgoing.end(body);
}
