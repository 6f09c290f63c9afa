import {
  type AliasConfiguration,
  type FunctionConfiguration,
  GetAliasCommand,
  type LambdaClient,
  ListVersionsByFunctionCommand,
} from "@aws-sdk/client-lambda";
import { defined } from "../../lambdas/core/bytes/defined.ts";
import type { Stage } from "../stage/stage.ts";

/** The versions of a verifier. */
export type Versions = {
  /** The version that the alias `live` names. */
  readonly live: string;
  /**
   * The newest, which is the stack's own: a deployment that changes the verifier makes it, and one that fails takes it along. While
   * `live` names another, the verifier is rolled back.
   */
  readonly newest: string;
  /** The version to which a gradual deployment shifts, or that it leaves. */
  readonly shifting?: string;
  /** The state of the alias: an update of another one is refused. */
  readonly revision?: string;
  /** All that are kept, the newest first. `made`: when, in ISO 8601. */
  readonly kept: readonly { readonly version: string; readonly made?: string }[];
};

/** The alias to which both entrances lead. */
export const aliasName = "live";

/** Reads the versions of a verifier, and what `live` names. */
export async function readVersions(lambda: LambdaClient, FunctionName: string): Promise<Versions> {
  const [alias, versions] = await Promise.all([
    lambda.send(new GetAliasCommand({ FunctionName, Name: aliasName })),
    listVersions(lambda, FunctionName),
  ]);
  const kept = versions.map(({ Version: version = "", LastModified }) => ({
    version,
    ...defined({ made: LastModified === undefined ? undefined : isoOf(LastModified) }),
  }));
  const { FunctionVersion: live = "", RevisionId: revision }: AliasConfiguration = alias;
  const [shifting] = Object.keys(alias.RoutingConfig?.AdditionalVersionWeights ?? {});
  return { live, newest: kept[0]?.version ?? live, kept, ...defined({ shifting, revision }) };
}

/** The versions that a function has, but for `$LATEST`, the newest first. */
export async function listVersions(
  lambda: LambdaClient,
  FunctionName: string,
): Promise<readonly FunctionConfiguration[]> {
  const all: FunctionConfiguration[] = [];
  let Marker: string | undefined;
  do {
    const page = await lambda.send(new ListVersionsByFunctionCommand({ FunctionName, ...defined({ Marker }) }));
    all.push(...(page.Versions ?? []));
    Marker = page.NextMarker;
  } while (Marker !== undefined);
  const numbered = all.filter(({ Version = "" }) => /^\d+$/.test(Version));
  return numbered.sort((one, other) => Number(other.Version) - Number(one.Version));
}

/** Lambda writes `2026-01-05T10:00:00.000+0000`. */
function isoOf(modified: string): string | undefined {
  const time = new Date(modified.replace(/([+-]\d\d)(\d\d)$/, "$1:$2"));
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}

/** A verifier that is rolled back in a sentence; undefined where `live` names the stack's own version. */
export function rolledBackText({ live, newest, shifting }: Versions): string | undefined {
  if (live === newest || shifting !== undefined) return undefined;
  return `${aliasName} names version ${live} of the verifier, and the stack deployed ${newest}: it is rolled back`;
}

/** The command that has a version answer. */
export function rollbackCommand({ words }: Pick<Stage, "words">, version: string): string {
  return `npm run rollback -- ${[...words, "--to", version].join(" ")}`;
}
