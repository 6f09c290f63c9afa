import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { isUnset } from "../../lambdas/core/verify/unset-secret.ts";
import { providers } from "../../lambdas/providers/mod.ts";
import { newSecret } from "../../local/aws/secret-value.ts";
import { readSecrets, secretName } from "../secrets/source-secret.ts";
import type { Stage } from "../stage/stage.ts";
import { type Receiver, receiverOf } from "./sample-delivery.ts";

/** A stage as a sender needs it. */
export type SendTarget = Pick<Stage, "sources" | "events"> & {
  /**
   * The URL of one of its sources, and the secret that signs for it. On AWS it reads the secret each time.
   *
   * @throws {TypeError} Where nothing that signs is stored.
   */
  readonly receiverOf: (source: string) => Promise<Receiver>;
};

/**
 * The stage, to send to: the local run, or a stage on AWS that was deployed with `allowSend: true`.
 *
 * @throws {TypeError} Where it was deployed without.
 */
export function sendTarget(stage: Stage): SendTarget {
  const { name, run, sources, events } = stage;
  if (!stage.allowSend) {
    throw new TypeError(
      `Cannot send to stage ${name}: it was deployed without allowSend: true; where test events may run, set it in infra/config.ts and deploy again`,
    );
  }
  return {
    ...{ sources, events },
    receiverOf: async (source) => {
      const local = run?.sources[source];
      return local === undefined ? await receiverOnAws(stage, source) : receiverOf(local);
    },
  };
}

async function receiverOnAws(stage: Stage, source: string): Promise<Receiver> {
  const { name, url, words, sources, clients } = stage;
  const provider = providers[sources[source] ?? ""];
  if (provider === undefined) throw new TypeError(`Cannot sign for ${source}: stage ${name} has no such source`);
  if (newSecret(provider).signingSecret !== undefined) {
    throw new TypeError(
      `Cannot sign for ${source}: ${provider.title} signs with a private key, and a stage on AWS has only what verifies; send to the local run`,
    );
  }
  const client = clients.of("secretsmanager", SecretsManagerClient);
  const place = { client, stage: name, source, provider: provider.name, now: new Date() };
  const secret = (await readSecrets(place)).secrets.find((one) => !isUnset(one.secret))?.secret;
  if (secret === undefined) {
    const remedy = `npm run secret -- ${[...words, source].join(" ")}`;
    throw new TypeError(
      `Cannot sign for ${source}: ${secretName(place)} holds no secret that counts; ${remedy} adds one`,
    );
  }
  return { url: `${url}/${source}`, secret };
}
