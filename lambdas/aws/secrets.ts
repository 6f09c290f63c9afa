import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { callWithin } from "./calls.ts";
import { formatSecretValue, parseSecretValue, type SecretValue } from "./secret-value.ts";

const cacheMilliseconds = 5 * 60_000;
/** A rotated secret is accepted for so long after its successor was written. */
const overlapMilliseconds = 24 * 3_600_000;

type Version = { readonly value: SecretValue; readonly created: Date; readonly id: string };
type Current = SecretValue["secrets"];

/**
 * The secrets of a source out of Secrets Manager: those of the current value whose time has not passed, and those of the
 * previous one for a day after it was replaced. Cached for 5 minutes; a refresh that fails keeps what is cached.
 *
 * @returns Empty where no value has been written yet: nothing is accepted then.
 */
export function createSecrets(client: SecretsManagerClient, prefix: string, now: () => Date = () => new Date()) {
  return (source: string): (() => Promise<readonly string[]>) => {
    let cached: { readonly secrets: Current; readonly at: number } | undefined;
    return async () => {
      if (cached !== undefined && now().getTime() - cached.at < cacheMilliseconds) return valid(cached.secrets, now());
      try {
        const secrets = await fetchSecrets(client, `${prefix}${source}`, now());
        // "Unset" is not cached: the first secret counts as soon as it is written.
        cached = secrets.length > 0 ? { secrets, at: now().getTime() } : undefined;
        return valid(secrets, now());
      } catch (error) {
        if (cached !== undefined) return valid(cached.secrets, now());
        throw error;
      }
    };
  };
}

/**
 * Keeps a secret that a provider hands over, beside those that are there, while an operator's window is open; the first
 * one closes it. Of two at once one is kept, since both would make the same version.
 */
export function createKeep(client: SecretsManagerClient, prefix: string, now: () => Date = () => new Date()) {
  return (source: string) =>
    async (secret: string): Promise<boolean> => {
      const SecretId = `${prefix}${source}`;
      const current = await fetchVersion(client, SecretId, "AWSCURRENT");
      const until = current?.value.handshakeUntil;
      if (current === undefined || until === undefined || until <= now()) return false;
      const put = { SecretId, SecretString: formatSecretValue({ secrets: [...current.value.secrets, { secret }] }) };
      const ClientRequestToken = `handshake-${current.id}`.slice(0, 64);
      try {
        await callWithin(
          { tries: 2, milliseconds: 1000 },
          (abortSignal) => client.send(new PutSecretValueCommand({ ...put, ClientRequestToken }), { abortSignal }),
          (error) => error instanceof ResourceExistsException,
        );
        return true;
      } catch (error) {
        if (error instanceof ResourceExistsException) return false;
        throw error;
      }
    };
}

function valid(secrets: Current, now: Date): readonly string[] {
  const inTime = secrets.filter(({ until }) => until === undefined || until > now);
  return [...new Set(inTime.map(({ secret }) => secret))];
}

async function fetchSecrets(client: SecretsManagerClient, id: string, now: Date): Promise<Current> {
  const [current, previous] = await Promise.all([
    fetchVersion(client, id, "AWSCURRENT"),
    fetchVersion(client, id, "AWSPREVIOUS"),
  ]);
  if (current === undefined) return [];
  const overlapEnds = new Date(current.created.getTime() + overlapMilliseconds);
  const before = overlapEnds > now ? (previous?.value.secrets ?? []) : [];
  const fading = before.map(({ secret, until = overlapEnds }) => ({
    secret,
    until: until < overlapEnds ? until : overlapEnds,
  }));
  return [...current.value.secrets, ...fading];
}

async function fetchVersion(client: SecretsManagerClient, id: string, stage: string): Promise<Version | undefined> {
  try {
    const answer = await callWithin(
      { tries: 2, milliseconds: 1000 },
      (abortSignal) => client.send(new GetSecretValueCommand({ SecretId: id, VersionStage: stage }), { abortSignal }),
      isMissing,
    );
    const text = answer.SecretString ?? "";
    if (text.trim() === "") return undefined;
    return { value: parseSecretValue(text), created: answer.CreatedDate ?? new Date(0), id: answer.VersionId ?? "" };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof ResourceNotFoundException;
}
