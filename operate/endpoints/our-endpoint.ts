import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { defined } from "../../lambdas/core/bytes/defined.ts";
import type { Provider } from "../../lambdas/core/provider.ts";
import { mostSignatures } from "../../lambdas/core/verify/match-signatures.ts";
import { providers } from "../../lambdas/providers/mod.ts";
import { newSecret } from "../../local/aws/secret-value.ts";
import { readSecrets, type SecretPlace, secretName, withSecret, writeSecrets } from "../secrets/source-secret.ts";
import type { Stage } from "../stage/stage.ts";
import type { EndpointApi, RegisteredEndpoint } from "./endpoint-api.ts";
import { endpointApis } from "./endpoint-apis.ts";
import type { EndpointPlan } from "./plan.ts";
import { createProviderClient, ProviderCallError, type ProviderClient } from "./provider-client.ts";

/** A source at its provider: where its endpoint is registered, and where its secrets are. */
export type ProviderEnd = {
  readonly api: EndpointApi;
  readonly provider: Provider;
  readonly client: ProviderClient;
  /** Empty where the API needs none. */
  readonly owner: string;
  readonly url: string;
  readonly place: SecretPlace;
  /** The words that name the stage in a command. */
  readonly words: readonly string[];
};

/** A source at its provider, by the operator's key. */
export function openEnd(given: {
  readonly stage: Stage;
  readonly source: string;
  /** The name of the provider, which has an API. */
  readonly provider: string;
  /** The stage's address, without the source's name. */
  readonly address: string;
  readonly owner: string;
  readonly key: string;
  /** Defaults to the provider's own address. */
  readonly baseUrl?: string;
  readonly withinSeconds?: number;
  readonly sleep: (milliseconds: number) => Promise<void>;
  readonly now?: () => Date;
}): ProviderEnd {
  const { stage, source, owner, address, key, sleep, now = () => new Date() } = given;
  const provider = providers[given.provider];
  const api = endpointApis.get(given.provider);
  if (provider === undefined || api === undefined) throw new TypeError(`Cannot find the API of ${given.provider}`);
  const { baseUrl, withinSeconds } = given;
  return {
    ...{ api, provider, owner, words: stage.words },
    client: createProviderClient({
      ...{ api, title: provider.title, key, sleep, now },
      ...defined({ baseUrl, withinSeconds }),
    }),
    url: `${address.replace(/\/+$/, "")}/${source}`,
    place: {
      client: stage.clients.of("secretsmanager", SecretsManagerClient),
      ...{ stage: stage.name, source, provider: given.provider, now: now() },
    },
  };
}

/** An owner that the API takes, or undefined. It takes none where it needs none. */
export function ownerFor({ owner }: EndpointApi, given: string | undefined): string | undefined {
  if (owner === undefined) return "";
  // A part of a path, at GitHub: "." and ".." would lead elsewhere.
  const names = given?.split("/") ?? [];
  const isFit = names.length <= 2 && names.every((name) => /^[\w.-]+$/.test(name) && !/^\.\.?$/.test(name));
  return isFit ? given : undefined;
}

const mostPages = 100;

/** Every endpoint that the key sees, over all pages. */
export async function listEndpoints({ api, client, owner }: ProviderEnd): Promise<readonly RegisteredEndpoint[]> {
  const first = api.list(owner);
  const found: RegisteredEndpoint[] = [];
  let more: Readonly<Record<string, string>> | undefined = {};
  for (let page = 1; more !== undefined; page += 1) {
    if (page > mostPages) throw new TypeError(`Cannot list the endpoints: there are more than ${mostPages} pages`);
    const answer = await client("list the endpoints", { ...first, query: { ...first.query, ...more } });
    found.push(...api.endpoints(answer));
    more = api.nextPage?.(answer);
  }
  return found;
}

/** Creates or changes our endpoint as planned. Nothing else at the provider is touched. @returns Its id. */
export async function applyPlan(end: ProviderEnd, { endpoint, types, changes }: EndpointPlan): Promise<string> {
  if (endpoint === undefined) return await createEndpoint(end, types);
  if (changes) await end.client("change the endpoint", end.api.update(endpoint.id, types, end.owner));
  return endpoint.id;
}

export async function deleteEndpoint({ api, client, owner }: ProviderEnd, id: string): Promise<void> {
  await client("delete the endpoint", api.remove(id, owner));
}

/** Has the provider send a test delivery. @throws {TypeError} Where its API cannot. */
export async function testEndpoint({ api, client, owner, provider }: ProviderEnd, id: string): Promise<void> {
  if (typeof api.test === "string") {
    throw new TypeError(`Cannot have ${provider.title} send a test: it has no call for it; ${api.test}`);
  }
  await client("send a test", api.test(id, owner));
}

/**
 * A secret of ours is stored before the provider signs with it. A secret of the provider's is stored as soon as it is known:
 * deliveries until then are answered 503 or refused, and retried.
 */
async function createEndpoint(end: ProviderEnd, types: readonly string[]): Promise<string> {
  const { api, client, owner, url, place } = end;
  await checkRoom(place);
  const ours = api.secretFrom === "us" ? newSecret(end.provider).secret : undefined;
  if (ours !== undefined) await storeBeside(place, ours);
  const call = api.create({ owner, url, types, secret: ours ?? "" });
  const { id, secret } = await client("create the endpoint", call)
    .then(api.created)
    .catch(async (error: Error) => {
      const isRefused = error instanceof ProviderCallError && error.refused;
      if (ours !== undefined && isRefused) await forget(place, ours);
      if (ours !== undefined || isRefused) throw error;
      throw new ProviderCallError(`${error.message}; delete it where it is there: its secret was shown once`, false);
    });
  const kept = ours ?? secret ?? (await takeBack(end, id, "its answer holds no secret", undefined));
  if (ours === undefined) {
    await storeBeside(place, kept).catch((cause: unknown) =>
      takeBack(end, id, "its secret, which is shown once, could not be stored", cause),
    );
  }
  // Another apply at the same time may have read before ours was written, and have written without it.
  await storeBeside(place, kept);
  return id;
}

/** An endpoint whose secret nobody knows is of no use, and its deliveries would be refused. */
async function takeBack(end: ProviderEnd, id: string, why: string, cause: unknown): Promise<never> {
  const then = await deleteEndpoint(end, id).then(
    () => "it was deleted again",
    () => `and it could not be deleted: delete ${id} at the provider`,
  );
  throw new TypeError(`Cannot keep the endpoint that was created: ${why}; ${then}`, { cause });
}

async function checkRoom(place: SecretPlace): Promise<void> {
  const { length } = (await readSecrets(place)).secrets;
  if (length < mostSignatures) return;
  throw new TypeError(
    `Cannot create an endpoint: ${secretName(place)} holds ${length} secrets, as many as a source takes; store fewer first`,
  );
}

/** Stores a secret that is not stored yet. */
async function storeBeside(place: SecretPlace, secret: string): Promise<void> {
  const before = await readSecrets(place);
  if (before.secrets.some((one) => one.secret === secret)) return;
  await writeSecrets(place, withSecret(before, secret, place, true));
}

async function forget(place: SecretPlace, secret: string): Promise<void> {
  const { secrets } = await readSecrets(place);
  await writeSecrets(place, { secrets: secrets.filter((one) => one.secret !== secret) });
}
