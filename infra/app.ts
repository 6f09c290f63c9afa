import { readFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { App } from "aws-cdk-lib";
import { providers } from "../lambdas/providers/mod.ts";
import { type Bundles, bundle } from "./bundle.ts";
import { checkStages, sources as mapped, type StageConfig, stages } from "./config.ts";
import { type EventFile, readEventFiles } from "./event-files.ts";
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
  checkStages(given.stages);
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
      bundles: given.bundles,
      terminationProtection: !config.removeData,
    });
  }
  return app;
}

if (import.meta.main) {
  const events = await readEventFiles();
  const sources = sourcesOf(events);
  const bundles = await bundle({ events, sources }, fileURLToPath(new URL("../dist", import.meta.url)));
  createApp({ stages, events, sources, bundles, ...outdir() }).synth();
}

function outdir(): { readonly outdir?: string } {
  // The CLI says where; on its own the app writes where the CLI would.
  return process.env.CDK_OUTDIR === undefined ? { outdir: "cdk.out" } : {};
}
