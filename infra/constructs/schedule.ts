import { Duration } from "aws-cdk-lib";
import { Rule, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction as LambdaTarget } from "aws-cdk-lib/aws-events-targets";
import type { IFunction, Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";

/**
 * Runs a function each five minutes, and never once more: the next run is one. EventBridge hands a run over to Lambda's own queue, which
 * would have a failed one run twice more, and one without concurrency for six hours.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
export function runEachFiveMinutes(scope: Construct, lambda: LambdaFunction): void {
  const period = Duration.minutes(5);
  lambda.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: period });
  const target = new LambdaTarget(lambda as IFunction, { retryAttempts: 0 });
  new Rule(scope, "Schedule", { schedule: Schedule.rate(period), targets: [target] });
}
