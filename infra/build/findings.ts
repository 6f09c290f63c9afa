/**
 * The findings of cdk-nag's rules for AWS solutions and serverless in a stage, each with the reason that it stays. A test holds
 * this complete.
 */
const explained: Readonly<Record<string, string>> = {
  "AwsSolutions::AwsSolutions-S1":
    "Only our functions reach this bucket, and they log what they do; CloudTrail's data events tell who else tried.",
  "AwsSolutions::AwsSolutions-SQS3":
    "The archive's queue keeps an event for as long as a DLQ would: nothing that is wrong with an event keeps it from being archived. The canary's is read by nobody.",
  "AwsSolutions::AwsSolutions-SMG4":
    "Only the provider can make a new secret: npm run secret rotates it, and the old one stays valid for a day. The canary's protects nothing.",
  "AwsSolutions::AwsSolutions-APIG1":
    "The verifier logs each delivery with its outcome; an access log would hold the same lines again.",
  "AwsSolutions::AwsSolutions-APIG4": "A delivery is authorized by its signature, which the verifier checks.",
  "Serverless::Serverless-APIGWAccessLogging":
    "The verifier logs each delivery with its outcome; an access log would hold the same lines again.",
  "Serverless::Serverless-APIGWDefaultThrottling":
    "The account's limits hold: a lower one would refuse deliveries that the verifier could take.",
  "Serverless::Serverless-EventBusDLQ": "A sweep that did not begin is made up for by the next, five minutes later.",
  "Serverless::Serverless-LambdaDLQ":
    "Entrances and mappings wait for the answer, and a queue has its own DLQ; what a drain did not do, the next one does.",
  "Serverless::Serverless-LambdaAsyncFailureDestination":
    "A failed run of a schedule is made up for by the next, and an alarm tells of it: nothing in its event is worth keeping.",
  "Serverless::Serverless-LambdaEventSourceMappingDestination":
    "A mapping of SQS has none: the queue's own redrive policy moves what failed.",
  "Serverless::Serverless-LambdaTracing": "X-Ray is on where a stage says so, by its price: DECISIONS.md 27.",
  "Serverless::Serverless-SNSRedrivePolicy":
    "An alarm that no e-mail told of is still on the dashboard; a queue of untold ones would be read by nobody.",
  "Serverless::Serverless-SQSRedrivePolicy":
    "This queue is a DLQ, behind which is an operator, the archive's, which keeps an event for as long as a DLQ would, or the canary's, which nobody reads.",
};

/** Wildcards at the end of a name: the part before them is the stage's alone. */
const wildcards =
  "The name is the stage's prefix: every queue of its own (never a DLQ), every object under one prefix of its bucket.";

/**
 * Why a finding stays, by its rule as `Validations.acknowledge` takes it; undefined where nothing explains it.
 *
 * @example
 * ```ts
 * import { explanationOf } from "./findings.ts";
 * import { ok } from "node:assert/strict";
 *
 * ok(explanationOf("AwsSolutions::AwsSolutions-APIG4")?.includes("signature"));
 * ```
 */
export function explanationOf(rule: string): string | undefined {
  if (Object.hasOwn(explained, rule)) return explained[rule];
  return /::AwsSolutions-IAM5\[Resource::.*\*\]$/.test(rule) ? wildcards : undefined;
}

/** Every rule that is explained by its name. */
export const explainedRules: readonly string[] = Object.keys(explained);
