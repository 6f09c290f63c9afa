import { extname } from "node:path";
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { dlqName, queueName } from "../infra/queue-names.ts";
import { parseSecretValue } from "../lambdas/aws/secrets/secret-value.ts";
import type { Provider, SampleSecret } from "../lambdas/core/provider.ts";
import { providers } from "../lambdas/providers/mod.ts";
import { clientFor } from "./aws/endpoint.ts";
import { newSecret } from "./aws/secret-value.ts";
import type { LocalSource, Reach } from "./local-run.ts";
import type { RunOptions } from "./run-options.ts";
import { local } from "./template.ts";

/**
 * Writes each source a fresh secret, as an operator would with the CLI, unless one was kept, and says where everything
 * is.
 */
export async function describeSources(
  options: RunOptions,
  { endpoints, accessKeyId }: Reach,
  functionUrl: string,
  publish: (documents: Readonly<Record<string, string>>) => void,
): Promise<Readonly<Record<string, LocalSource>>> {
  const client = new SecretsManagerClient(clientFor(endpoints.secretsmanager, accessKeyId));
  const described: Record<string, LocalSource> = {};
  for (const [source, name] of Object.entries(options.sources)) {
    const provider = await providerOf(name);
    if (provider === undefined) throw new TypeError(`Cannot run source ${source}: there is no provider "${name}"`);
    const names = namesOf(options.stage, source);
    const { documents, ...secret } =
      (await readKept(client, names)) ?? (await write(client, names, newSecret(provider)));
    publish(documents ?? {});
    const queues = options.events
      .filter((event) => event.source === source)
      .map(({ type, queue }) => {
        const at = (queueOrDlq: string) => `${endpoints.sqs}/${local.account}/${queueOrDlq}`;
        return [type, { queue: at(queueName(options.stage, queue)), dlq: at(dlqName(options.stage, queue)) }] as const;
      });
    described[source] = {
      provider: name,
      url: `${functionUrl}/${source}`,
      ...secret,
      queues: Object.fromEntries(queues),
    };
  }
  client.destroy();
  return described;
}

/** A provider. One that was written since the run began is not among those that were loaded then. */
async function providerOf(name: string): Promise<Provider | undefined> {
  if (Object.hasOwn(providers, name)) return providers[name];
  const now = new URL(`../lambdas/providers/mod${extname(import.meta.url)}?${Date.now()}`, import.meta.url);
  const loaded: { readonly providers: Readonly<Record<string, Provider>> } = await import(now.href);
  return Object.hasOwn(loaded.providers, name) ? loaded.providers[name] : undefined;
}

type Names = { readonly secret: string; readonly provider: string };

/** `provider`: what the stack has no secret for, since on AWS only the provider knows it. */
function namesOf(stage: string, source: string): Names {
  return { secret: `hookline/${stage}/${source}`, provider: `hookline-provider/${stage}/${source}` };
}

async function readKept(client: SecretsManagerClient, names: Names): Promise<SampleSecret | undefined> {
  const stored = await read(client, names.secret);
  const provider = await read(client, names.provider);
  const secret = stored === undefined ? undefined : newestIn(stored);
  return secret === undefined ? undefined : { ...JSON.parse(provider ?? "{}"), secret };
}

/** The newest secret in what is stored, which may be a list of them: the provider has it by now. */
function newestIn(stored: string): string | undefined {
  try {
    return parseSecretValue(stored).secrets[0]?.secret;
  } catch {
    // No secret, and no list of them: doctor says so, and a restart does not take it away.
    return stored;
  }
}

async function read(client: SecretsManagerClient, SecretId: string): Promise<string | undefined> {
  try {
    return (await client.send(new GetSecretValueCommand({ SecretId }))).SecretString;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

async function write(client: SecretsManagerClient, names: Names, made: SampleSecret): Promise<SampleSecret> {
  // The provider's half first: a start that is cut here makes a new pair, and not one half of it.
  if (made.signingSecret !== undefined || made.documents !== undefined) {
    const { secret: _, ...provider } = made;
    const half = { SecretString: JSON.stringify(provider) };
    await client.send(new CreateSecretCommand({ Name: names.provider, ...half })).catch(async (error: unknown) => {
      if (!(error instanceof ResourceExistsException)) throw error;
      await client.send(new PutSecretValueCommand({ SecretId: names.provider, ...half }));
    });
  }
  await client.send(new PutSecretValueCommand({ SecretId: names.secret, SecretString: made.secret }));
  return made;
}
