import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NestedStack, Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { createApp } from "../../infra/app.ts";
import { type EventFile, queueSuffix } from "../../infra/build/event-files.ts";
import type { ReceiverCode } from "../../infra/build/receiver-code.ts";
import type { StageConfig } from "../../infra/stage-config.ts";
import { type ProcessorOptions, resolveOptions } from "../../lambdas/core/processing/processor-options.ts";

/** A resource as it stands in a template. */
export type Declared = {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DependsOn?: readonly string[];
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
};

type Synthesized = {
  /** The cloud assembly. */
  readonly folder: string;
  readonly stack: Stack;
  readonly root: Template;
  readonly nested: readonly Template[];
};

export const stages: Readonly<Record<string, StageConfig>> = {
  dev: { removeData: true, logDays: 14 },
  prod: {
    removeData: false,
    logDays: 90,
    alarmEmail: "on-call@example.com",
    sources: { github: { registeredUrl: "https://hooks.example/github", livemode: "only", expectedWithinHours: 6 } },
  },
};

/** An event file that is not on the disk: the stack reads its name and its options alone. */
export function eventFile(name: string, options: Partial<ProcessorOptions> = {}): EventFile {
  const [source = "", ...rest] = name.split("/");
  const type = rest.join("/");
  const queue = queueSuffix(source, type);
  return {
    source,
    type,
    name,
    path: `${name}.ts`,
    queue,
    types: [type],
    options: resolveOptions({ impact: "Harm is done", ...options }),
  };
}

/** What a stack is made of, with a stub in `folder` for every bundle; each source is named as its provider is. */
export function stubCode(folder: string, events: readonly EventFile[]): ReceiverCode {
  const asset = join(folder, "asset");
  mkdirSync(asset);
  writeFileSync(join(asset, "index.mjs"), "export const handler = () => {};\n");
  return {
    events,
    sources: Object.fromEntries(events.map(({ source }) => [source, source])),
    bundles: {
      verifier: asset,
      spillDrain: asset,
      archive: asset,
      canary: asset,
      processors: Object.fromEntries(events.map(({ name }) => [name, asset])),
    },
  };
}

/** The stacks of these event files, with a stub for every bundle. Removes its folder on `remove()`. */
export function synthesize(
  events: readonly EventFile[],
  wanted: readonly string[] = Object.keys(stages),
  change: Partial<StageConfig> = {},
): {
  readonly of: (stage: string) => Synthesized;
  readonly remove: () => void;
} {
  const folder = mkdtempSync(join(tmpdir(), "hookline-stack-"));
  // Settings are for sources that are there.
  const known = events.some(({ source }) => source === "github");
  const app = createApp({
    stages: Object.fromEntries(
      wanted
        .map((stage) => [stage, stages[stage] ?? { removeData: true, logDays: 1 as const }] as const)
        .map(([stage, { sources, ...config }]) => [
          stage,
          { ...config, ...change, ...(known && sources !== undefined ? { sources } : {}) },
        ]),
    ),
    ...stubCode(folder, events),
    outdir: join(folder, "cdk.out"),
  });
  app.synth();
  return {
    of(stage) {
      const stack = app.node.findChild(`Hookline-${stage}`);
      if (!(stack instanceof Stack)) throw new TypeError(`Hookline-${stage} is no stack`);
      const nested = stack.node.findAll().filter((child) => child instanceof NestedStack);
      return {
        folder: join(folder, "cdk.out"),
        stack,
        root: Template.fromStack(stack),
        nested: nested.map((one) => Template.fromStack(one)),
      };
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Every resource of a type, with its logical id, in one or more templates. */
export function resources(
  templates: Template | readonly Template[],
  type: string,
): readonly (readonly [string, Declared])[] {
  const list = Array.isArray(templates) ? (templates as readonly Template[]) : [templates as Template];
  return list.flatMap((template) => Object.entries(template.findResources(type) as Record<string, Declared>));
}

/** The one resource of its type. */
export function only(templates: Template | readonly Template[], type: string): readonly [string, Declared] {
  const found = resources(templates, type);
  const [first] = found;
  if (first === undefined || found.length !== 1) throw new TypeError(`There are ${found.length} of ${type}, not one`);
  return first;
}
