import { Fn } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Grant } from "../../lambdas/core/processing/processor-options.ts";

/** The statements of what an event file asks for in `options.grants`, the stack's account and region put in. */
export function grantStatements(grants: readonly Grant[] = []): readonly PolicyStatement[] {
  return grants.map(
    ({ actions, resources }) => new PolicyStatement({ actions: [...actions], resources: resources.map(inThisAccount) }),
  );
}

/** Only what names the stack's own: IAM's `${aws:username}` looks alike, and Fn::Sub refuses it. */
function inThisAccount(resource: string): string {
  return resource.includes("${AWS::") ? Fn.sub(resource) : resource;
}
