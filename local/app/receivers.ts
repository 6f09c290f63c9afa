import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type LocalFacts, localFactsKey } from "../../infra/build/local-facts.ts";
import { factsIn, type ReceiverFacts } from "../../infra/receiver-facts.ts";
import type { RunEvent } from "../synth/run-synth.ts";

/** A receiver in a cloud assembly. */
export type AppReceiver = Pick<ReceiverFacts, "stage" | "sources"> & {
  readonly events: readonly RunEvent[];
  /** The folder of the assembly that its stack is in: that of a CDK Stage has one of its own. */
  readonly assembly: string;
  /** The stack's id in it, which its template is named after. */
  readonly stack: string;
  /** The path of the construct: `Shop/Webhooks`. */
  readonly path: string;
};

type Metadata = Readonly<Record<string, readonly { readonly type: string; readonly data?: unknown }[]>>;
type Artifact = {
  readonly type: string;
  readonly properties?: { readonly templateFile?: string; readonly directoryName?: string };
  readonly metadata?: Metadata;
  readonly additionalMetadataFile?: string;
};
type Manifest = { readonly artifacts?: Readonly<Record<string, Artifact>>; readonly missing?: readonly object[] };

/** The receivers of a cloud assembly, those of its CDK Stages included, and its look-ups that were not made. */
export function readReceivers(assembly: string): {
  readonly receivers: readonly AppReceiver[];
  readonly stacks: readonly string[];
  readonly lookUps: number;
} {
  const { artifacts = {}, missing = [] }: Manifest = readJson(assembly, "manifest.json");
  const found = Object.entries(artifacts).map(([id, artifact]) => {
    const { type, properties } = artifact;
    if (type === "cdk:cloud-assembly") return readReceivers(join(assembly, properties?.directoryName ?? id));
    if (type !== "aws:cloudformation:stack") return { receivers: [], stacks: [], lookUps: 0 };
    const stack = (properties?.templateFile ?? "").replace(/\.template\.json$/, "");
    return { receivers: receiversOf({ assembly, stack }, artifact), stacks: [id], lookUps: 0 };
  });
  return {
    receivers: found.flatMap(({ receivers }) => receivers),
    stacks: found.flatMap(({ stacks }) => stacks),
    lookUps: found.reduce((sum, { lookUps }) => sum + lookUps, missing.length),
  };
}

function receiversOf(place: Pick<AppReceiver, "assembly" | "stack">, artifact: Artifact): readonly AppReceiver[] {
  const { metadata = {}, additionalMetadataFile } = artifact;
  const more: Metadata = additionalMetadataFile === undefined ? {} : readJson(place.assembly, additionalMetadataFile);
  const found = Object.entries({ ...metadata, ...more }).flatMap(([path, entries]) =>
    entries.flatMap(({ type, data }) =>
      type === localFactsKey ? [{ ...(data as LocalFacts), path: path.replace(/^\//, "") }] : [],
    ),
  );
  if (found.length === 0) return [];
  const template: { readonly Metadata?: object } = readJson(place.assembly, `${place.stack}.template.json`);
  return factsIn({ ...template.Metadata }).flatMap(({ stage, sources, events }) =>
    found
      .filter((facts) => facts.stage === stage)
      .map(({ path, files }) => {
        const withPaths = events.map((event) => ({ ...event, path: files[event.name] ?? "" }));
        return { ...place, path, stage, sources, events: withPaths };
      }),
  );
}

function readJson<Content>(folder: string, file: string): Content {
  try {
    return JSON.parse(readFileSync(join(folder, file), "utf8"));
  } catch (cause) {
    throw new TypeError(`Cannot read the app's cloud assembly: its ${file} is missing or no JSON`, { cause });
  }
}

/**
 * The receiver to run.
 *
 * @param wanted A stack, a stage, or the path of the construct. Defaults to the only one.
 * @throws {TypeError} Where there is none, or not exactly one.
 */
export function chooseReceiver(
  { receivers, stacks }: Pick<ReturnType<typeof readReceivers>, "receivers" | "stacks">,
  wanted: string | undefined,
): AppReceiver {
  const fits = ({ stack, stage, path }: AppReceiver) => wanted === undefined || [stack, stage, path].includes(wanted);
  const [first, ...others] = receivers.filter(fits);
  if (first !== undefined && others.length === 0) return first;
  if (receivers.length === 0) {
    throw new TypeError(
      `Cannot start: no stack of the app has a WebhookReceiver; it has ${stacks.join(", ") || "none"}`,
    );
  }
  const all = receivers.map(({ path, stage }) => `${path} (stage ${stage})`).join(", ");
  throw new TypeError(
    first === undefined
      ? `Cannot start: the app has no WebhookReceiver "${wanted}"; it has ${all}`
      : `Cannot start: the app has several WebhookReceivers, ${all}; name one with --stack`,
  );
}
