import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
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
import type { Stage } from "../../../stage/stage.ts";

/** Whether a source's secret is set. It holds nothing of its value. */
export type SecretState = {
  /** Undefined where the operator may not read it. */
  readonly isSet: boolean | undefined;
  readonly word: "set" | "not set" | "malformed" | "not known";
  readonly says: string;
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
export function openSecrets({ clients, name, sources }: Stage): SourceSecrets {
  const client = madeOnce(() => clients.of("secretsmanager", SecretsManagerClient));
  const placeOf = async (source: string): Promise<SecretPlace> => {
    return { client: await client(), stage: name, source, provider: sources[source] ?? source, now: new Date() };
  };
  return {
    async stateOf(source) {
      try {
        return stateIn(await readSecrets(await placeOf(source)));
      } catch (error) {
        if (error instanceof RefusedCallError) return { isSet: undefined, word: "not known", says: error.message };
        throw error;
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

function stateIn({ secrets, malformed }: Awaited<ReturnType<typeof readSecrets>>): SecretState {
  if (malformed) {
    const says = "The stored value is neither a secret nor a list of them: every delivery is answered 503.";
    return { isSet: false, word: "malformed", says };
  }
  const counting = secrets.filter(({ secret }) => !isUnset(secret));
  if (counting.length === 0) return { isSet: false, word: "not set", says: "Every delivery is answered 503." };
  return { isSet: true, word: "set", says: `It holds ${secretsText(counting)}.` };
}
