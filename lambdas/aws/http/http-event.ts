import { Buffer } from "node:buffer";
import type {
  ALBEvent,
  APIGatewayProxyEvent,
  APIGatewayProxyEventV2,
  APIGatewayProxyStructuredResultV2,
} from "aws-lambda";
import { defined } from "../../core/bytes/defined.ts";
import { sentHeaders } from "../../core/events/sent-headers.ts";
import type { Answer, Delivery } from "../../core/provider.ts";

/**
 * An HTTP request as an event of Lambda: from a function URL or an HTTP API (payload format 2.0), a REST API (1.0, which an
 * HTTP API knows, too), or a load balancer. The body is text or base64. Only base64 keeps every byte: a REST API needs the
 * binary media type `*\/*`, and a load balancer takes JSON and text for UTF-8 in any case.
 */
export type HttpEvent = APIGatewayProxyEventV2 | APIGatewayProxyEvent | ALBEvent;
/** The result of a Lambda for such an event. */
export type HttpResult = APIGatewayProxyStructuredResultV2 & {
  /** For a load balancer with multi-value headers. */
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[]>>;
};

/**
 * The delivery in an event, its body to the byte: base64 is decoded where it is flagged, never through text. A `Delivery` and
 * not a `Request`, since an event may hold headers that `Headers` refuses: they are named in `invalidHeaders`, and decide
 * nothing unless the provider needs them.
 *
 * @throws {TypeError} When it is none of these events.
 *
 * @example
 * ```ts
 * import { fromHttpEvent, type HttpEvent } from "@hookline/hookline/aws";
 * import { equal } from "node:assert/strict";
 *
 * const event = {
 *   rawPath: "/github",
 *   rawQueryString: "",
 *   headers: { "x-github-event": "push" },
 *   body: "e30=",
 *   isBase64Encoded: true,
 *   requestContext: { domainName: "hooks.example", http: { method: "POST", sourceIp: "192.0.2.7" } },
 * } as unknown as HttpEvent;
 * const delivery = fromHttpEvent(event);
 * equal(new TextDecoder().decode(delivery.body), "{}");
 * ```
 */
export function fromHttpEvent(event: HttpEvent): Delivery {
  if (typeof event !== "object" || event === null) {
    throw new TypeError("Cannot take delivery: the function was invoked with something else than an HTTP event");
  }
  const sent = headersOf(event);
  const bytes = Buffer.from(event.body ?? "", event.isBase64Encoded ? "base64" : "utf8");
  const body = new Uint8Array(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.length);
  const headers = sentHeaders(sent.flatMap(([name, values]) => values.map((value) => [name, value] as const)));
  return { ...requestOf(event, sent), ...headers, body };
}

type Values = readonly (readonly [name: string, values: readonly string[]])[];

function headersOf(event: HttpEvent): Values {
  if ("multiValueHeaders" in event && event.multiValueHeaders) return listed(event.multiValueHeaders);
  return listed(event.headers ?? {});
}

function listed(given: Readonly<Record<string, string | readonly string[] | undefined>>): Values {
  return Object.entries(given).map(([name, value = []]) => [name, typeof value === "string" ? [value] : value]);
}

function requestOf(event: HttpEvent, sent: Values): Pick<Delivery, "method" | "url" | "address"> {
  if ("rawPath" in event) {
    const { http, domainName } = event.requestContext;
    const query = event.rawQueryString ? `?${event.rawQueryString}` : "";
    return { method: http.method, url: `https://${domainName}${event.rawPath}${query}`, address: http.sourceIp };
  }
  const { httpMethod: method, path } = event;
  const single = listed(event.queryStringParameters ?? {});
  const query = event.multiValueQueryStringParameters ? listed(event.multiValueQueryStringParameters) : single;
  const pairs = (write: (text: string) => string) => {
    const texts = query.flatMap(([name, values]) => values.map((value) => `${write(name)}=${write(value)}`));
    return texts.length === 0 ? "" : `?${texts.join("&")}`;
  };
  if ("elb" in event.requestContext) {
    // It hands the query on as it came. The last address is the one that it adds itself.
    const [, forwarded = []] = sent.findLast(([name]) => name.toLowerCase() === "x-forwarded-for") ?? [];
    const address = forwarded.at(-1)?.split(",").at(-1)?.trim();
    const url = `https://load-balancer${path}${pairs((text) => text)}`;
    return { method, url, ...defined({ address }) };
  }
  const { domainName = "rest-api", identity } = event.requestContext;
  return { method, url: `https://${domainName}${path}${pairs(encodeURIComponent)}`, address: identity.sourceIp };
}

/**
 * An answer as Lambda's result.
 *
 * @param event What it answers: a load balancer that gives several values of a header wants them so.
 *
 * @example
 * ```ts
 * import { toHttpResult } from "@hookline/hookline/aws";
 * import { deepEqual } from "node:assert/strict";
 *
 * deepEqual(toHttpResult({ status: 204 }), { statusCode: 204, headers: {}, body: "" });
 * ```
 */
export function toHttpResult({ status, headers = {}, body = "" }: Answer, event?: HttpEvent): HttpResult {
  const isEvent = typeof event === "object" && event !== null;
  if (!isEvent || event.headers || !("multiValueHeaders" in event)) {
    return { statusCode: status, headers: { ...headers }, body };
  }
  const multiValueHeaders = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));
  return { statusCode: status, multiValueHeaders, body };
}
