import { writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { readEventFiles } from "../../infra/build/event-files.ts";
import { sourcesOf } from "../../infra/build/receiver-code.ts";
import { stages } from "../../infra/config.ts";
import { deployedEvent } from "../../infra/receiver-facts.ts";
import { bundleTogether } from "./one-build.ts";
import type { Synth, SynthAnswer } from "./run-synth.ts";

// Bundles and synthesizes one stage into a folder, in a process of its own: a run that goes on for hours need not hold
// CDK. It answers in `answer.json`, since an event file may print while it is loaded.
const { events: from, stage, config, folder }: Synth = JSON.parse(process.argv[2] ?? "");
const answer = (given: SynthAnswer) => writeFileSync(join(folder, "answer.json"), JSON.stringify(given));

try {
  const events = await readEventFiles(from);
  const sources = sourcesOf(events);
  const configured = stages[stage];
  if (configured === undefined) throw new TypeError(`Cannot start: infra/config.ts has no stage "${stage}"`);
  // CDK takes as long to load as esbuild, which has a process of its own, takes to build.
  const [{ bundles, inputs }, { createApp }] = await Promise.all([
    bundleTogether({ events, sources }, folder),
    import("../../infra/app.ts"),
  ]);
  const outdir = join(folder, "cdk.out");
  createApp({ stages: { [stage]: { ...configured, ...config } }, events, sources, bundles, outdir }).synth();
  const named = events.map((event) => ({ ...deployedEvent(event), path: event.path }));
  answer({ ok: true, events: named, sources, inputs });
} catch (error) {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  answer({ ok: false, name, text: message });
}
// Under Deno something of CDK's or esbuild's may keep the process.
process.exit();
