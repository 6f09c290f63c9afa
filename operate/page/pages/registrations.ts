import { setTimeout as sleep } from "node:timers/promises";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { storedApiKey } from "../../endpoints/api-key.ts";
import { endpointApis } from "../../endpoints/endpoint-apis.ts";
import { compareEndpoint } from "../../endpoints/endpoint-lines.ts";
import { openEnd, ownerFor } from "../../endpoints/our-endpoint.ts";
import { routedTypes } from "../../endpoints/routed-types.ts";
import type { Stage } from "../../stage/stage.ts";

/** Whether a source's endpoint is registered at its provider. */
export type Registration = {
  readonly word:
    | "registered"
    | "differs"
    | "not registered"
    | "other URL"
    | "by hand"
    | "no API key"
    | "not known"
    | "asking…";
  readonly says: string;
};

/** The registrations of the sources of a stage on AWS. */
type Registrations = {
  /** The state as it was told last. */
  stateOf(source: string): Registration;
  /** Asks the providers that were not asked in the last 10 minutes. It never fails. */
  ask(): Promise<void>;
};

const freshMilliseconds = 10 * 60_000;

/** @param closing Ends the pauses between repeated calls. */
export function createRegistrations(stage: Stage, closing: AbortSignal): Registrations {
  const told = new Map<string, Registration>();
  const asked = new Map<string, { readonly at: number; readonly done: Promise<void> }>();
  return {
    stateOf: (source) => told.get(source) ?? { word: "asking…", says: "The provider is asked." },
    async ask() {
      const now = Date.now();
      for (const [source, provider] of Object.entries(stage.sources)) {
        if (now - (asked.get(source)?.at ?? 0) < freshMilliseconds) continue;
        const done = registrationOf(stage, source, provider, closing)
          .catch((error: Error): Registration => ({ word: "not known", says: error.message }))
          .then((found) => void told.set(source, found));
        asked.set(source, { at: now, done });
      }
      await Promise.all([...asked.values()].map(({ done }) => done));
    },
  };
}

async function registrationOf(
  stage: Stage,
  source: string,
  provider: string,
  closing: AbortSignal,
): Promise<Registration> {
  const api = endpointApis.get(provider);
  if (api === undefined) return { word: "by hand", says: `The API of ${provider} is not known here.` };
  const owner = ownerFor(api, undefined);
  if (owner === undefined) {
    return { word: "not known", says: `${provider} must be told whose endpoints are meant: compare them by hand.` };
  }
  const client = stage.clients.of("secretsmanager", SecretsManagerClient);
  const key = await storedApiKey(client, stage.name, source).catch((error: Error): Registration => {
    if (error instanceof TypeError) return { word: "no API key", says: error.message };
    throw error;
  });
  if (typeof key !== "string") return key;
  const pause = async (milliseconds: number) => await sleep(milliseconds, undefined, { signal: closing });
  const end = openEnd({ stage, source, provider, address: stage.url, owner, key, sleep: pause });
  const { plan, alike } = await compareEndpoint(end, routedTypes(stage.events, source));
  const { endpoint, added, removed } = plan;
  if (endpoint === undefined) {
    const [other] = alike;
    if (other === undefined) return { word: "not registered", says: `No endpoint there has the URL ${end.url}.` };
    return { word: "other URL", says: `${other.url} may be this source, too.` };
  }
  const off = endpoint.off === undefined ? [] : [`it gets no deliveries: ${endpoint.off}`];
  const differences = [...off, ...added.map((type) => `+ ${type}`), ...removed.map((type) => `- ${type}`)];
  if (differences.length > 0) return { word: "differs", says: differences.join(", ") };
  return { word: "registered", says: `${endpoint.id} has the event types that have a file.` };
}
