import {
  type CloudFormationClient,
  CloudFormationServiceException,
  DescribeStacksCommand,
  type Stack,
} from "@aws-sdk/client-cloudformation";

/** A stack by its name; undefined where it is not there. */
export async function stackNamed(client: CloudFormationClient, StackName: string): Promise<Stack | undefined> {
  try {
    const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName }));
    return stack;
  } catch (error) {
    // CloudFormation's answer where there is no such stack: "Stack with id … does not exist".
    if (error instanceof CloudFormationServiceException && error.name === "ValidationError") return undefined;
    throw error;
  }
}
