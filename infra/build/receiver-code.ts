import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { canarySource } from "../../lambdas/aws/canary-source.ts";
import { didYouMean } from "../../lambdas/core/checks/nearest.ts";
import { providers } from "../../lambdas/providers/mod.ts";
import { sources as mapped } from "../config.ts";
import { type Bundles, bundle } from "./bundle.ts";
import { type EventFile, readEventFiles } from "./event-files.ts";
import { isLocalSynth } from "./local-facts.ts";
import { checkPipelines, pipelinesOf } from "./pipelines.ts";
import { readPipelines, savePipelines } from "./pipelines-file.ts";

/** The code of a receiver: its event files, the provider of each source, and the bundles of its functions. */
export type ReceiverCode = {
  readonly events: readonly EventFile[];
  /** The provider of each source, by name. */
  readonly sources: Readonly<Record<string, string>>;
  readonly bundles: Bundles;
  /** The bundles have source maps. */
  readonly sourceMaps?: boolean;
  /** Has the file of pipelines say what there is; a `WebhookReceiver` calls it once its app has been synthesized. */
  readonly savePipelines?: () => void;
};

/** Where {@linkcode bundleReceiver} reads and writes: URLs, or paths from the working directory. */
export type ReceiverFolders = {
  /** The folder of event files, `<source>/<event type>.ts`. */
  readonly events: string | URL;
  /** Where bundles go; it is emptied first. Add it to `.gitignore`. */
  readonly bundles: string | URL;
  /** Providers of sources whose folder has another name: `{ "stripe-eu": "stripe" }`. Defaults to none. */
  readonly sources?: Readonly<Record<string, string>>;
  /**
   * A file that lists the pipelines, like a lock file: commit it. An event file that is deleted before it was retired
   * then fails, with the remedy, instead of taking its queue along. It is written once the app has been synthesized, so
   * that a synth that fails leaves it as it was. Defaults to none.
   */
  readonly pipelines?: string | URL;
  /**
   * Source maps in the bundles, so that the stack of an error names files and lines of the sources, in logs and records. A
   * bundle is three times as large then, and an environment starts later: docs/deploying.md has figures. Defaults to false; a local run
   * has them.
   */
  readonly sourceMaps?: boolean;
  /** Fails when the file of pipelines is not up to date, as CI does. Defaults to false. */
  readonly fixed?: boolean;
};

/**
 * Reads event files and bundles the functions that run them, for a `WebhookReceiver`. CDK's constructs are made without
 * waiting, so this comes before them: at the top of an app, behind an `await`.
 *
 * @throws {TypeError} When an event file is wrong, a source has no provider, or a pipeline is gone that was not retired.
 *
 * @example
 * ```ts
 * import { bundleReceiver } from "@hookline/hookline/infra";
 *
 * const folders = { events: "webhooks", bundles: "dist/webhooks", pipelines: "webhooks.pipelines.json" };
 * export const bundled = () => bundleReceiver(folders);
 * ```
 */
export async function bundleReceiver(folders: ReceiverFolders): Promise<ReceiverCode> {
  const events = await readEventFiles(pathOf(folders.events));
  const sources = sourcesOf(events, folders.sources ?? {});
  const pipelines = pipelinesOf(events);
  // A local run deploys nothing, so that no pipeline is added or lost, in CI neither.
  const file = folders.pipelines === undefined || isLocalSynth() ? undefined : pathOf(folders.pipelines);
  if (file !== undefined) checkPipelines(readPipelines(file), pipelines);
  const { sourceMaps = isLocalSynth() } = folders;
  const bundles = await bundle({ events, sources, sourceMaps }, pathOf(folders.bundles));
  const code = { events, sources, bundles, sourceMaps };
  if (file === undefined) return code;
  // Nobody would commit it: an error now, and nothing to write.
  if (folders.fixed) savePipelines(pipelines, { fixed: true, path: file });
  return { ...code, savePipelines: () => savePipelines(pipelines, { fixed: folders.fixed ?? false, path: file }) };
}

/**
 * The provider of each source: a folder of event files with a provider's name is that provider's, others are
 * mapped.
 *
 * @param mapping Defaults to that of `infra/config.ts`.
 * @throws {TypeError} When a source has no provider, or is the canary's.
 */
export function sourcesOf(
  events: readonly Pick<EventFile, "source">[],
  mapping: Readonly<Record<string, string>> = mapped,
): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  const names = Object.keys(providers);
  for (const source of [...new Set([...events.map((event) => event.source), ...Object.keys(mapping)])].sort()) {
    if (source === canarySource) {
      throw new TypeError(
        `Cannot use source "${source}": a stage posts to it itself, as its canary; give the source another name, and map that to its provider in infra/config.ts`,
      );
    }
    const provider = mapping[source] ?? source;
    if (!Object.hasOwn(providers, provider)) {
      throw new TypeError(
        `Cannot find the provider "${provider}" of source "${source}": map the source in infra/config.ts to one of ${names.join(", ")}${didYouMean(provider, names)}`,
      );
    }
    found[source] = provider;
  }
  return found;
}

/** Absolute, since the bundler works in a folder of its own. */
function pathOf(folder: string | URL): string {
  return typeof folder === "string" ? resolve(folder) : fileURLToPath(folder);
}
