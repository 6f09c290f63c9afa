import { Buffer } from "node:buffer";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import type { Refusal } from "../core/outcome.ts";
import type { Answer, Delivery } from "../core/provider.ts";

/** What a function URL and an HTTP API hand to a Lambda: payload format 2.0. */
export type HttpEvent = APIGatewayProxyEventV2;
/** What a Lambda hands back to them. */
export type HttpResult = APIGatewayProxyStructuredResultV2;

const malformed: Refusal = {
  kind: "refused",
  reason: "request-malformed",
  message: "Cannot take delivery: a header is not valid",
};

/**
 * The delivery in an event, its body to the byte: base64 is decoded when flagged, never by way of text.
 *
 * A `Delivery` and not a `Request`, since what `Headers` refuses is the sender's fault and answered 400.
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
 * equal("body" in delivery && new TextDecoder().decode(delivery.body), "{}");
 * ```
 */
export function fromHttpEvent(event: HttpEvent): Delivery | Refusal {
  const headers = new Headers();
  try {
    for (const [name, value] of Object.entries(event.headers ?? {})) {
      if (value === undefined) continue;
      // Headers trim those at the ends, and Deno's make an empty value of some.
      if (/[\r\n]/.test(value)) return malformed;
      headers.append(name, value);
    }
  } catch {
    return malformed;
  }
  const { http, domainName } = event.requestContext;
  const query = event.rawQueryString ? `?${event.rawQueryString}` : "";
  const bytes = Buffer.from(event.body ?? "", event.isBase64Encoded ? "base64" : "utf8");
  return {
    method: http.method,
    url: `https://${domainName}${event.rawPath}${query}`,
    headers,
    body: new Uint8Array(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.length),
    address: http.sourceIp,
  };
}

/**
 * An answer as Lambda's result.
 *
 * @example
 * ```ts
 * import { toHttpResult } from "@hookline/hookline/aws";
 * import { deepEqual } from "node:assert/strict";
 *
 * deepEqual(toHttpResult({ status: 204 }), { statusCode: 204, headers: {}, body: "" });
 * ```
 */
export function toHttpResult({ status, headers, body }: Answer): HttpResult {
  return { statusCode: status, headers: { ...headers }, body: body ?? "" };
}
