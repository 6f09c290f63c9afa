import type { IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import type { LambdaFunction } from "./lambda-runtime.ts";

/** The functions that can be invoked, by name. */
export type Invocable = ReadonlyMap<string, Pick<LambdaFunction, "invoke">>;

/** The answer to an invocation. */
type Invoked = {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
};

/** All that a function of a run has: its code as it is now, under the alias to which entrances lead, and version 1. */
const qualifiers: readonly (string | null)[] = [null, "$LATEST", "live", "1"];

/**
 * Lambda's Invoke over the functions of a run; undefined for another request. Its path has the function's name.
 *
 * Gaps against AWS: it waits for the result, whatever `X-Amz-Invocation-Type` says, and there is no log in the answer.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 */
export async function answerInvocation(
  request: IncomingMessage,
  { pathname, searchParams }: URL,
  functions: Invocable,
): Promise<Invoked | undefined> {
  const [, named] = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(pathname) ?? [];
  if (named === undefined || request.method !== "POST") return undefined;
  const lambda = functions.get(decodeURIComponent(named));
  if (lambda === undefined || !qualifiers.includes(searchParams.get("Qualifier"))) {
    const body = { __type: "ResourceNotFoundException", message: "The function or its version does not exist." };
    return { status: 404, body, headers: { "x-amzn-errortype": body.__type } };
  }
  const given = await text(request);
  const result = await lambda.invoke(given === "" ? {} : JSON.parse(given));
  const version = { "x-amz-executed-version": "1" };
  if (result.ok) return { status: 200, body: result.payload, headers: version };
  const { errorType, errorMessage } = result;
  return {
    status: 200,
    body: { errorType, errorMessage },
    headers: { ...version, "x-amz-function-error": "Unhandled" },
  };
}
