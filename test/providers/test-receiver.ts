import type { Context } from "aws-lambda";
import type { HandshakeOptions, Provider } from "../../lambdas/core/provider.ts";
import { verifier } from "../../lambdas/verifier.ts";
import { now } from "../contract/provider-variants.ts";
import { functionUrlEvent } from "../contract/provider-ways.ts";
import { createMemoryDedupe, createMemoryQueue } from "../core/memory.ts";

const context = { functionName: "verifier", getRemainingTimeInMillis: () => 10_000 } as unknown as Context;

/** One request to a provider's source; by default a POST without a body. */
export type Sent = {
  readonly method?: string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
};

/** What came back, and what was asked of table and queue by then. */
type Came = {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
  readonly asked: readonly string[];
};

/** The Lambda that is deployed, around one source of this provider and with all stores in memory. */
export function receiverOf(
  provider: Provider,
  secrets: readonly string[],
  keep?: HandshakeOptions["keep"],
): (sent: Sent) => Promise<Came> {
  const { name } = provider;
  const dedupe = createMemoryDedupe();
  const queue = createMemoryQueue([{ source: name, types: [], queue: "all" }]);
  const source = { provider, secrets: async () => secrets, ...(keep === undefined ? {} : { keep }) };
  const lambda = verifier({ sources: { [name]: source }, dedupe, queue, now: () => now });
  return async ({ method = "POST", query = "", headers = {}, body = "" }) => {
    const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
    const url = `https://hooks.example/${name}${query}`;
    const event = functionUrlEvent({ method, url, headers: new Headers(headers), body: bytes }, true);
    const result = await lambda(event, context);
    return {
      status: result.statusCode ?? 0,
      headers: result.headers ?? {},
      body: result.body ?? "",
      asked: [...dedupe.operations, ...queue.operations],
    };
  };
}
