import { createHmac } from "node:crypto";
import type { APIGatewayProxyEventV2, Context } from "aws-lambda";
import {
  type Answer,
  answer,
  createReceiver,
  type Delivery,
  type ReceiverOptions,
  receive,
} from "../../lambdas/core/mod.ts";
import { github } from "../../lambdas/providers/github.ts";
import { verifier } from "../../lambdas/verifier.ts";
import { createLines } from "./lines.ts";
import { createClock, createMemoryDedupe, createMemoryQueue } from "./memory.ts";

export const secret = "It's a Secret to Everybody";
const utf8 = new TextEncoder();

/** A GitHub delivery signed by literal `node:crypto`, never by what is under test. */
export function githubDelivery(
  given: {
    readonly body?: string | Uint8Array<ArrayBuffer>;
    readonly id?: string;
    readonly type?: string;
    readonly path?: string;
    readonly method?: string;
    readonly secret?: string;
  } = {},
): Delivery {
  const {
    body = '{"ref":"refs/heads/main"}',
    id = "delivery-1",
    type = "push",
    path = "/github",
    method = "POST",
  } = given;
  const bytes = typeof body === "string" ? utf8.encode(body) : body;
  const signature = createHmac("sha256", given.secret ?? secret)
    .update(bytes)
    .digest("hex");
  const headers = new Headers({
    "content-type": "application/json",
    "x-github-delivery": id,
    "x-github-event": type,
    "x-hub-signature-256": `sha256=${signature}`,
  });
  return { method, url: `https://hooks.example${path}`, headers, body: bytes };
}

export function httpEvent(delivery: Delivery, isBase64Encoded: boolean): APIGatewayProxyEventV2 {
  const { pathname, search } = new URL(delivery.url);
  const bytes = Buffer.from(delivery.body);
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath: pathname,
    rawQueryString: search.slice(1),
    headers: Object.fromEntries(delivery.headers),
    requestContext: {
      accountId: "anonymous",
      apiId: "abc",
      domainName: "abc.lambda-url.eu-central-1.on.aws",
      domainPrefix: "abc",
      http: {
        ...{ method: delivery.method, path: pathname, protocol: "HTTP/1.1", userAgent: "" },
        sourceIp: delivery.address ?? "192.0.2.1",
      },
      requestId: "1",
      routeKey: "$default",
      stage: "$default",
      time: "",
      timeEpoch: 0,
    },
    body: bytes.toString(isBase64Encoded ? "base64" : "utf8"),
    isBase64Encoded,
  };
}

export const context = {
  functionName: "verifier",
  awsRequestId: "1",
  getRemainingTimeInMillis: () => 10_000,
} as unknown as Context;

/** One way in: the same suite runs against each. */
export type Way = {
  readonly name: string;
  readonly deliver: (delivery: Delivery, options: ReceiverOptions) => Promise<Required<Answer>>;
};

const viaLambda = (isBase64Encoded: boolean): Way["deliver"] => {
  return async (delivery, options) => {
    const {
      statusCode = 0,
      headers = {},
      body = "",
    } = await verifier(options)(httpEvent(delivery, isBase64Encoded), context);
    const texts = Object.entries(headers).map(([name, value]) => [name, String(value)] as const);
    return { status: statusCode, headers: Object.fromEntries(texts), body };
  };
};

export const ways: readonly Way[] = [
  {
    name: "receive",
    deliver: async (delivery, options) => ({ headers: {}, body: "", ...answer(await receive(delivery, options)) }),
  },
  { name: "the Lambda chain with a text body", deliver: viaLambda(false) },
  { name: "the Lambda chain with a base64 body", deliver: viaLambda(true) },
  {
    name: "createReceiver",
    async deliver({ method, url, headers, body, address }, options) {
      const hasBody = method !== "GET" && method !== "HEAD";
      const request = new Request(url, { method, headers, ...(hasBody ? { body } : {}) });
      const response = await createReceiver(options)(request, address === undefined ? {} : { address });
      return {
        status: response.status,
        headers: Object.fromEntries(response.headers),
        body: await response.text(),
      };
    },
  },
];

/** A receiver's ports, all in memory: `push` goes to two queues, `issues` to one. */
export function createTestReceiver() {
  const clock = createClock();
  const dedupe = createMemoryDedupe();
  const queue = createMemoryQueue([
    { source: "github", types: ["push"], queue: "push" },
    { source: "github", types: ["push", "issues"], queue: "audit" },
  ]);
  const { lines, log } = createLines();
  const options = {
    sources: { github: { provider: github, secrets: async () => [secret] } },
    dedupe,
    queue,
    now: clock.now,
    log,
  } satisfies ReceiverOptions;
  return { clock, dedupe, queue, lines, options };
}
