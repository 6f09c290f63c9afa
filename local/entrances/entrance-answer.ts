import type { InvokeResult } from "../lambda/function-definition.ts";
import type { EntranceKind } from "./entrance-event.ts";

export type HttpAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  readonly body: string | Uint8Array;
};

// content-length and connection are the server's to say, whatever the function wrote
const serverHeaders = new Set(["connection", "content-length", "keep-alive", "transfer-encoding"]);

/**
 * The HTTP answer for a function's result. With a `statusCode` the result is an answer, and a malformed one is the function's
 * fault; without one it is a 200 whose body is the result as JSON, a string with its quotes. A function error is never shown:
 * 502 at a function URL, 500 at an HTTP API.
 */
export function toHttpAnswer(result: InvokeResult, kind: EntranceKind): HttpAnswer {
  if (!result.ok) return result.errorType === "RequestEntityTooLarge" ? tooLarge() : functionFault(kind);
  const { payload } = result;
  if (!isRecord(payload) || payload.statusCode === undefined) {
    return jsonAnswer(200, JSON.stringify(payload));
  }
  const status = Number(payload.statusCode);
  const { body = "", headers = {}, cookies = [], isBase64Encoded } = withoutNulls(payload);
  const wellFormed = Number.isInteger(status) && status >= 200 && status <= 599 && typeof body === "string";
  if (!wellFormed || !isRecord(headers) || !Array.isArray(cookies)) return functionFault(kind);
  const type = kind === "http-api" ? "text/plain; charset=utf-8" : "application/json";
  const lowered = Object.entries(withoutNulls(headers)).map(
    ([name, value]) => [name.toLowerCase(), String(value)] as const,
  );
  return {
    status,
    headers: { "content-type": type, ...Object.fromEntries(lowered.filter(([name]) => !serverHeaders.has(name))) },
    cookies: cookies.map(String),
    body: isBase64Encoded === true ? Buffer.from(body, "base64") : body,
  };
}

/** The function failed, or said what cannot be an HTTP answer. */
export function functionFault(kind: EntranceKind): HttpAnswer {
  if (kind === "http-api") return jsonAnswer(500, JSON.stringify({ message: "Internal Server Error" }));
  return { status: 502, headers: { "content-type": "text/plain" }, cookies: [], body: "Internal Server Error" };
}

export function notFound(): HttpAnswer {
  return jsonAnswer(404, JSON.stringify({ message: "Not Found" }));
}

export function tooLarge(): HttpAnswer {
  return jsonAnswer(413, JSON.stringify({ message: "Request Entity Too Large" }));
}

export function tooMany(): HttpAnswer {
  return jsonAnswer(429, JSON.stringify({ message: "Too Many Requests" }));
}

export function headersTooLarge(): HttpAnswer {
  return jsonAnswer(431, JSON.stringify({ message: "Request Header Fields Too Large" }));
}

function jsonAnswer(status: number, body: string): HttpAnswer {
  return { status, headers: { "content-type": "application/json" }, cookies: [], body };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** null is as good as left out, on AWS too */
function withoutNulls(record: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== null && value !== undefined));
}
