import { fromHttpEvent, type HttpEvent } from "../../lambdas/aws/http/http-event.ts";
import { sourceName } from "../../lambdas/core/ingress/source-path.ts";
import type { Delivery, Fetch } from "../../lambdas/core/provider.ts";
import type { LambdaFunction } from "../lambda/lambda-runtime.ts";
import type { LocalRun } from "../local-run.ts";
import { isProbe } from "./probe.ts";

type Invoke = LambdaFunction["invoke"];

/** A delivery that was refused with 401, and whose it is. */
type RefusedDelivery = {
  readonly source: string;
  readonly delivery: Delivery;
  readonly sources: LocalRun["sources"];
  /** Fetches the documents that the run publishes in place of providers. */
  readonly fetch: Fetch;
};

/** Explains a refusal, a line each: on this machine, never in an answer. */
export type OnRefused = (refused: RefusedDelivery) => Promise<readonly string[]>;

/**
 * An invoke that has each refusal explained.
 *
 * @param sources Those of the run, once it is on.
 */
export function explainRefusals(
  invoke: Invoke,
  options: {
    readonly sources: () => LocalRun["sources"];
    readonly fetch: Fetch;
    readonly onRefused: OnRefused;
    readonly say: (text: string) => void;
  },
): Invoke {
  return async (event, given) => {
    const result = await invoke(event, given);
    const delivery = fromHttpEvent(event as HttpEvent);
    if ("kind" in delivery || !isRefused(result) || isProbe(event as HttpEvent)) return result;
    const { fetch, onRefused, say } = options;
    const sources = options.sources();
    const source = sourceName(delivery.url);
    if (source === undefined || sources[source] === undefined) return result;
    for (const line of await onRefused({ source, delivery, sources, fetch })) say(`why ${source}: ${line}`);
    return result;
  };
}

function isRefused(result: Awaited<ReturnType<Invoke>>): boolean {
  return result.ok && (result.payload as { readonly statusCode?: unknown } | null)?.statusCode === 401;
}
