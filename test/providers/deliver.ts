import type { Context } from "aws-lambda";
import type { HttpResult } from "../../lambdas/aws/http/http-event.ts";
import { defined } from "../../lambdas/core/bytes/defined.ts";
import type { Delivery, Fetch, Provider } from "../../lambdas/core/provider.ts";
import { verifier } from "../../lambdas/verifier.ts";
import { now as testNow } from "../contract/provider-variants.ts";
import { functionUrlEvent } from "../contract/provider-ways.ts";
import { createMemoryDedupe, createMemoryQueue } from "../core/memory.ts";

const context = { functionName: "verifier", getRemainingTimeInMillis: () => 10_000 } as unknown as Context;

/** A source of one provider behind a function URL, with what it queued. */
export function receiverOf(
  provider: Provider,
  given: { readonly secrets: readonly string[]; readonly url?: string; readonly fetch?: Fetch; readonly now?: Date },
) {
  const { secrets, url, fetch, now = testNow } = given;
  const queue = createMemoryQueue([{ source: provider.name, types: [], queue: "all" }]);
  const source = { provider, secrets: async () => secrets, ...defined({ url, fetch }) };
  const sources = { [provider.name]: source };
  const lambda = verifier({ sources, dedupe: createMemoryDedupe(), queue, now: () => now });
  return {
    queue,
    /** @param raw Headers as an event may hold them, though `Headers` would not. */
    async deliver(change: Partial<Delivery>, raw: Readonly<Record<string, string>> = {}): Promise<HttpResult> {
      const path = `https://hooks.example/${provider.name}`;
      const delivery = { method: "POST", url: path, headers: new Headers(), body: new Uint8Array(), ...change };
      const event = functionUrlEvent(delivery, true);
      return await lambda({ ...event, headers: { ...event.headers, ...raw } }, context);
    },
  };
}
