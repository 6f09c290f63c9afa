import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { html } from "hono/html";
import { defined } from "../../../../lambdas/core/bytes/defined.ts";
import { madeOnce } from "../../../../lambdas/core/made-once.ts";
import { isUnset } from "../../../../lambdas/core/verify/unset-secret.ts";
import {
  readSecrets,
  replaceSecrets,
  type SecretPlace,
  secretIn,
  secretsText,
  withSecret,
  writeSecrets,
} from "../../../secrets/source-secret.ts";
import { RefusedCallError } from "../../../stage/refused-call.ts";
import type { PageParts } from "../../parts.ts";
import { type Html, timeOf } from "../../shell.ts";

/** Whether a source's secret is set. It holds nothing of its value. */
export type SecretState = {
  /** Undefined where it could not be read, as where the operator may not. */
  readonly isSet: boolean | undefined;
  readonly word: "set" | "not set" | "malformed" | "not known";
  readonly says: string;
  /** When its value was stored, where it has one. */
  readonly since?: Date;
};

/** The secrets of a stage's sources. */
export type SourceSecrets = {
  stateOf(source: string): Promise<SecretState>;
  /** Stores a secret. @throws {TypeError} Where it is none, or there is no such way. */
  add(source: string, input: string, before: string): Promise<void>;
};

/** How long the secrets before a new one count. */
export const waysBefore = ["for a day more", "for good", "no more"] as const;

/** Opens them: they are read anew whenever they are asked for, and nothing of them is kept. */
export function openSecrets({ stage, textOf }: Pick<PageParts, "stage" | "textOf">): SourceSecrets {
  const { clients, name, sources } = stage;
  const client = madeOnce(() => clients.of("secretsmanager", SecretsManagerClient));
  const placeOf = async (source: string): Promise<SecretPlace> => {
    return { client: await client(), stage: name, source, provider: sources[source] ?? source, now: new Date() };
  };
  return {
    async stateOf(source) {
      try {
        return stateIn(await readSecrets(await placeOf(source)));
      } catch (error) {
        const says = error instanceof RefusedCallError ? error.message : textOf(error);
        return { isSet: undefined, word: "not known", says };
      }
    },
    async add(source, input, before) {
      if (!(waysBefore as readonly string[]).includes(before)) {
        throw new TypeError(`those before it count takes ${waysBefore.join(", ")}, received "${before}"`);
      }
      const place = await placeOf(source);
      const secret = secretIn(input);
      if (before === "no more") await replaceSecrets(place, secret);
      else await writeSecrets(place, withSecret(await readSecrets(place), secret, place, before === "for good"));
    },
  };
}

/** The state in a few words, with the time since when it is so. */
export function secretText({ word, isSet, says, since }: SecretState, now: number): Html {
  const when = since === undefined ? "" : html`, ${timeOf(since.toISOString(), now)}`;
  return html`<span class="${isSet === true ? "ok" : "dead"}" title="${says}">${word}</span>${when}`;
}

function stateIn({ secrets, malformed, since }: Awaited<ReturnType<typeof readSecrets>>): SecretState {
  if (malformed) {
    const says = "The stored value is neither a secret nor a list of them: every delivery is answered 503.";
    return { isSet: false, word: "malformed", says, ...defined({ since }) };
  }
  const counting = secrets.filter(({ secret }) => !isUnset(secret));
  if (counting.length === 0) return { isSet: false, word: "not set", says: "Every delivery is answered 503." };
  return { isSet: true, word: "set", says: `It holds ${secretsText(counting)}.`, ...defined({ since }) };
}
