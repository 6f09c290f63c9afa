import { PutSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { providers } from "../../lambdas/providers/mod.ts";
import { dlqName, queueName } from "../event-pipeline.ts";
import type { LocalRun, LocalSource } from "./local-run.ts";
import type { RunOptions } from "./run.ts";
import { newSecret } from "./secret-value.ts";
import { clientFor } from "./services.ts";
import { local } from "./template.ts";

/** Writes each source a fresh secret, as an operator would with the CLI, and says where everything is. */
export async function describeSources(
  options: RunOptions,
  endpoints: LocalRun["endpoints"],
  functionUrl: string,
): Promise<Readonly<Record<string, LocalSource>>> {
  const client = new SecretsManagerClient(clientFor(endpoints.secretsmanager));
  const described: Record<string, LocalSource> = {};
  for (const [source, name] of Object.entries(options.sources)) {
    const provider = providers[name];
    if (provider === undefined) throw new TypeError(`Cannot run source ${source}: there is no provider "${name}"`);
    const secret = newSecret(provider);
    const SecretId = `hookline/${options.stage}/${source}`;
    await client.send(new PutSecretValueCommand({ SecretId, SecretString: secret.secret }));
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
