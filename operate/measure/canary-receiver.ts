import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { canaryProvider, canarySource, canaryType } from "../../lambdas/aws/canary-source.ts";
import { providers } from "../../lambdas/providers/mod.ts";
import { secretName } from "../secrets/source-secret.ts";
import type { Stage } from "../stage/stage.ts";
import type { MeasuredSource } from "./measure.ts";

/**
 * The canary's source of a stage: its deliveries take the whole path of a provider's, and are in no archive and no figure.
 *
 * @throws {TypeError} Where the stage has no canary.
 */
export async function canaryReceiver({ name, url, clients }: Stage): Promise<MeasuredSource> {
  const provider = providers[canaryProvider];
  if (provider === undefined) throw new TypeError(`Cannot measure: there is no provider "${canaryProvider}"`);
  const SecretId = secretName({ stage: name, source: canarySource });
  const client = clients.of("secretsmanager", SecretsManagerClient);
  const secret = await client.send(new GetSecretValueCommand({ SecretId })).then(
    ({ SecretString }) => SecretString ?? "",
    (error: unknown) => {
      if (error instanceof ResourceNotFoundException) return "";
      throw error;
    },
  );
  if (secret === "") {
    throw new TypeError(
      `Cannot measure stage ${name}: it has no canary, whose source takes the deliveries; deploy it without canary: false, with a release that has one`,
    );
  }
  return { url: `${url}/${canarySource}`, secret, provider, type: canaryType };
}
