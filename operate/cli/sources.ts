import { readEventFiles } from "../../infra/build/event-files.ts";
import { sourcesOf } from "../../infra/build/receiver-code.ts";
import { readLocalRun } from "../../local/local-run.ts";
import { type IgnoredType, ignoredTypes } from "../log-counts/ignored-types.ts";
import { localCounts } from "../log-counts/local-counts.ts";
import {
  type DescribedSource,
  describeSources,
  nextStep,
  registrationLines,
  typeTexts,
} from "../sources/describe-sources.ts";
import type { StagePlaces } from "../stage/find-stage.ts";
import type { Stage } from "../stage/stage.ts";
import { type Command, command, stageWord, usageError } from "./command.ts";
import { isPackage } from "./runner.ts";
import { checkStage, openStage } from "./stage.ts";
import { stageOptions } from "./stage-options.ts";

const help = {
  name: "sources",
  says: "prints, for each source, what to enter at its provider: URL, secret, event types, and the command or call that does it",
  takes: [stageWord],
  options: {
    url: {
      type: "string",
      value: "URL",
      says: "the stage's FunctionUrl, as deploy prints it: then nothing is looked up, and the event files count",
    },
    ...stageOptions,
    json: { type: "boolean", says: "print a JSON object a line, as in docs/formats.md" },
  },
  more: [
    "Acts on a stage on AWS where one is named, else on the local run, else on the event files alone.",
    "Types that came to the local run and have no event file are listed; doctor lists those of a stage on AWS.",
  ],
  examples: ["", 'prod --url "$FUNCTION_URL"'],
} as const;

/** The input of `sources`. */
type SourcesInput = StagePlaces & {
  /** The folder of event files. Defaults to `lambdas/events`. */
  readonly events?: string;
};

/** The facts that are printed. */
type Described = Pick<Stage, "name" | "url" | "sources" | "events" | "words"> & {
  readonly came: readonly IgnoredType[];
};

/**
 * Prints the settings of each source for its provider. Event types are those that the verifier routes.
 *
 * @throws {TypeError} For arguments that cannot be, and for a stage that is not there.
 */
export const sources: Command<[given: SourcesInput]> = command(
  help,
  async ({ values, taken: [stageName], print }, given: SourcesInput = {}) => {
    const { words, came, ...stage } = await describe(stageName, values, given);
    const described = describeSources(stage, came);
    if (values.json) for (const one of described) print(JSON.stringify(one));
    else for (const line of blocksOf(described, words)) print(line);
    return 0;
  },
);

async function describe(
  name: string | undefined,
  values: Parameters<typeof openStage>[1] & { readonly url: string | undefined },
  given: SourcesInput,
): Promise<Described> {
  const { url } = values;
  if (url !== undefined && !/^https?:\/\/./.test(url)) {
    throw usageError(help, `--url takes the FunctionUrl that deploy prints (https://…), received "${url}"`);
  }
  const isOnAws = name !== undefined || values.stack !== undefined;
  const run = isOnAws || url !== undefined ? undefined : readLocalRun(given.folder);
  // The package has no event files of its user's: they are in the app.
  if (isPackage || (url === undefined && (isOnAws || values.local || run !== undefined))) {
    const stage = await openStage(name, values, given);
    // All is known by now.
    stage.clients.close();
    return { ...stage, came: run === undefined ? [] : ignoredTypes(await localCounts(run), stage).listed };
  }
  const events = await readEventFiles(given.events);
  const stage = name === undefined ? "dev" : checkStage(name);
  const base = (url ?? "<FunctionUrl>").replace(/\/+$/, "");
  return { name: stage, url: base, sources: sourcesOf(events), events, words: [stage], came: [] };
}

function blocksOf(described: readonly DescribedSource[], words: readonly string[]): readonly string[] {
  if (described.length === 0) return ["There is no source yet: write lambdas/events/<source>/<event type>.ts"];
  return described.flatMap((one, index) => [...(index === 0 ? [] : [""]), ...blockOf(one, words)]);
}

function blockOf(one: DescribedSource, words: readonly string[]): readonly string[] {
  const { source, provider, url, secret, types, notes } = one;
  const listed = typeTexts(types);
  const call = listed.length === 0 ? [] : registrationLines(one);
  return [
    source === provider ? source : `${source} (${provider})`,
    `  url     ${url}`,
    `  secret  ${secret}`,
    ...column("events", listed.length === 0 ? ["none: deliveries are answered 200 and ignored"] : listed),
    ...(listed.length === 0 ? [] : [`  then    ${nextStep(one, words)}`]),
    ...column("note", notes),
    ...(call.length === 0 ? [] : ["", ...call]),
  ];
}

/** A label, with its values below each other. */
function column(label: string, values: readonly string[]): readonly string[] {
  return values.map((value, index) => `  ${(index === 0 ? label : "").padEnd(8)}${value}`);
}
