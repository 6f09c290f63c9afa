import {
  DeleteFunctionCommand,
  type LambdaClient,
  ListAliasesCommand,
  ListVersionsByFunctionCommand,
} from "@aws-sdk/client-lambda";
import { defined } from "../../lambdas/core/bytes/defined.ts";

/** So many versions of the verifier stay, for a rollback. */
export const mostVersions = 5;

/**
 * Removes the versions of a function but the last five, and never one that an alias names: a version of the stack stays in the account
 * when the next one takes its place. Returns the numbers of those that it removed.
 */
export async function pruneVersions(lambda: LambdaClient, FunctionName: string): Promise<readonly string[]> {
  const versions = await paged(async (Marker) => {
    const page = await lambda.send(new ListVersionsByFunctionCommand({ FunctionName, ...defined({ Marker }) }));
    return { found: (page.Versions ?? []).map(({ Version = "" }) => Version), next: page.NextMarker };
  });
  const named = await paged(async (Marker) => {
    const page = await lambda.send(new ListAliasesCommand({ FunctionName, ...defined({ Marker }) }));
    // A gradual shift has two versions behind one alias.
    const found = (page.Aliases ?? []).flatMap(({ FunctionVersion = "", RoutingConfig }) => [
      FunctionVersion,
      ...Object.keys(RoutingConfig?.AdditionalVersionWeights ?? {}),
    ]);
    return { found, next: page.NextMarker };
  });
  const numbered = versions
    .filter((version) => /^\d+$/.test(version))
    .sort((one, other) => Number(other) - Number(one));
  const old = numbered.slice(mostVersions).filter((version) => !named.includes(version));
  for (const Qualifier of old) await lambda.send(new DeleteFunctionCommand({ FunctionName, Qualifier }));
  return old;
}

async function paged(
  ask: (
    marker: string | undefined,
  ) => Promise<{ readonly found: readonly string[]; readonly next: string | undefined }>,
): Promise<readonly string[]> {
  const all: string[] = [];
  let marker: string | undefined;
  do {
    const { found, next } = await ask(marker);
    all.push(...found);
    marker = next;
  } while (marker !== undefined);
  return all;
}
