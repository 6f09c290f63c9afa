import { DeleteFunctionCommand, type LambdaClient, ListAliasesCommand } from "@aws-sdk/client-lambda";
import { defined } from "../../lambdas/core/bytes/defined.ts";
import { listVersions } from "../rollback/versions.ts";

/** So many versions of the verifier stay, for a rollback. */
export const mostVersions = 5;

/**
 * Removes the versions of a function but the last five, and never one that an alias names: a version of the stack stays in the account
 * when the next one takes its place. Returns the numbers of those that it removed.
 */
export async function pruneVersions(lambda: LambdaClient, FunctionName: string): Promise<readonly string[]> {
  const versions = await listVersions(lambda, FunctionName);
  const named = await namedVersions(lambda, FunctionName);
  const old = versions
    .slice(mostVersions)
    .flatMap(({ Version }) => (Version === undefined || named.includes(Version) ? [] : [Version]));
  for (const Qualifier of old) await lambda.send(new DeleteFunctionCommand({ FunctionName, Qualifier }));
  return old;
}

/** The versions that any alias names: a gradual shift has two behind one. */
async function namedVersions(lambda: LambdaClient, FunctionName: string): Promise<readonly string[]> {
  const all: string[] = [];
  let Marker: string | undefined;
  do {
    const page = await lambda.send(new ListAliasesCommand({ FunctionName, ...defined({ Marker }) }));
    for (const { FunctionVersion = "", RoutingConfig } of page.Aliases ?? []) {
      all.push(FunctionVersion, ...Object.keys(RoutingConfig?.AdditionalVersionWeights ?? {}));
    }
    Marker = page.NextMarker;
  } while (Marker !== undefined);
  return all;
}
