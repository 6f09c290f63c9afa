import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { APIGatewayProxyEventV2, Context } from "aws-lambda";
import { defined } from "../../lambdas/core/bytes/defined.ts";
import type { WebhookEvent } from "../../lambdas/core/events/envelope.ts";
import { answer } from "../../lambdas/core/outcome.ts";
import type { Delivery, EventFields, VerifyOptions } from "../../lambdas/core/provider.ts";
import { verify } from "../../lambdas/core/verify/verify.ts";
import { verifier } from "../../lambdas/verifier.ts";
import { createMemoryDedupe, createMemoryQueue } from "../core/memory.ts";

/** What became of a delivery: the HTTP status, why it was refused, and on acceptance what was read of it. */
export type Verdict = {
  readonly status: number;
  readonly reason: string;
  /** All that the sender is told. */
  readonly told: string;
  readonly fields?: readonly EventFields[];
  /** Where it went through the whole path. */
  readonly queued: readonly WebhookEvent[];
};

/** The source, and when. */
export type Configuration = Pick<VerifyOptions, "provider" | "secrets" | "now" | "url" | "fetch">;

/** One way in; undefined where it cannot carry the delivery. */
export type ProviderWay = {
  readonly name: string;
  readonly deliver: (delivery: Delivery, configuration: Configuration) => Promise<Verdict | undefined>;
};

export const core: ProviderWay = {
  name: "verify",
  async deliver(delivery, configuration) {
    const result = await verify(delivery, configuration);
    if (result.kind !== "verified") {
      const { status, body = "" } = answer(result);
      return { status, reason: result.reason, told: body, queued: [] };
    }
    const { status = 200 } = configuration.provider.answer ?? {};
    return { status, reason: "verified", told: "", fields: [...result.events], queued: [] };
  },
};

export const ways: readonly ProviderWay[] = [
  core,
  { name: "a function URL with a text body", deliver: viaLambda(functionUrlEvent, false) },
  { name: "a function URL with a base64 body", deliver: viaLambda(functionUrlEvent, true) },
  { name: "an HTTP API with a text body", deliver: viaLambda(httpApiEvent, false) },
  { name: "an HTTP API with a base64 body", deliver: viaLambda(httpApiEvent, true) },
];

const context = { functionName: "verifier", getRemainingTimeInMillis: () => 10_000 } as unknown as Context;

function viaLambda(
  toEvent: (delivery: Delivery, isBase64Encoded: boolean) => APIGatewayProxyEventV2,
  isBase64Encoded: boolean,
): ProviderWay["deliver"] {
  return async (delivery, { provider, secrets, now, url, fetch }) => {
    // Text cannot hold bytes that are not UTF-8: AWS sends such a body as base64.
    const text = Buffer.from(delivery.body).toString("utf8");
    if (!isBase64Encoded && !Buffer.from(text, "utf8").equals(delivery.body)) return undefined;
    const { name } = provider;
    const queue = createMemoryQueue([{ source: name, types: [], queue: "all" }]);
    const lambda = verifier({
      sources: { [name]: { provider, secrets: async () => secrets, ...defined({ url, fetch }) } },
      dedupe: createMemoryDedupe(),
      queue,
      now: () => now,
    });
    const { statusCode = 0, body = "" } = await lambda(toEvent(delivery, isBase64Encoded), context);
    const queued = queue.sent.map(({ event }) => event);
    if (provider.answer !== undefined && statusCode < 300) {
      assert.equal(body, provider.answer.body ?? "");
      return { status: statusCode, reason: "verified", told: body, queued };
    }
    const said = JSON.parse(body);
    const isThrough = said.outcome === "accepted" || (said.outcome === "ignored" && said.ids?.length === 0);
    return {
      status: statusCode,
      reason: isThrough ? "verified" : String(said.error ?? said.outcome),
      told: body,
      queued,
    };
  };
}

/** Payload format 2.0 of a function URL. */
export function functionUrlEvent(delivery: Delivery, isBase64Encoded: boolean): APIGatewayProxyEventV2 {
  const host = "abcdefghij.lambda-url.eu-central-1.on.aws";
  return event(delivery, isBase64Encoded, { accountId: "anonymous", apiId: "abcdefghij", host, routeKey: "$default" });
}

/** Payload format 2.0 of an HTTP API with the route `ANY /{source}`. */
export function httpApiEvent(delivery: Delivery, isBase64Encoded: boolean): APIGatewayProxyEventV2 {
  const host = "klmnopqrst.execute-api.eu-central-1.amazonaws.com";
  const routeKey = "ANY /{source}";
  const source = new URL(delivery.url).pathname.slice(1);
  return {
    ...event(delivery, isBase64Encoded, { accountId: "123456789012", apiId: "klmnopqrst", host, routeKey }),
    pathParameters: { source },
  };
}

function event(
  { method, url, headers, body }: Delivery,
  isBase64Encoded: boolean,
  from: { readonly accountId: string; readonly apiId: string; readonly host: string; readonly routeKey: string },
): APIGatewayProxyEventV2 {
  const { accountId, apiId, host, routeKey } = from;
  const { pathname, search } = new URL(url);
  return {
    version: "2.0",
    routeKey,
    rawPath: pathname,
    rawQueryString: search.slice(1),
    // Names come in lower case, and a header that was sent twice comes joined by a comma.
    headers: {
      host,
      "content-length": `${body.length}`,
      "x-amzn-trace-id": "Root=1-695b8da0-0123456789abcdef01234567",
      "x-forwarded-for": "192.0.2.1",
      "x-forwarded-port": "443",
      "x-forwarded-proto": "https",
      ...Object.fromEntries(headers),
    },
    requestContext: {
      accountId,
      apiId,
      domainName: host,
      domainPrefix: apiId,
      http: { method, path: pathname, protocol: "HTTP/1.1", sourceIp: "192.0.2.1", userAgent: "provider/1.0" },
      requestId: "JKJaXmPLvHcESHA=",
      routeKey,
      stage: "$default",
      time: "05/Jan/2026:10:00:00 +0000",
      timeEpoch: 1_767_607_200_000,
    },
    // AWS leaves the body out where there is none.
    ...(body.length === 0 ? {} : { body: Buffer.from(body).toString(isBase64Encoded ? "base64" : "utf8") }),
    isBase64Encoded,
  };
}
