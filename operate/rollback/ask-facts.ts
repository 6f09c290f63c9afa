import { InvokeCommand, type LambdaClient } from "@aws-sdk/client-lambda";
import { factsQuestion, type VerifierFacts } from "../../lambdas/aws/facts.ts";
import { defined } from "../../lambdas/core/bytes/defined.ts";
import { isRecord } from "../../lambdas/core/events/strict-json.ts";

/** The answer of a verifier's version. */
type Said = {
  /** The version that answered. */
  readonly version?: string;
  /** Absent where it says none: it is of an earlier release, or it fails. */
  readonly facts?: VerifierFacts;
};

/**
 * Asks a version of a verifier for its facts. One of an earlier release takes the question for a request that it cannot read: it answers
 * 503, and logs that.
 *
 * @param Qualifier A version, or an alias.
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 */
export async function askFacts(lambda: LambdaClient, FunctionName: string, Qualifier: string): Promise<Said> {
  const question = new InvokeCommand({ FunctionName, Qualifier, Payload: JSON.stringify(factsQuestion) });
  const { Payload, ExecutedVersion: version } = await lambda.send(question);
  return defined({ version, facts: factsIn(Payload) });
}

/** Facts, and no answer to a request, and no error. */
function factsIn(payload: Uint8Array | undefined): VerifierFacts | undefined {
  let answer: unknown;
  try {
    answer = JSON.parse(new TextDecoder().decode(payload));
  } catch {
    return undefined;
  }
  if (!isRecord(answer)) return undefined;
  const { sources, routes, settings, formats } = answer;
  const isWhole = isRecord(sources) && Array.isArray(routes) && isRecord(settings) && isRecord(formats);
  return isWhole ? (answer as VerifierFacts) : undefined;
}
