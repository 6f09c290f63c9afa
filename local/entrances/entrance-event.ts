import { randomBytes, randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { defined } from "../../lambdas/core/bytes/defined.ts";
import { decodePath, type RouteMatch } from "./entrance-routes.ts";

export type EntranceKind = "function-url" | "http-api";

/** Payload format 2.0. Keys that AWS leaves out for want of a value are left out here. */
export type HttpEvent = {
  readonly version: "2.0";
  readonly routeKey: string;
  readonly rawPath: string;
  readonly rawQueryString: string;
  readonly cookies?: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly queryStringParameters?: Readonly<Record<string, string>>;
  readonly pathParameters?: Readonly<Record<string, string>>;
  readonly requestContext: {
    readonly accountId: string;
    readonly apiId: string;
    readonly domainName: string;
    readonly domainPrefix: string;
    readonly http: {
      readonly method: string;
      readonly path: string;
      readonly protocol: string;
      readonly sourceIp: string;
      readonly userAgent: string;
    };
    readonly requestId: string;
    readonly routeKey: string;
    readonly stage: "$default";
    readonly time: string;
    readonly timeEpoch: number;
  };
  readonly body?: string;
  readonly isBase64Encoded: boolean;
};

// Between client and edge only; the function never sees them.
const hopByHop = new Set([
  "connection",
  "expect",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/**
 * Makes the event of a request. `host` becomes `domainName`; the Host header stays as it was sent. Where a function URL
 * and an HTTP API differ, the HTTP API percent-decodes `rawPath` (middleapi/standard-server#93); on AWS it also cuts it
 * at a decoded `?`, not here. Scheme and port are the local ones unless a tunnel in front named others.
 */
export function toHttpEvent(
  request: IncomingMessage,
  body: Uint8Array,
  { kind, host, route }: { readonly kind: EntranceKind; readonly host: string; readonly route: RouteMatch },
): HttpEvent {
  const { path, query } = splitTarget(request);
  const rawPath = kind === "http-api" ? decodePath(path) : path;
  const sourceIp = (request.socket.remoteAddress ?? "127.0.0.1").replace(/^::ffff:/, "");
  const { headers, cookies } = readHeaders(request, body.length, sourceIp);
  const queryStringParameters = readQuery(query);
  const now = new Date();
  const name = host.split(".", 1)[0] ?? host;
  return {
    version: "2.0",
    routeKey: route.routeKey,
    rawPath,
    rawQueryString: query,
    ...(cookies.length > 0 ? { cookies } : {}),
    headers,
    ...defined({ queryStringParameters, pathParameters: route.parameters }),
    requestContext: {
      accountId: kind === "http-api" ? "000000000000" : "anonymous",
      apiId: name,
      domainName: host,
      domainPrefix: name,
      http: {
        method: request.method ?? "GET",
        path: rawPath,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp,
        userAgent: headers["user-agent"] ?? "",
      },
      requestId: kind === "http-api" ? randomBytes(11).toString("base64") : randomUUID(),
      routeKey: route.routeKey,
      stage: "$default",
      time: toLogTime(now),
      timeEpoch: now.getTime(),
    },
    ...encodeBody(body, headers["content-type"]),
  };
}

/** Path and query of the request line as sent; also of the absolute form that proxies use. */
export function splitTarget(request: IncomingMessage): { readonly path: string; readonly query: string } {
  const target = (request.url ?? "/").replace(/^https?:\/\/[^/?]*/i, "");
  const mark = target.indexOf("?");
  const path = mark < 0 ? target : target.slice(0, mark);
  return { path: path || "/", query: mark < 0 ? "" : target.slice(mark + 1) };
}

function readHeaders(request: IncomingMessage, bytes: number, sourceIp: string) {
  const pairs: [string, string][] = [];
  const cookies: string[] = [];
  for (let index = 0; index + 1 < request.rawHeaders.length; index += 2) {
    const name = (request.rawHeaders[index] ?? "").toLowerCase();
    const value = request.rawHeaders[index + 1] ?? "";
    if (name === "cookie") cookies.push(...value.split(/; */).filter((cookie) => cookie !== ""));
    else if (!hopByHop.has(name)) pairs.push([name, value]);
  }
  const headers = joinRepeated(pairs);
  if (bytes > 0) headers["content-length"] = String(bytes);
  const before = headers["x-forwarded-for"];
  headers["x-forwarded-for"] = before === undefined ? sourceIp : `${before}, ${sourceIp}`;
  headers["x-forwarded-proto"] ??= "http";
  headers["x-forwarded-port"] ??= String(request.socket.localPort);
  headers["x-amzn-trace-id"] ??=
    `Root=1-${Math.floor(Date.now() / 1000).toString(16)}-${randomBytes(12).toString("hex")}`;
  return { headers, cookies };
}

function readQuery(query: string): Record<string, string> | undefined {
  return query === "" ? undefined : joinRepeated(new URLSearchParams(query));
}

/** A Map in between, since senders may name a header or parameter `constructor` or `__proto__`. */
function joinRepeated(pairs: Iterable<readonly [string, string]>): Record<string, string> {
  const joined = new Map<string, string>();
  for (const [name, value] of pairs) {
    const before = joined.get(name);
    joined.set(name, before === undefined ? value : `${before},${value}`);
  }
  return Object.fromEntries(joined);
}

/**
 * Text stays text only for text/* and application/json, xml and javascript; all else is base64, forms
 * (application/x-www-form-urlencoded), +json types and a missing content type included. AWS does not document the list:
 * ministackorg/ministack#766 measured it on a real HTTP API, and captured function URL events show the same default.
 * Bytes that are not UTF-8 go as base64 whatever their type, so that a signature over them can be checked; what AWS does
 * with those is not known.
 */
function encodeBody(body: Uint8Array, contentType = ""): { body?: string; isBase64Encoded: boolean } {
  if (body.length === 0) return { isBase64Encoded: false };
  const type = contentType.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  if (type.startsWith("text/") || /^application\/(json|xml|javascript)$/.test(type)) {
    try {
      // ignoreBOM keeps a byte order mark; without it three signed bytes would be lost.
      return { body: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body), isBase64Encoded: false };
    } catch {
      // not UTF-8
    }
  }
  return { body: Buffer.from(body).toString("base64"), isBase64Encoded: true };
}

/** 12/Mar/2020:19:03:58 +0000 */
function toLogTime(date: Date): string {
  const [, day, month, year, time] = date.toUTCString().split(" ");
  return `${day}/${month}/${year}:${time} +0000`;
}
