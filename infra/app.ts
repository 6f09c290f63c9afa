import { readFileSync } from "node:fs";
import process from "node:process";
import { App } from "aws-cdk-lib";
import { defined } from "../lambdas/core/bytes/defined.ts";
import { printable } from "../lambdas/core/bytes/printable.ts";
import { eventsFolder } from "./build/event-files.ts";
import { pipelinesFile } from "./build/pipelines-file.ts";
import { bundleReceiver, type ReceiverCode } from "./build/receiver-code.ts";
import { checkStages, sourceMaps, sources, stages } from "./config.ts";
import { HooklineStack } from "./stack.ts";
import type { StageConfig } from "./stage-config.ts";

/** The CDK app with a stack per stage, with the context of `cdk.json`, so that it is the same with or without the CLI. */
export function createApp(
  given: ReceiverCode & { readonly stages: Readonly<Record<string, StageConfig>>; readonly outdir?: string },
): App {
  checkStages(given.stages, given.sources);
  const { context } = JSON.parse(readFileSync(new URL("../cdk.json", import.meta.url), "utf8"));
  const app = new App({
    // The CLI asks for these two; the local run finds functions and nested stacks by them.
    context: { ...context, "aws:cdk:enable-path-metadata": true, "aws:cdk:enable-asset-metadata": true },
    analyticsReporting: false,
    ...defined({ outdir: given.outdir }),
  });
  for (const [stage, config] of Object.entries(given.stages)) {
    const { account, region } = config;
    const env = { ...defined({ account, region }) };
    const { events, sources, bundles, sourceMaps, savePipelines } = given;
    const code = { events, sources, bundles, ...defined({ sourceMaps, savePipelines }) };
    new HooklineStack(app, `Hookline-${stage}`, {
      ...{ stage, config, env, code },
      terminationProtection: !config.removeData,
    });
  }
  return app;
}

type Synth = {
  /** Nobody would commit what synth writes, as in CI: `infra/pipelines.json` must be right already. */
  readonly fixed: boolean;
  /** The folder of event files. Defaults to `lambdas/events`. */
  readonly events?: string;
  /** Defaults to `infra/pipelines.json`. */
  readonly pipelines?: string;
  /** Where bundles go. Defaults to `dist`. */
  readonly dist?: string;
  /** Where the cloud assembly goes. Defaults to the place that the CDK CLI gives. */
  readonly outdir?: string;
};

/**
 * Reads the event files, bundles them, synthesizes every stage, and only then has `infra/pipelines.json` say what there
 * is.
 *
 * @throws {TypeError} When an event file is wrong, or a pipeline is gone that was not retired.
 */
export async function synthesize(given: Synth): Promise<void> {
  const { fixed, outdir, events = eventsFolder, pipelines = pipelinesFile } = given;
  const bundles = given.dist ?? new URL("../dist", import.meta.url);
  const code = await bundleReceiver({ events, bundles, sources, pipelines, fixed, sourceMaps });
  createApp({ stages, ...code, ...defined({ outdir }) }).synth();
}

if (import.meta.main) {
  const fixed = !["", "0", "false"].includes(process.env.CI ?? "");
  // The CLI says where; on its own the app writes where the CLI would.
  try {
    await synthesize({ fixed, ...(process.env.CDK_OUTDIR === undefined ? { outdir: "cdk.out" } : {}) });
  } catch (error) {
    console.error(refusalOf(error));
    process.exitCode = 1;
  }
}

/** The message of a refusal, which our own code throws; of any other error the stack. */
function refusalOf(error: unknown): string {
  const { message, stack = "" } = error instanceof Error ? error : new Error(String(error));
  const [, thrownAt = ""] = stack.split("\n    at ");
  const isOurs = /\b(?:infra|lambdas)\//.test(thrownAt) && !thrownAt.includes("node_modules");
  return isOurs ? message.split("\n").map(printable).join("\n") : stack;
}
