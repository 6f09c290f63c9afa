import { type EventFile, readEventFiles } from "../../infra/build/event-files.ts";
import { sourcesOf } from "../../infra/build/receiver-code.ts";
import type { Provider } from "../../lambdas/core/provider.ts";
import { providers } from "../../lambdas/providers/mod.ts";
import { readLocalRun } from "../../local/local-run.ts";
import { endpointApis } from "../endpoints/endpoint-apis.ts";
import { registrationCall } from "../endpoints/registration.ts";
import { routedTypes } from "../endpoints/routed-types.ts";
import { siblingAdvice } from "../endpoints/siblings.ts";
import { ignoredTypes } from "../log-counts/ignored-types.ts";
import { localCounts } from "../log-counts/local-counts.ts";
import { type Command, command, usageError } from "./command.ts";
import { checkStage } from "./stage.ts";

const help = {
  name: "sources",
  says: "prints, for each source, what to enter at its provider: URL, secret, event types, and the command or call that does it",
  takes: [],
  options: {
    stage: { type: "string", value: "NAME", says: "the stage whose secrets are meant", default: "dev" },
    url: {
      type: "string",
      value: "URL",
      says: "the stage's FunctionUrl, as deploy prints it; defaults to the local run's",
    },
  },
  more: ["Types that came to the local run and have no event file are listed; doctor lists those of a stage on AWS."],
  examples: ["", '--stage prod --url "$FUNCTION_URL"'],
} as const;

/** The input of `sources`. */
type SourcesInput = {
  /** The folder of event files. Defaults to `lambdas/events`. */
  readonly events?: string;
  /** Where a local run keeps its files. Defaults to `.hookline`. */
  readonly folder?: string;
};

/**
 * Prints the settings of each source for its provider. Event types are those that the verifier routes.
 *
 * @throws {TypeError} For arguments that cannot be.
 */
export const sources: Command<[given: SourcesInput]> = command(
  help,
  async ({ values, print }, given: SourcesInput = {}) => {
    const stage = checkStage(values.stage);
    const { url } = values;
    if (url !== undefined && !/^https?:\/\/./.test(url)) {
      throw usageError(help, `--url takes the FunctionUrl that deploy prints (https://…), received "${url}"`);
    }
    const run = readLocalRun(given.folder);
    const base = url ?? (run?.stage === stage ? run.functionUrl : "<FunctionUrl>");
    const events = await readEventFiles(given.events);
    const all = sourcesOf(events);
    const came = run?.stage === stage ? ignoredTypes(await localCounts(run), { events, sources: all }).listed : [];
    const blocks = Object.entries(all).map(([source, provider]) =>
      describeSource({
        source,
        provider,
        stage,
        url: `${base.replace(/\/+$/, "")}/${source}`,
        secretName: `hookline/${stage}/${source}`,
        events,
        notes: [
          ...came.filter((type) => type.source === source).map(({ says, remedy }) => `${says}: ${remedy}`),
          ...siblingAdvice(providers[provider] as Provider, all),
        ],
      }),
    );
    if (blocks.length === 0) print("There is no source yet: write lambdas/events/<source>/<event type>.ts");
    for (const [index, lines] of blocks.entries()) for (const line of index === 0 ? lines : ["", ...lines]) print(line);
    return 0;
  },
);

function describeSource(given: {
  readonly source: string;
  readonly provider: string;
  readonly stage: string;
  readonly url: string;
  readonly secretName: string;
  readonly events: readonly EventFile[];
  readonly notes: readonly string[];
}): readonly string[] {
  const { source, provider, url, secretName } = given;
  const { named, patterns, others } = routedTypes(given.events, source);
  const listed = [
    ...named,
    ...patterns.map((type) => `${type} (every type that begins so)`),
    ...(others ? ["all others"] : []),
  ];
  return [
    source === provider ? source : `${source} (${provider})`,
    `  url     ${url}`,
    `  secret  ${secretName}`,
    ...column("events", listed.length === 0 ? ["none: deliveries are answered 200 and ignored"] : listed),
    ...(listed.length === 0 ? [] : [`  then    ${nextStep(given)}`]),
    ...column("note", given.notes),
    ...(listed.length === 0 ? [] : register(provider, patterns, { url, types: named, secretName, others })),
  ];
}

function nextStep({ stage, source, provider }: Record<"stage" | "source" | "provider", string>): string {
  return endpointApis.has(provider)
    ? `npm run endpoints -- ${stage} ${source} apply`
    : `enter these at ${providers[provider]?.title ?? provider}; its API is not known here`;
}

function register(
  provider: string,
  patterns: readonly string[],
  given: {
    readonly url: string;
    readonly types: readonly string[];
    readonly secretName: string;
    readonly others: boolean;
  },
): readonly string[] {
  const all = given.others || given.types.length === 0;
  const call = registrationCall(provider, { ...given, all });
  if (call === undefined) return [];
  const note =
    all || patterns.length === 0 ? [] : [`# Add what ${patterns.join(", ")} stands for: the call takes no pattern.`];
  return ["", ...note, ...call];
}

/** A label, with its values below each other. */
function column(label: string, values: readonly string[]): readonly string[] {
  return values.map((value, index) => `  ${(index === 0 ? label : "").padEnd(8)}${value}`);
}
