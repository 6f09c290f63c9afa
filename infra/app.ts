import { readFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { App } from "aws-cdk-lib";
import { providers } from "../lambdas/providers/mod.ts";
import { type Bundles, bundle } from "./bundle.ts";
import { checkStages, sources as mapped, type StageConfig, stages } from "./config.ts";
import { type EventFile, readEventFiles } from "./event-files.ts";
import { checkPipelines, pipelinesOf } from "./pipelines.ts";
import { readPipelines, savePipelines } from "./pipelines-file.ts";
import { HooklineStack } from "./stack.ts";

/**
 * The provider of each source: a folder in `lambdas/events` that bears a provider's name is that provider's, others
 * are mapped in `infra/config.ts`.
 *
 * @throws {TypeError} When a source has no provider.
 */
export function sourcesOf(
  events: readonly EventFile[],
  mapping: Readonly<Record<string, string>> = mapped,
): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const source of [...new Set([...events.map((event) => event.source), ...Object.keys(mapping)])].sort()) {
    const provider = mapping[source] ?? source;
    if (!Object.hasOwn(providers, provider)) {
      throw new TypeError(
        `Cannot find the provider "${provider}" of source "${source}": map the source in infra/config.ts to one of ${Object.keys(providers).join(", ")}`,
      );
    }
    found[source] = provider;
  }
  return found;
}

/** The CDK app with a stack per stage, with the context of `cdk.json`, so that it is the same with or without the CLI. */
export function createApp(given: {
  readonly stages: Readonly<Record<string, StageConfig>>;
  readonly events: readonly EventFile[];
  readonly sources: Readonly<Record<string, string>>;
  readonly bundles: Bundles;
  readonly outdir?: string;
}): App {
  checkStages(given.stages, given.sources);
  const { context } = JSON.parse(readFileSync(new URL("../cdk.json", import.meta.url), "utf8"));
  const app = new App({
    // The CLI asks for these two; the local run finds functions and nested stacks by them.
    context: { ...context, "aws:cdk:enable-path-metadata": true, "aws:cdk:enable-asset-metadata": true },
    analyticsReporting: false,
    ...(given.outdir === undefined ? {} : { outdir: given.outdir }),
  });
  for (const [stage, config] of Object.entries(given.stages)) {
    const { account, region } = config;
    const env = { ...(account === undefined ? {} : { account }), ...(region === undefined ? {} : { region }) };
    new HooklineStack(app, `Hookline-${stage}`, {
      stage,
      config,
      env,
      events: given.events,
      sources: Object.keys(given.sources),
      keepers: Object.keys(given.sources).filter((source) => providers[given.sources[source] ?? ""]?.handshake?.keeps),
      bundles: given.bundles,
      terminationProtection: !config.removeData,
    });
  }
  return app;
}

export type Synth = {
  /** Nobody would commit what synth writes, as in CI: `infra/pipelines.json` must be right already. */
  readonly fixed: boolean;
  /** The folder of event files. Default: `lambdas/events`. */
  readonly events?: string;
  /** Default: `infra/pipelines.json`. */
  readonly pipelines?: string;
  /** Where bundles go. Default: `dist`. */
  readonly dist?: string;
  /** Where the cloud assembly goes. Default: where the CDK CLI says. */
  readonly outdir?: string;
};

/**
 * Reads the event files, bundles them and synthesizes every stage; then has `infra/pipelines.json` say what there is.
 *
 * @throws {TypeError} When an event file is wrong, or a pipeline is gone that was not retired.
 */
export async function synthesize(given: Synth): Promise<void> {
  const events = await readEventFiles(given.events);
  const sources = sourcesOf(events);
  const pipelines = pipelinesOf(events);
  checkPipelines(readPipelines(given.pipelines), pipelines);
  const bundles = await bundle({ events, sources }, given.dist ?? fileURLToPath(new URL("../dist", import.meta.url)));
  const { outdir } = given;
  createApp({ stages, events, sources, bundles, ...(outdir === undefined ? {} : { outdir }) }).synth();
  savePipelines(pipelines, { fixed: given.fixed, ...(given.pipelines === undefined ? {} : { path: given.pipelines }) });
}

if (import.meta.main) {
  const fixed = !["", "0", "false"].includes(process.env.CI ?? "");
  // The CLI says where; on its own the app writes where the CLI would.
  await synthesize({ fixed, ...(process.env.CDK_OUTDIR === undefined ? { outdir: "cdk.out" } : {}) });
}
