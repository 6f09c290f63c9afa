import type { IncomingMessage, ServerResponse } from "node:http";
import { defined } from "../../lambdas/core/bytes/defined.ts";
import type { InvokeResult } from "../lambda/function-definition.ts";
import { payloadLimitBytes } from "../lambda/lambda-runtime.ts";
import {
  functionFault,
  type HttpAnswer,
  headersTooLarge,
  notFound,
  toHttpAnswer,
  tooLarge,
  tooMany,
} from "./entrance-answer.ts";
import { type EntranceKind, type HttpEvent, splitTarget, toHttpEvent } from "./entrance-event.ts";
import { createRouter, type RouteKey } from "./entrance-routes.ts";

export type EntranceOptions = {
  /** Runs the function behind the entrance; where routes lead to several, `event.routeKey` says which. */
  readonly invoke: (event: HttpEvent, options?: { readonly traceId?: string }) => Promise<InvokeResult>;
  readonly kind: EntranceKind;
  /** route keys of an HTTP API, `["$default"]` when left out; a function URL has none */
  readonly routes?: readonly RouteKey[];
  /** Whether a request is let through; each that is not is answered 429. Defaults to all. */
  readonly admits?: () => boolean;
  /** name of the entrance in the event: `requestContext.domainName`; its first label is the API id */
  readonly host: string;
};

// The HTTP API's own limits: its payload, and request line plus headers.
const bodyLimitBytes = 10 * 1024 * 1024;
const headLimitBytes = 10_240;

/**
 * A function URL or an HTTP API in front of a function, as a listener for node:http: the request becomes a payload
 * format 2.0 event, the function's result the answer. 413 when the event passes 6 MB, base64 included.
 *
 * Gaps against AWS: no TLS, no auth type, no CORS configuration, no limit of an account, no 30 s limit of the HTTP API, no
 * response streaming, no renaming of response headers; a request head above Node's own 16 KiB is answered by node:http.
 *
 * @throws TypeError for a route key that is none
 */
export function createEntrance(options: EntranceOptions): (request: IncomingMessage, response: ServerResponse) => void {
  const { invoke, kind, host, admits = () => true } = options;
  const findRoute = createRouter(kind === "http-api" ? (options.routes ?? ["$default"]) : ["$default"]);

  async function answer(request: IncomingMessage): Promise<HttpAnswer> {
    // Read to the end in every case: a client that is still sending would see a reset instead of the answer.
    const body = await readBody(request);
    if (!admits()) return tooMany();
    if (kind === "http-api" && headBytes(request) > headLimitBytes) return headersTooLarge();
    const route = findRoute(request.method ?? "GET", splitTarget(request).path);
    if (!route) return notFound();
    if (!body) return tooLarge();
    const event = toHttpEvent(request, body, { kind, host, route });
    if (Buffer.byteLength(JSON.stringify(event)) > payloadLimitBytes) return tooLarge();
    const traceId = event.headers["x-amzn-trace-id"];
    const result = await invoke(event, defined({ traceId }));
    const { requestId } = event.requestContext;
    const said = toHttpAnswer(result, kind);
    return {
      ...said,
      headers: { ...said.headers, [kind === "http-api" ? "apigw-requestid" : "x-amzn-requestid"]: requestId },
    };
  }

  return (request, response) => {
    // A client that hangs up is no fault of the function, and there is no connection for an answer.
    request.on("error", () => {});
    response.on("error", () => {});
    answer(request)
      .then((said) => send(response, said))
      // A header that HTTP cannot carry, or an invoke that rejects.
      .catch(() => response.destroyed || response.headersSent || send(response, functionFault(kind)));
  };
}

function send(response: ServerResponse, { status, headers, cookies, body }: HttpAnswer): void {
  response.writeHead(status, {
    ...headers,
    ...(cookies.length > 0 ? { "set-cookie": [...cookies] } : {}),
    // These two carry no body, whatever the function gave.
    ...(status === 204 || status === 304 ? {} : { "content-length": Buffer.byteLength(body) }),
  });
  response.end(body);
}

/** undefined when over the limit; rejects when the client goes away halfway */
async function readBody(request: IncomingMessage): Promise<Uint8Array | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes <= bodyLimitBytes) chunks.push(chunk);
  }
  return bytes <= bodyLimitBytes ? Buffer.concat(chunks) : undefined;
}

/** Request line and headers as they went over the wire, each line with its two end bytes. */
function headBytes({ method = "", url = "", httpVersion, rawHeaders }: IncomingMessage): number {
  const line = `${method} ${url} HTTP/${httpVersion}`.length + 2;
  // name and value each count for two more: the colon and space, and the line's end
  return rawHeaders.reduce((bytes, part) => bytes + Buffer.byteLength(part, "latin1") + 2, line);
}
