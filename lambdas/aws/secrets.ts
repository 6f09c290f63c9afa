import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { callWithin } from "./calls.ts";

const cacheMilliseconds = 5 * 60_000;
/** A rotated secret is accepted for so long after its successor was written. */
const overlapMilliseconds = 24 * 3_600_000;

type Version = { readonly value: string; readonly created: Date };

/**
 * The secrets of a source out of Secrets Manager: the current one, and the previous one for a day after it was
 * replaced. Rotating is writing a new value. Cached for 5 minutes; a refresh that fails keeps what is cached.
 *
 * @returns Empty where no value has been written yet: nothing is accepted then.
 */
export function createSecrets(client: SecretsManagerClient, prefix: string, now: () => Date = () => new Date()) {
  return (source: string): (() => Promise<readonly string[]>) => {
    let cached: { readonly secrets: readonly string[]; readonly at: number } | undefined;
    return async () => {
      if (cached !== undefined && now().getTime() - cached.at < cacheMilliseconds) return cached.secrets;
      try {
        const secrets = await fetchSecrets(client, `${prefix}${source}`, now());
        // "Unset" is not cached: the first secret counts as soon as it is written.
        cached = secrets.length > 0 ? { secrets, at: now().getTime() } : undefined;
        return secrets;
      } catch (error) {
        if (cached !== undefined) return cached.secrets;
        throw error;
      }
    };
  };
}

async function fetchSecrets(client: SecretsManagerClient, id: string, now: Date): Promise<readonly string[]> {
  const [current, previous] = await Promise.all([
    fetchVersion(client, id, "AWSCURRENT"),
    fetchVersion(client, id, "AWSPREVIOUS"),
  ]);
  if (current === undefined) return [];
  const overlaps = previous !== undefined && now.getTime() - current.created.getTime() < overlapMilliseconds;
  return overlaps && previous.value !== current.value ? [current.value, previous.value] : [current.value];
}

async function fetchVersion(client: SecretsManagerClient, id: string, stage: string): Promise<Version | undefined> {
  try {
    const answer = await callWithin(
      { tries: 2, milliseconds: 1000 },
      (abortSignal) => client.send(new GetSecretValueCommand({ SecretId: id, VersionStage: stage }), { abortSignal }),
      isMissing,
    );
    const value = answer.SecretString ?? "";
    return value.trim() === "" ? undefined : { value, created: answer.CreatedDate ?? new Date(0) };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof ResourceNotFoundException;
}
