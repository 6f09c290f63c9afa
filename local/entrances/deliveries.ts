import type { HttpEvent } from "../../lambdas/aws/http/http-event.ts";
import { traceIdOf } from "../../lambdas/aws/log/trace.ts";
import { sourceName } from "../../lambdas/core/ingress/source-path.ts";
import type { LambdaFunction } from "../lambda/lambda-runtime.ts";

type Invoke = LambdaFunction["invoke"];

/** A delivery as the verifier answered it. */
export type AnsweredDelivery = {
  readonly source: string | undefined;
  readonly path: string;
  readonly method: string;
  readonly status: number;
  /** The outcome or the reason in the answer; absent where it has none. */
  readonly outcome?: string;
  readonly milliseconds: number;
  /** The trace of its log lines. */
  readonly trace: string | undefined;
};

/** An invoke that reports each delivery once it is answered. */
export function reportDeliveries(invoke: Invoke, onAnswered: (delivery: AnsweredDelivery) => void): Invoke {
  return async (event, given) => {
    const begun = performance.now();
    const result = await invoke(event, given);
    const { rawPath: path, requestContext } = event as HttpEvent & { readonly rawPath: string };
    const { method } = (requestContext as { readonly http: { readonly method: string } }).http;
    onAnswered({
      ...{ source: sourceName(path), path, method, ...answerIn(result) },
      milliseconds: Math.round(performance.now() - begun),
      trace: traceIdOf(given?.traceId),
    });
    return result;
  };
}

function answerIn(result: Awaited<ReturnType<Invoke>>): Pick<AnsweredDelivery, "status" | "outcome"> {
  if (!result.ok) return { status: 502, outcome: result.errorType };
  const { statusCode = 200, body } = (result.payload ?? {}) as {
    readonly statusCode?: number;
    readonly body?: unknown;
  };
  try {
    const { outcome, error } = JSON.parse(String(body));
    const said = outcome ?? error;
    return { status: statusCode, ...(typeof said === "string" ? { outcome: said } : {}) };
  } catch {
    return { status: statusCode };
  }
}
