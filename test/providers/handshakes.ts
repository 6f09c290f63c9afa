import type { Context } from "aws-lambda";
import type { HttpEvent } from "../../lambdas/aws/http/http-event.ts";
import type { WebhookEvent } from "../../lambdas/core/events/envelope.ts";
import type { Provider } from "../../lambdas/core/provider.ts";
import { verifier } from "../../lambdas/verifier.ts";
import { now } from "../contract/provider-variants.ts";
import { functionUrlEvent, httpApiEvent } from "../contract/provider-ways.ts";
import { createMemoryDedupe, createMemoryQueue } from "../core/memory.ts";

/** One request, as a provider sends it; POST to the source's own path unless it says otherwise. */
export type Sent = {
  readonly method?: "GET" | "POST";
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
};

/** What came of it. */
export type Received = {
  readonly status: number;
  readonly contentType: string | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
  readonly queued: readonly WebhookEvent[];
  /** How often a store or a queue was asked for anything. */
  readonly touched: number;
};

const context = { functionName: "verifier", getRemainingTimeInMillis: () => 10_000 } as unknown as Context;

/** A lambda with one source of the provider that keeps its state, and what is sent to it by any way in. */
export function createEndpoint(
  provider: Provider,
  secrets: readonly string[],
): (sent: Sent, toEvent?: typeof httpApiEvent) => Promise<Received> {
  const dedupe = createMemoryDedupe();
  const queue = createMemoryQueue([{ source: provider.name, types: [], queue: "all" }]);
  const sources = { [provider.name]: { provider, secrets: async () => secrets } };
  const lambda = verifier({ sources, dedupe, queue, now: () => now });
  return async ({ method = "POST", query = "", headers = {}, body = "" }, toEvent = functionUrlEvent) => {
    const before = { sent: queue.sent.length, touched: dedupe.operations.length + queue.operations.length };
    const event: HttpEvent = toEvent(
      {
        method,
        url: `https://hooks.example/${provider.name}${query}`,
        headers: new Headers(headers),
        body: new TextEncoder().encode(body),
      },
      true,
    );
    const result = await lambda(event, context);
    const told = result.headers ?? {};
    return {
      status: result.statusCode ?? 0,
      contentType: told["content-type"] === undefined ? undefined : String(told["content-type"]),
      headers: told,
      body: result.body ?? "",
      queued: queue.sent.slice(before.sent).map((one) => one.event),
      touched: dedupe.operations.length + queue.operations.length - before.touched,
    };
  };
}

/** Both ways in. */
export const edges = { "a function URL": functionUrlEvent, "an HTTP API": httpApiEvent } as const;
