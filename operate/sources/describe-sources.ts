import type { Provider } from "../../lambdas/core/provider.ts";
import { providers } from "../../lambdas/providers/mod.ts";
import { endpointApis } from "../endpoints/endpoint-apis.ts";
import { registrationCall } from "../endpoints/registration.ts";
import { type RoutedTypes, routedTypes } from "../endpoints/routed-types.ts";
import { siblingAdvice } from "../endpoints/siblings.ts";
import type { IgnoredType } from "../log-counts/ignored-types.ts";
import { secretName } from "../secrets/source-secret.ts";
import type { Stage } from "../stage/stage.ts";

/** A source as it is to be registered. */
export type DescribedSource = {
  readonly source: string;
  readonly provider: string;
  readonly url: string;
  /** The name of its secret in Secrets Manager. */
  readonly secret: string;
  readonly types: RoutedTypes;
  readonly notes: readonly string[];
};

/** The sources of a stage, with what to enter at the provider of each. `came`: types that came and have no file. */
export function describeSources(
  { name, url, sources, events }: Pick<Stage, "name" | "url" | "sources" | "events">,
  came: readonly IgnoredType[],
): readonly DescribedSource[] {
  return Object.entries(sources).map(([source, provider]) => ({
    source,
    provider,
    url: `${url}/${source}`,
    secret: secretName({ stage: name, source }),
    types: routedTypes(events, source),
    notes: [
      ...came.filter((type) => type.source === source).map(({ says, remedy }) => `${says}: ${remedy}`),
      ...siblingAdvice(providers[provider] as Provider, sources),
    ],
  }));
}

/** The event types that are routed, for people; none where deliveries are ignored. */
export function typeTexts({ named, patterns, others }: RoutedTypes): readonly string[] {
  return [
    ...named,
    ...patterns.map((type) => `${type} (every type that begins so)`),
    ...(others ? ["all others"] : []),
  ];
}

/** The next step to have the provider send. `words` name the stage in a command. */
export function nextStep({ source, provider }: DescribedSource, words: readonly string[]): string {
  // No provider reaches this machine but by a tunnel.
  const tunnel = words.length === 0 ? ["--url https://<tunnel>"] : [];
  return endpointApis.has(provider)
    ? `npm run endpoints -- ${[...words, source, "apply", ...tunnel].join(" ")}`
    : `enter these at ${providers[provider]?.title ?? provider}; its API is not known here`;
}

/** The call that registers a source at its provider, a line each; none where no such call is known. */
export function registrationLines({ provider, url, secret, types }: DescribedSource): readonly string[] {
  const { named, patterns, others } = types;
  const all = others || named.length === 0;
  const call = registrationCall(provider, { url, types: named, secretName: secret, all });
  if (call === undefined) return [];
  const note =
    all || patterns.length === 0 ? [] : [`# Add what ${patterns.join(", ")} stands for: the call takes no pattern.`];
  return [...note, ...call];
}
