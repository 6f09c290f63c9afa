import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { type EventFile, readEventFiles } from "../../infra/build/event-files.ts";
import { sourcesOf } from "../../infra/build/receiver-code.ts";
import { openAwsSite } from "../doctor/aws-site.ts";
import { openLocalSite, type SiteOptions } from "../doctor/site.ts";
import { stageRegion } from "../stage-region.ts";

/** A stage's entrance, event files and secrets. */
export type StagePlace = {
  /** Without a slash at its end. */
  readonly url: string;
  readonly events: readonly EventFile[];
  /** The provider of each source. */
  readonly sources: Readonly<Record<string, string>>;
  readonly secrets: SecretsManagerClient;
};

/**
 * A stage of the local run or on AWS.
 *
 * @param url Its address, where it is not the function URL that is deployed; the local run has to have one, since no
 * provider reaches this machine but by a tunnel.
 * @throws {TypeError} Where there is none.
 */
export async function openStage(
  stage: string,
  { url, local }: { readonly url: string | undefined; readonly local: boolean },
  options: SiteOptions & { readonly openAws?: typeof openAwsSite },
): Promise<StagePlace> {
  if (local) {
    if (url === undefined) {
      throw new TypeError("Cannot tell the provider the local run's address: give that of a tunnel to it with --url");
    }
    const { events, sources, secrets } = await openLocalSite(stage, options);
    return { url: withoutSlash(url), events, sources, secrets };
  }
  if (url === undefined) {
    const { functionUrl, events, sources, secrets } = await (options.openAws ?? openAwsSite)(stage, options);
    return { url: functionUrl, events, sources, secrets };
  }
  const events = await readEventFiles(options.events);
  const secrets = new SecretsManagerClient(stageRegion(stage));
  return { url: withoutSlash(url), events, sources: sourcesOf(events), secrets };
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, "");
}
