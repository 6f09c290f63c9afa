import {
  type CloudFormationClient,
  GetTemplateCommand,
  ListStackResourcesCommand,
} from "@aws-sdk/client-cloudformation";
import { defined } from "../../lambdas/core/bytes/defined.ts";
import { stackNamed } from "../stage/stack-named.ts";
import { nestedType, type Template, type Templates } from "./templates.ts";

/** A stack as CloudFormation has it. */
export type Deployed = {
  /** CloudFormation's word: `UPDATE_COMPLETE`. */
  readonly status: string;
  readonly isProtected: boolean;
  readonly outputs: Readonly<Record<string, string>>;
  /** Absent where its creation was not finished: then it holds nothing. */
  readonly templates?: Templates;
};

/** Whether a stack in this state was never there as a whole: CDK deletes it and begins again. */
export function isUnmade(status: string): boolean {
  return /^(REVIEW_IN_PROGRESS|ROLLBACK_(COMPLETE|FAILED)|DELETE_COMPLETE)$/.test(status);
}

/** Reads a stack, with its nested stacks; undefined where it is not there. */
export async function readDeployed(client: CloudFormationClient, name: string): Promise<Deployed | undefined> {
  const stack = await stackNamed(client, name);
  if (stack === undefined) return undefined;
  const { StackStatus: status = "", EnableTerminationProtection: isProtected = false, Outputs = [] } = stack;
  const outputs = Object.fromEntries(Outputs.map(({ OutputKey, OutputValue = "" }) => [OutputKey, OutputValue]));
  const templates = isUnmade(status) ? undefined : await templatesOf(client, name);
  return { status, isProtected, outputs, ...defined({ templates }) };
}

async function templatesOf(client: CloudFormationClient, name: string): Promise<Templates> {
  const [root, stacks] = await Promise.all([templateOf(client, name), nestedStacks(client, name)]);
  const nested = stacks.map(async ([id, stack]) => [id, await templateOf(client, stack)] as const);
  return { root, nested: Object.fromEntries(await Promise.all(nested)) };
}

/** @throws {TypeError} Where it is in YAML: CDK writes JSON, and somebody else has deployed it. */
async function templateOf(client: CloudFormationClient, StackName: string): Promise<Template> {
  const { TemplateBody = "" } = await client.send(new GetTemplateCommand({ StackName, TemplateStage: "Original" }));
  try {
    return JSON.parse(TemplateBody);
  } catch (cause) {
    throw new TypeError(`Cannot read the template of ${StackName}: it is no JSON, so CDK did not deploy it`, { cause });
  }
}

/** The nested stacks, each with its logical id and its ARN. */
async function nestedStacks(client: CloudFormationClient, StackName: string) {
  const found: (readonly [id: string, stack: string])[] = [];
  let NextToken: string | undefined;
  do {
    const page = await client.send(new ListStackResourcesCommand({ StackName, ...defined({ NextToken }) }));
    for (const {
      ResourceType,
      LogicalResourceId = "",
      PhysicalResourceId = "",
      ResourceStatus,
    } of page.StackResourceSummaries ?? []) {
      const isThere = PhysicalResourceId !== "" && ResourceStatus !== "DELETE_COMPLETE";
      if (ResourceType === nestedType && isThere) found.push([LogicalResourceId, PhysicalResourceId]);
    }
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return found;
}
