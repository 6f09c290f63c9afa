import { Buffer } from "node:buffer";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { type Judgement, judges, type ReadRequest } from "./rightly-signed.ts";

/** The one status that an event must be answered, and why it is to be believed where it is. */
export type Expected = {
  readonly status: 200 | 400 | 401 | 404 | 405 | 413;
  readonly source: string;
  readonly body: Uint8Array;
  /** Where a header says it, as GitHub's does. */
  readonly type?: string;
  readonly judgement?: Judgement;
};

/** What the edge must answer to an event at this time, read without any of its code. */
export function expectedAnswer(event: APIGatewayProxyEventV2, bodyLimitBytes: number, milliseconds: number): Expected {
  const source = /^\/([^/?#]*)\/?([?#]|$)/.exec(event.rawPath)?.[1] ?? "";
  const body = Buffer.from(event.body ?? "", event.isBase64Encoded ? "base64" : "utf8");
  const headers = readHeaders(event);
  if (headers === undefined) return { status: 400, source, body };
  const judge = Object.hasOwn(judges, source) ? judges[source] : undefined;
  if (judge === undefined) return { status: 404, source, body };
  if (event.requestContext.http.method !== "POST") return { status: 405, source, body };
  if (body.length > bodyLimitBytes) return { status: 413, source, body };
  const judgement = judge({ headers, body }, milliseconds);
  const type = headers.get("x-github-event") ?? "";
  return { status: judgement.right ? 200 : 401, source, body, judgement, ...(source === "github" ? { type } : {}) };
}

/** Headers as HTTP has them, or undefined where it has no such name or value. */
function readHeaders(event: APIGatewayProxyEventV2): ReadRequest["headers"] | undefined {
  const headers = new Map<string, string>();
  for (const name of Object.getOwnPropertyNames(event.headers)) {
    const sent = event.headers[name];
    if (sent === undefined) continue;
    const value = sent.replace(/^[\t ]+/, "").replace(/[\t ]+$/, "");
    if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name) || /[\0\r\n]|[^\0-\xff]/.test(value)) return undefined;
    const before = headers.get(name.toLowerCase());
    headers.set(name.toLowerCase(), before === undefined ? value : `${before}, ${value}`);
  }
  return headers;
}
