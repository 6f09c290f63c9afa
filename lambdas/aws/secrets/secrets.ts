import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { defined } from "../../core/bytes/defined.ts";
import type { Provider } from "../../core/provider.ts";
import type { Source } from "../../core/source.ts";
import { ageOf, hostClock, type Moment, moment, type SteadyClock } from "../../core/verify/age.ts";
import { MalformedSecretError } from "../../core/verify/malformed-secret.ts";
import { isUnset } from "../../core/verify/unset-secret.ts";
import { callWithin } from "../calls.ts";
import { formatSecretValue, parseSecretValue, type SecretValue } from "./secret-value.ts";

const cacheMilliseconds = 5 * 60_000;
/**
 * The least time between two fetches of a source's secrets in an environment: one turn for a source without secrets, one for an
 * early refresh, so two fetches at most in that time, of two calls each. Junk cannot block a new secret or an opened window for
 * longer: it uses up its own source's turn, and that turn brings the values written by then. Nor can it flood Secrets Manager:
 * 1 000 environments make 133 calls a second.
 */
const refreshMilliseconds = 30_000;
/** A rotated secret is accepted for so long at least after its successor was written. */
export const overlapHours = 24;

type Version = { readonly value: SecretValue; readonly created: Date; readonly id: string };
type Current = SecretValue["secrets"];

/** The secrets of a source, and how one that its provider hands over is kept among them. */
export type SourceSecrets = Pick<Source, "secrets"> & { readonly keep: NonNullable<Source["keep"]> };

/**
 * How long a source's rotated secret is accepted after its successor was written, in hours: a day, and longer where the
 * provider goes on longer with retries that are signed by it.
 *
 * @example
 * ```ts
 * import { overlapHoursOf } from "@hookline/hookline/aws";
 * import { equal } from "node:assert/strict";
 *
 * equal(overlapHoursOf({ retryHours: 72, retriesKeepSignature: true }), 72);
 * equal(overlapHoursOf({ retryHours: 72 }), 24);
 * ```
 */
export function overlapHoursOf(provider: Pick<Provider, "retriesKeepSignature" | "retryHours">): number {
  return Math.max(overlapHours, provider.retriesKeepSignature ? provider.retryHours : 0);
}

/**
 * The secrets of a source in Secrets Manager: the current ones that have not ended, and the previous ones for `overlapHours`
 * after they were replaced. `secrets` returns none where no secret has been written yet, and rejects with a
 * `MalformedSecretError` where the current value is neither a secret nor a list of them, or where all that were written have
 * ended. They are cached for 5 minutes, and
 * fetched again once at `secrets(true)`; a fetch that fails keeps the cached ones. There are two fetches at most in 30 s, so a
 * missing secret is remembered for no longer. `keep` stores a secret that a provider hands over beside the others, while an
 * operator's window is open; the first one closes it, and counts here at once. Of two concurrent ones one is stored, since both
 * would make the same version.
 *
 * @param steady What ages are measured by beside `now`, so that a clock that is set back hides no new secret. Default:
 * `performance.now`.
 *
 * @example
 * ```ts
 * import { createSecrets } from "@hookline/hookline/aws";
 * import { github } from "@hookline/hookline/providers";
 * import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
 *
 * const secretsOf = createSecrets(new SecretsManagerClient({ region: "us-east-1" }), "acme/webhooks/");
 * export const sources = { github: { provider: github, ...secretsOf("github") } };
 * ```
 */
export function createSecrets(
  client: SecretsManagerClient,
  prefix: string,
  now: () => Date = () => new Date(),
  steady: SteadyClock = hostClock,
): (source: string, hours?: number) => SourceSecrets {
  return (source, hours = overlapHours) => {
    const id = `${prefix}${source}`;
    let cached: { readonly secrets: Current; readonly at: Moment; readonly keep: number } | undefined;
    /** The result of the last fetch without a secret: it counts until the next turn. */
    let none: { readonly error?: unknown } = {};
    let windowUntil: Date | undefined;
    let fetching: Promise<void> | undefined;
    const turns: Record<"read" | "refresh", Moment | undefined> = { read: undefined, refresh: undefined };

    function cache(secrets: Current, ended?: MalformedSecretError): void {
      cached = secrets.length > 0 ? { secrets, at: moment(now(), steady), keep: cacheMilliseconds } : undefined;
      none = defined({ error: ended });
    }

    /** How long the cached secrets still count, in milliseconds. */
    function left(time: Moment): number {
      // Secrets of which none counts any more are fetched anew.
      if (cached === undefined || valid(cached.secrets, now()).length === 0) return 0;
      return cached.keep - ageOf(cached.at, time);
    }

    async function fetchAll(): Promise<void> {
      const before = cached;
      try {
        const { secrets, handshakeUntil, ended } = await fetchSecrets(client, id, now(), hours);
        windowUntil = handshakeUntil;
        // A secret that was stored meanwhile is newer.
        if (cached === before) cache(secrets, ended);
      } catch (error) {
        none = { error };
        const time = moment(now(), steady);
        // Not at every delivery: each would wait for a service that fails.
        if (cached !== undefined && left(time) < refreshMilliseconds) {
          cached = { ...cached, at: time, keep: refreshMilliseconds };
        }
      }
    }

    /** Fetches where one of these turns is free; deliveries that want it at the same time share one fetch. */
    async function fetchAt(...names: readonly (keyof typeof turns)[]): Promise<void> {
      const time = moment(now(), steady);
      const free = names.find((name) => {
        const at = turns[name];
        return at === undefined || ageOf(at, time) >= refreshMilliseconds;
      });
      if (fetching === undefined && free !== undefined) {
        turns[free] = time;
        fetching = fetchAll().finally(() => (fetching = undefined));
      }
      await fetching;
    }

    return {
      async secrets(refresh = false) {
        if (refresh) await fetchAt("refresh");
        else if (left(moment(now(), steady)) <= 0) await fetchAt("read", "refresh");
        if (cached === undefined && "error" in none) throw none.error;
        return valid(cached?.secrets ?? [], now());
      },
      async keep(secret) {
        const isOpen = () => windowUntil !== undefined && windowUntil > now();
        if (!isOpen()) await fetchAt("refresh");
        const kept = isOpen() ? await keepSecret(client, id, secret, now()) : undefined;
        windowUntil = undefined;
        if (kept !== undefined) cache(kept);
        return kept !== undefined;
      },
    };
  };
}

/** Undefined: it was not kept. Else every secret of the source, this one included. */
async function keepSecret(
  client: SecretsManagerClient,
  SecretId: string,
  secret: string,
  now: Date,
): Promise<Current | undefined> {
  const current = await fetchVersion(client, SecretId, "AWSCURRENT");
  const until = current?.value.handshakeUntil;
  if (current === undefined || until === undefined || until <= now) return undefined;
  const secrets = [...current.value.secrets, { secret }];
  const ClientRequestToken = `handshake-${current.id}`.slice(0, 64);
  const put = { SecretId, SecretString: formatSecretValue({ secrets }), ClientRequestToken };
  try {
    await callWithin(
      { tries: 2, milliseconds: 1000 },
      (abortSignal) => client.send(new PutSecretValueCommand(put), { abortSignal }),
      (error) => error instanceof ResourceExistsException,
    );
    return secrets;
  } catch (error) {
    if (error instanceof ResourceExistsException) return undefined;
    throw error;
  }
}

function valid(secrets: Current, now: Date): readonly string[] {
  const inTime = secrets.filter(({ until }) => until === undefined || until > now);
  return [...new Set(inTime.map(({ secret }) => secret))];
}

async function fetchSecrets(
  client: SecretsManagerClient,
  id: string,
  now: Date,
  hours: number,
): Promise<{
  readonly secrets: Current;
  readonly handshakeUntil: Date | undefined;
  readonly ended?: MalformedSecretError;
}> {
  const [current, previous] = await Promise.all([
    fetchVersion(client, id, "AWSCURRENT"),
    // A malformed previous value never counted, and must not affect its successor.
    fetchVersion(client, id, "AWSPREVIOUS").catch(noneIfMalformed),
  ]);
  if (current === undefined) return { secrets: [], handshakeUntil: undefined };
  const overlapEnds = new Date(current.created.getTime() + hours * 3_600_000);
  const replaced = previous?.value.secrets ?? [];
  const before = overlapEnds > now ? replaced : [];
  const fading = before.map(({ secret, until = overlapEnds }) => ({
    secret,
    until: until < overlapEnds ? until : overlapEnds,
  }));
  const { handshakeUntil } = current.value;
  const secrets = [...current.value.secrets, ...fading];
  // One that had a secret and has none now is at fault, and somebody is told; one that never had is not set up yet.
  const had = [...current.value.secrets, ...replaced].some(({ secret }) => !isUnset(secret));
  const isOpen = handshakeUntil !== undefined && handshakeUntil > now;
  if (!had || isOpen || valid(secrets, now).some((secret) => !isUnset(secret))) return { secrets, handshakeUntil };
  const ended = new MalformedSecretError("Cannot read the stored secrets: each has ended, or was replaced by none");
  return { secrets: [], handshakeUntil, ended };
}

async function fetchVersion(client: SecretsManagerClient, id: string, stage: string): Promise<Version | undefined> {
  try {
    const answer = await callWithin(
      { tries: 2, milliseconds: 1000 },
      (abortSignal) => client.send(new GetSecretValueCommand({ SecretId: id, VersionStage: stage }), { abortSignal }),
      isMissing,
    );
    if (answer.SecretBinary !== undefined) {
      throw new MalformedSecretError("Cannot read the stored secrets: they are binary; write them as a text");
    }
    const value = parseSecretValue(answer.SecretString ?? "");
    return { value, created: answer.CreatedDate ?? new Date(0), id: answer.VersionId ?? "" };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function noneIfMalformed(error: unknown): undefined {
  if (!(error instanceof MalformedSecretError)) throw error;
}

function isMissing(error: unknown): boolean {
  return error instanceof ResourceNotFoundException;
}
