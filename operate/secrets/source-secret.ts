import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { formatSecretValue, parseSecretValue, type SecretValue } from "../../lambdas/aws/secrets/secret-value.ts";
import { overlapHours, overlapHoursOf } from "../../lambdas/aws/secrets/secrets.ts";
import { defined } from "../../lambdas/core/bytes/defined.ts";
import { MalformedSecretError } from "../../lambdas/core/verify/malformed-secret.ts";
import { mostSignatures } from "../../lambdas/core/verify/match-signatures.ts";
import { isUnset } from "../../lambdas/core/verify/unset-secret.ts";
import { providers } from "../../lambdas/providers/mod.ts";

/** Where the secrets of a source are. */
export type SecretPlace = {
  readonly client: SecretsManagerClient;
  readonly stage: string;
  readonly source: string;
  /** The name of the source's provider. */
  readonly provider: string;
  readonly now: Date;
};

/** The name of a source's secret in Secrets Manager. */
export function secretName({ stage, source }: Pick<SecretPlace, "stage" | "source">): string {
  return `hookline/${stage}/${source}`;
}

/** A stored value, without expired secrets. */
type StoredSecrets = SecretValue & {
  /** It is neither a secret nor a list of them, and never counts. */
  readonly malformed: boolean;
  /** When it was stored. */
  readonly since?: Date;
};

/** Reads what is stored for a source; a secret that is not there holds none. */
export async function readSecrets(place: SecretPlace): Promise<StoredSecrets> {
  let since: Date | undefined;
  try {
    const answer = await place.client.send(new GetSecretValueCommand({ SecretId: secretName(place) }));
    since = answer.CreatedDate;
    const { secrets } = parseSecretValue(answer.SecretString ?? "");
    const counting = secrets.filter(({ until }) => until === undefined || until > place.now);
    return { secrets: counting, malformed: false, ...defined({ since }) };
  } catch (error) {
    // A secret without a value and one that is not there are told apart when it is written.
    if (error instanceof ResourceNotFoundException) return { secrets: [], malformed: false };
    if (error instanceof MalformedSecretError) return { secrets: [], malformed: true, ...defined({ since }) };
    throw error;
  }
}

/**
 * Stores a value.
 *
 * @throws {TypeError} Where there are more secrets than a source takes, and where the stack has made no secret to write to.
 */
export async function writeSecrets(place: SecretPlace, value: SecretValue): Promise<void> {
  const { length } = value.secrets;
  if (length > mostSignatures) {
    const held = length - 1;
    throw new TypeError(
      `Cannot add a secret to ${secretName(place)}: it holds ${held}, and a source takes at most ${mostSignatures}`,
    );
  }
  const input = { SecretId: secretName(place), SecretString: formatSecretValue(value) };
  await place.client.send(new PutSecretValueCommand(input)).catch((cause: unknown) => {
    if (!(cause instanceof ResourceNotFoundException)) throw cause;
    throw new TypeError(`Cannot write ${input.SecretId}: it is not there; deploy the source first`, { cause });
  });
}

/**
 * Stores a secret alone: those before it count no more. Functions have them in memory for 5 minutes at most.
 *
 * @throws {TypeError} As {@linkcode writeSecrets}.
 */
export async function replaceSecrets(place: SecretPlace, secret: string): Promise<SecretValue> {
  const alone = { secrets: [{ secret }] };
  // The version before the current one counts for a day: twice, so that it is the same.
  for (let version = 0; version < 2; version += 1) await writeSecrets(place, alone);
  return alone;
}

/**
 * The secret in an input, without the line break at its end. A message has none of its text.
 *
 * @throws {TypeError} Where it is none.
 */
export function secretIn(input: string): string {
  const secret = input.replace(/\r?\n$/, "");
  if (isUnset(secret)) throw new TypeError("Cannot add the secret: the input holds none, or a placeholder");
  if (/[\r\n]/.test(secret)) throw new TypeError("Cannot add the secret: the input holds several lines, not one");
  return secret;
}

/** How many secrets count, and until when. */
export function secretsText(secrets: SecretValue["secrets"]): string {
  const lasting = secrets.filter(({ until }) => until === undefined).length;
  const ends = secrets.flatMap(({ until }) => (until === undefined ? [] : [until.toISOString()]));
  const fading = ends.length === 0 ? "" : `, and ${ends.length} until ${ends.join(", ")}`;
  return `${lasting} that ${lasting === 1 ? "counts" : "count"} for good${fading}`;
}

/** A value with a new secret in front. `beside`: the secrets before it count for good; else their time ends. */
export function withSecret(before: SecretValue, secret: string, place: SecretPlace, beside: boolean): SecretValue {
  const others = before.secrets.filter((one) => one.secret !== secret);
  const until = overlapEnd(place);
  // A secret with an end keeps it: a corrected typo must not remove the secret in use.
  return { secrets: [{ secret }, ...others.map((one) => (beside ? one : { until, ...one }))] };
}

/** The end of the secrets before a new one. A source whose provider is unknown here has a day, as the verifier gives it. */
function overlapEnd({ provider: name, now }: SecretPlace): Date {
  const provider = providers[name];
  return new Date(now.getTime() + (provider === undefined ? overlapHours : overlapHoursOf(provider)) * 3_600_000);
}
