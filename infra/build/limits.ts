import { readFileSync } from "node:fs";
import { join } from "node:path";
import { NestedStack, Stack, Stage } from "aws-cdk-lib";
import type { Construct } from "constructs";

/** The quotas of AWS that grow with a stage and that CDK does not check. */
const most = {
  /** CloudFormation, over a stack and its nested stacks: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
  resources: 2500,
  /** CloudFormation, for a template in S3: the same page. */
  templateBytes: 1_000_000,
  /** IAM, over the inline policies of a role: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
  policyCharacters: 10_240,
  /** Lambda, over names and values: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
  environmentBytes: 4096,
} as const;

type Resource = { readonly Type: string; readonly Properties?: Readonly<Record<string, unknown>> };

/** A synthesized template. */
type TemplateText = { readonly file: string; readonly text: string };

/** The synthesized templates of a receiver's stack and of its nested stacks. */
export function templatesOf(receiver: Construct): readonly TemplateText[] {
  const stack = Stack.of(receiver);
  const nested = stack.node.findAll().filter((child) => child instanceof NestedStack);
  const folder = Stage.of(receiver)?.outdir ?? ".";
  return [stack, ...nested].map(({ templateFile: file }) => ({ file, text: readFileSync(join(folder, file), "utf8") }));
}

/**
 * Refuses a stage that CloudFormation would begin to deploy, and then not finish.
 *
 * @throws {RangeError} With the quota, what the stage would have, and what to do.
 */
export function checkLimits(stage: string, templates: readonly TemplateText[]): void {
  const refuse = (part: string, expected: string, received: number, remedy: string) => {
    throw new RangeError(
      `Cannot synthesize stage "${stage}": ${part} must have at most ${expected}, and would have ${received}; ${remedy}`,
    );
  };
  const divide = "move sources and event types to a stage of their own";
  let inAll = 0;
  for (const { file, text } of templates) {
    const bytes = new TextEncoder().encode(text).length;
    if (bytes > most.templateBytes) refuse(`the template ${file}`, `${most.templateBytes} bytes`, bytes, divide);
    const resources: Readonly<Record<string, Resource>> = JSON.parse(text).Resources;
    inAll += Object.keys(resources).length;
    for (const [id, characters] of policyCharacters(resources)) {
      if (characters <= most.policyCharacters) continue;
      const remedy =
        "grant fewer resources in its event file, or have fewer sources whose provider hands over its secret";
      refuse(`the role ${id}`, `${most.policyCharacters} characters of inline policies`, characters, remedy);
    }
    for (const [id, { Type, Properties }] of Object.entries(resources)) {
      if (Type !== "AWS::Lambda::Function") continue;
      const { Variables = {} } = (Properties?.Environment ?? {}) as { readonly Variables?: object };
      const size = Object.entries(Variables).reduce((sum, [name, value]) => sum + name.length + textSize(value), 0);
      const remedy = "shorten what its event file or the settings of sources put there";
      if (size > most.environmentBytes)
        refuse(`the function ${id}`, `${most.environmentBytes} bytes of environment`, size, remedy);
    }
  }
  if (inAll > most.resources) refuse("its stack", `${most.resources} resources, nested stacks included`, inAll, divide);
}

/** The characters of the inline policies of each role, in it and in resources of their own. */
function policyCharacters(resources: Readonly<Record<string, Resource>>): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>();
  const add = (id: string, document: unknown) => sizes.set(id, (sizes.get(id) ?? 0) + jsonSize(document));
  for (const [id, { Type, Properties = {} }] of Object.entries(resources)) {
    if (Type === "AWS::IAM::Role") {
      const { Policies = [] } = Properties as { readonly Policies?: readonly { readonly PolicyDocument: unknown }[] };
      for (const { PolicyDocument } of Policies) add(id, PolicyDocument);
    }
    if (Type === "AWS::IAM::Policy") {
      const { Roles = [] } = Properties as { readonly Roles?: readonly { readonly Ref?: string }[] };
      for (const { Ref } of Roles) if (Ref !== undefined) add(Ref, Properties.PolicyDocument);
    }
  }
  return sizes;
}

/** A reference is known only once it is deployed: about as long as the ARN of a secret. */
const referenceSize = 100;
const pseudo: Readonly<Record<string, number>> = {
  "AWS::Partition": "aws-us-gov".length,
  "AWS::Region": "ap-southeast-1".length,
  "AWS::AccountId": "123456789012".length,
  "AWS::URLSuffix": "amazonaws.com.cn".length,
};

function intrinsicOf(value: unknown): readonly [name: string, of: unknown] | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const [entry, ...more] = Object.entries(value);
  return entry !== undefined && more.length === 0 && /^(Ref|Fn::\w+)$/.test(entry[0]) ? entry : undefined;
}

/** The bytes of a text, with what stands in place of a reference estimated. */
function textSize(value: unknown): number {
  if (typeof value === "string") return new TextEncoder().encode(value).length;
  const [name, of] = intrinsicOf(value) ?? [];
  if (name === "Ref") return pseudo[String(of)] ?? referenceSize;
  if (name !== "Fn::Join") return referenceSize;
  const [separator, parts] = of as readonly [string, readonly unknown[]];
  return parts.reduce((sum: number, part) => sum + separator.length + textSize(part), 0);
}

function jsonSize(value: unknown): number {
  if (intrinsicOf(value) !== undefined) return textSize(value) + 2;
  if (Array.isArray(value)) return value.reduce((sum: number, one) => sum + 1 + jsonSize(one), 2);
  if (typeof value !== "object" || value === null) return JSON.stringify(value).length;
  return Object.entries(value).reduce((sum, [name, one]) => sum + name.length + 4 + jsonSize(one), 2);
}
