import type { GetAccountSettingsResponse } from "@aws-sdk/client-lambda";
import type { DeployedEvent } from "../../infra/receiver-facts.ts";
import type { Finding } from "./finding.ts";

/** The concurrency that the verifier should have beside all processors. */
const verifierRoom = 10;

/** The runs at a time that a mapping without a limit reaches: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html */
const mostOfMapping = 1250;

/** Lambda's quota by default; a new account has less: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const defaultQuota = 1000;

/** Whether a backlog of every processor leaves concurrency to the verifier. `isUnbounded`: it fails since a processor has no limit. */
export function concurrencyOf(
  account: GetAccountSettingsResponse["AccountLimit"],
  events: readonly DeployedEvent[],
  /** A command of the AWS CLI, in the stage's region. */
  aws: (command: string) => string,
): Omit<Finding, "check"> & { readonly isUnbounded?: true } {
  const { UnreservedConcurrentExecutions: limit = 0, ConcurrentExecutions: quota = limit } = account ?? {};
  const bounded = events.flatMap(({ options: { maxConcurrency } }) => maxConcurrency || []);
  const sum = bounded.reduce((total, one) => total + one, 0);
  const unbounded = events.length - bounded.length;
  const has = `the account has ${limit}${quota < defaultQuota ? ", as a new account" : ""}`;
  if (unbounded > 0 && limit - sum - unbounded * mostOfMapping < verifierRoom) {
    const says = `${has}; ${unbounded} of ${events.length} processors have no maxConcurrency and may take ${mostOfMapping} each: a backlog can throttle the verifier`;
    const remedy = "give their event files a maxConcurrency, or leave it out so that it is 5, and deploy";
    return { state: "FAIL", says, remedy, isUnbounded: true };
  }
  if (limit - sum < verifierRoom) {
    const says = `${has}, processors may take ${sum}: a backlog can throttle the verifier`;
    const wanted = Math.max(defaultQuota, quota - limit + sum + verifierRoom);
    return { state: "FAIL", says, remedy: `${aws(quotaRequest(wanted))}; or lower maxConcurrency of event files` };
  }
  return { state: "ok", says: `the account has ${limit}, processors may take ${sum} of it` };
}

/** The quota's code: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html (*Concurrent executions*) */
export function quotaRequest(wanted: number): string {
  return `service-quotas request-service-quota-increase --service-code lambda --quota-code L-B99A9384 --desired-value ${wanted}`;
}
