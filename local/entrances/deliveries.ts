import type { HttpEvent } from "../../lambdas/aws/http/http-event.ts";
import { traceIdOf } from "../../lambdas/aws/log/trace.ts";
import { defined } from "../../lambdas/core/bytes/defined.ts";
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
  /** The event's id in the answer. */
  readonly id?: string;
  readonly milliseconds: number;
  /** The trace of its log lines. */
  readonly trace: string | undefined;
};

/** An invoke that reports each delivery once it is answered, and the event that the verifier got. */
export function reportDeliveries(
  invoke: Invoke,
  onAnswered: (delivery: AnsweredDelivery, event: HttpEvent) => void,
): Invoke {
  return async (event, given) => {
    const begun = performance.now();
    const result = await invoke(event, given);
    const { rawPath: path, requestContext } = event as HttpEvent & { readonly rawPath: string };
    const { method } = (requestContext as { readonly http: { readonly method: string } }).http;
    const answered = {
      ...{ source: sourceName(path), path, method, ...answerIn(result) },
      milliseconds: Math.round(performance.now() - begun),
      trace: traceIdOf(given?.traceId),
    };
    onAnswered(answered, event as HttpEvent);
    return result;
  };
}

function answerIn(result: Awaited<ReturnType<Invoke>>): Pick<AnsweredDelivery, "status" | "outcome" | "id"> {
  if (!result.ok) return { status: 502, outcome: result.errorType };
  const { statusCode = 200, body } = (result.payload ?? {}) as {
    readonly statusCode?: number;
    readonly body?: unknown;
  };
  try {
    const { outcome, error, id } = JSON.parse(String(body));
    return { status: statusCode, ...defined({ outcome: textOf(outcome ?? error), id: textOf(id) }) };
  } catch {
    return { status: statusCode };
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
