import { CloudFormationClient, DescribeStackEventsCommand } from "@aws-sdk/client-cloudformation";
import type { Finding } from "../doctor/finding.ts";
import { readDeployed } from "./deployed.ts";
import { awsIn, namesOf, type Planned } from "./preflight.ts";
import { checkStack } from "./stack-check.ts";
import { nestedType } from "./templates.ts";

/**
 * The findings after a deployment that failed, by the stack's state and its latest events: each with its commands. A creation that was
 * rolled back leaves queues, which the next one would fail at.
 */
export async function afterFailure({
  stack,
  assembly,
  clients,
  profile,
}: Planned): Promise<readonly Omit<Finding, "check">[]> {
  const client = clients.of("cloudformation", CloudFormationClient);
  const region = await client.config.region();
  const aws = awsIn(region, profile);
  const deployed = await readDeployed(client, stack);
  const reasons = deployed === undefined ? [] : await failuresOf(client, stack);
  const isBlocked = reasons.some((reason) => /QueueDeletedRecently|wait (at least )?60 seconds/i.test(reason));
  const left = deployed?.templates === undefined ? await namesOf({ assembly, clients }, undefined, aws) : [];
  const own = reasons.filter(
    (reason) => reason !== "" && !/^(Resource creation cancelled|Embedded stack )/.test(reason),
  );
  return [
    ...own.slice(0, 5).map((says) => ({ state: "FAIL", says }) as const),
    ...(deployed === undefined ? [] : [checkStack(stack, deployed, aws)]),
    ...left.filter(({ state }) => state !== "ok"),
    ...(isBlocked ? [blocked] : []),
  ];
}

const blocked: Omit<Finding, "check"> = {
  state: "warn",
  says: "SQS blocks the name of a queue for 60 s after its deletion",
  remedy: "wait a minute, then deploy again",
};

/** The reasons of the failures of the latest operation on a stack, those in its nested stacks included. */
async function failuresOf(client: CloudFormationClient, StackName: string): Promise<readonly string[]> {
  const { StackEvents = [] } = await client.send(new DescribeStackEventsCommand({ StackName }));
  // The newest are first; the operation begins with the stack's own *_IN_PROGRESS by the user.
  const begun = StackEvents.findIndex(
    ({ ResourceStatusReason = "", StackId, PhysicalResourceId }) =>
      StackId === PhysicalResourceId && /initiated/i.test(ResourceStatusReason),
  );
  const latest = begun < 0 ? StackEvents : StackEvents.slice(0, begun);
  const failed = latest.filter(({ ResourceStatus = "" }) => ResourceStatus.endsWith("_FAILED"));
  const nested = failed.flatMap(({ ResourceType, PhysicalResourceId = "", StackId }) =>
    ResourceType === nestedType && PhysicalResourceId !== "" && PhysicalResourceId !== StackId
      ? [PhysicalResourceId]
      : [],
  );
  const below = await Promise.all([...new Set(nested)].map(async (id) => await failuresOf(client, id)));
  return [...failed.map(({ ResourceStatusReason = "" }) => ResourceStatusReason), ...below.flat()];
}
