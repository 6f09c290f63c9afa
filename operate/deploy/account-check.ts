import type { Stack } from "@aws-sdk/client-cloudformation";
import { GetAccountSettingsCommand, type LambdaClient } from "@aws-sdk/client-lambda";
import { concurrencyOf, quotaRequest } from "../doctor/concurrency.ts";
import type { Finding } from "../doctor/finding.ts";
import type { AwsSettings } from "../stage/aws-stage.ts";
import { placed, type Templates } from "./templates.ts";

/** The stack of `cdk bootstrap`. Its ARN tells whose credentials these are, for which no other call is needed. */
export const bootstrapStack = "CDKToolkit";

/** Whether the credentials are of the account and the region that a stage is configured for. */
export function checkCredentials(
  toolkit: Stack | undefined,
  settings: AwsSettings,
  region: string,
): Omit<Finding, "check"> {
  // arn:<partition>:cloudformation:<region>:<account>:stack/…
  const account = toolkit?.StackId?.split(":")[4];
  const { account: wanted } = settings;
  if (account === undefined) {
    const says = `of an account that is not known, since it has no ${bootstrapStack} in ${region}: cdk compares it`;
    return { state: "not checked here", says };
  }
  if (wanted === undefined || wanted === account) {
    const note = wanted === undefined ? "; infra/config.ts names none" : "";
    return { state: "ok", says: `of account ${account}, in ${region}${note}` };
  }
  const says = `of account ${account}, and infra/config.ts says ${wanted}`;
  return { state: "FAIL", says, remedy: `sign in to account ${wanted}: set AWS_PROFILE, or give --profile` };
}

/** Whether account and region are bootstrapped for CDK, as far as this stage needs it. */
export function checkBootstrap(
  toolkit: Stack | undefined,
  least: number,
  { account = "ACCOUNT" }: AwsSettings,
  region: string,
): Omit<Finding, "check"> {
  if (toolkit === undefined) {
    const says = `there is no stack ${bootstrapStack} in ${region}, by which cdk uploads code and templates`;
    // cdk asks for its version by a parameter of another service: another name of the stack is no fault.
    const remedy = `where nobody has bootstrapped it under another name: npx cdk bootstrap aws://${account}/${region}`;
    return { state: "warn", says, remedy };
  }
  const told = toolkit.Outputs?.find(({ OutputKey }) => OutputKey === "BootstrapVersion")?.OutputValue;
  const version = Number(told);
  const [, , , , own = account] = toolkit.StackId?.split(":") ?? [];
  const remedy = `npx cdk bootstrap aws://${own}/${region}`;
  if (!(version > 0)) return { state: "FAIL", says: `${bootstrapStack} tells no version`, remedy };
  if (version < least) return { state: "FAIL", says: `version ${version}, and ${least} is needed`, remedy };
  return { state: "ok", says: `version ${version}; ${least} is needed` };
}

/** Lambda keeps so much of an account's concurrency unreserved: https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html */
const leastUnreserved = 100;

/**
 * Whether the account's concurrency is enough for a stage. One that a backlog would use up is a warning: the stage can be deployed, and
 * the quota raised afterwards. It fails where a processor has no limit, and where Lambda would refuse what the stage reserves.
 */
export async function checkConcurrency(
  lambda: LambdaClient,
  {
    events,
    wanted,
    deployed,
    aws,
  }: {
    readonly events: Parameters<typeof concurrencyOf>[1];
    readonly wanted: Templates;
    readonly deployed: Templates | undefined;
    /** A command of the AWS CLI, in the stage's region. */
    readonly aws: (command: string) => string;
  },
): Promise<Omit<Finding, "check">> {
  const { AccountLimit } = await lambda.send(new GetAccountSettingsCommand({}));
  const unreserved = AccountLimit?.UnreservedConcurrentExecutions ?? 0;
  const more = reservedIn(wanted) - (deployed === undefined ? 0 : reservedIn(deployed));
  if (more > 0 && unreserved - more < leastUnreserved) {
    const says = `the stage reserves ${more} more of the account's ${unreserved}, of which ${leastUnreserved} must stay unreserved: Lambda would refuse it`;
    const remedy = aws(quotaRequest((AccountLimit?.ConcurrentExecutions ?? 0) + leastUnreserved + more - unreserved));
    return { state: "FAIL", says, remedy: `leave verifier.reservedConcurrency out in infra/config.ts, or ${remedy}` };
  }
  const { isUnbounded, ...found } = concurrencyOf(AccountLimit, events, aws);
  // A verifier with a reserve of its own is out of reach of a backlog.
  const isInReach = isUnbounded && reservedIn(wanted) === 0;
  return found.state === "FAIL" && !isInReach ? { ...found, state: "warn" } : found;
}

function reservedIn(templates: Templates): number {
  return [...placed(templates).values()].reduce(
    (sum, { Type, Properties = {} }) =>
      Type === "AWS::Lambda::Function" ? sum + Number(Properties.ReservedConcurrentExecutions ?? 0) : sum,
    0,
  );
}
