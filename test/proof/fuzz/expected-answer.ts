import { Buffer } from "node:buffer";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { providers } from "../../../lambdas/providers/mod.ts";
import { type Judgement, judges } from "./rightly-signed.ts";

/** The one status that an event must be answered, and why it is to be believed where it is. */
export type Expected = {
  readonly status: 200 | 400 | 401 | 404 | 405 | 413;
  readonly source: string;
  readonly body: Uint8Array;
  /** Where a header says it, as GitHub's does. */
  readonly type?: string;
  readonly judgement?: Judgement;
  /** Whether a header is not valid that its provider reads: 400, or 401 where something else is seen to be wrong first. */
  readonly lacksHeader?: true;
};

/** What the edge must answer to an event at this time, read without any of its code. */
export function expectedAnswer(event: APIGatewayProxyEventV2, bodyLimitBytes: number, milliseconds: number): Expected {
  const source = /^\/+([^/?#]*)\/*([?#]|$)/.exec(event.rawPath)?.[1] ?? "";
  const body = Buffer.from(event.body ?? "", event.isBase64Encoded ? "base64" : "utf8");
  const { headers, invalid } = readHeaders(event);
  const judge = Object.hasOwn(judges, source) ? judges[source] : undefined;
  if (judge === undefined) return { status: 404, source, body };
  if (event.requestContext.http.method !== "POST") return { status: 405, source, body };
  if (body.length > bodyLimitBytes) return { status: 413, source, body };
  if (neededOf(source).some((name) => invalid.has(name))) return { status: 400, source, body, lacksHeader: true };
  const judgement = judge({ headers, body }, milliseconds);
  const type = headers.get("x-github-event") ?? "";
  return { status: judgement.right ? 200 : 401, source, body, judgement, ...(source === "github" ? { type } : {}) };
}

/** The headers that a provider says it reads. */
function neededOf(source: string): readonly string[] {
  const { verification, events } = providers[source] ?? {};
  if (typeof verification !== "object" || events === undefined) return [];
  const { signature, timestamp, fixed = {} } = verification;
  const fields = typeof events === "object" ? [events.id, events.type, events.tenant, events.livemode] : [];
  return [
    ...[signature].flat().map(({ header }) => header),
    ...(timestamp !== undefined && "header" in timestamp ? [timestamp.header] : []),
    ...fields.flatMap((field) => (field === undefined ? [] : "header" in field ? field.header : (field.echo ?? []))),
    ...Object.keys(fixed),
  ];
}

/** Headers as HTTP has them, and the names of those that it does not have so. */
function readHeaders(event: APIGatewayProxyEventV2) {
  const headers = new Map<string, string>();
  const invalid = new Set<string>();
  for (const name of Object.getOwnPropertyNames(event.headers)) {
    const sent = event.headers[name];
    if (sent === undefined) continue;
    const value = sent.replace(/^[\t ]+/, "").replace(/[\t ]+$/, "");
    if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name)) invalid.add(name.trim().toLowerCase());
    else if (/[\0\r\n]|[^\0-\xff]/.test(value)) invalid.add(name.toLowerCase());
    else {
      const before = headers.get(name.toLowerCase());
      headers.set(name.toLowerCase(), before === undefined ? value : `${before}, ${value}`);
    }
  }
  return { headers, invalid };
}
