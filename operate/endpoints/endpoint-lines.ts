import { readSecrets } from "../secrets/source-secret.ts";
import type { RegisteredEndpoint } from "./endpoint-api.ts";
import { listEndpoints, type ProviderEnd } from "./our-endpoint.ts";
import { alikeElsewhere, type EndpointPlan, endpointAt, planEndpoint } from "./plan.ts";
import type { RoutedTypes } from "./routed-types.ts";

/** An endpoint in a list. */
export function endpointLine({ id, url, types, off }: RegisteredEndpoint, isOurs: boolean): string {
  const state = off === undefined ? "" : `  OFF: ${off}`;
  return `${isOurs ? "*" : " "} ${id}  ${url}  ${types.length === 0 ? "no event type" : types.join(" ")}${state}`;
}

/** Compares our endpoint, as the provider has it, with the event files: the plan, and its lines for people; `alike` may be ours at another address. */
export async function compareEndpoint(
  end: ProviderEnd,
  routed: RoutedTypes,
): Promise<{
  readonly plan: EndpointPlan;
  readonly alike: readonly RegisteredEndpoint[];
  readonly lines: readonly string[];
}> {
  const all = await listEndpoints(end);
  const plan = planEndpoint(end.api, endpointAt(all, end.url), routed);
  const { secrets } = await readSecrets(end.place);
  const alike = plan.endpoint === undefined ? alikeElsewhere(all, end.url) : [];
  return { plan, alike, lines: [...planLines(end, plan, secrets.length > 0), ...alike.map(alikeLine)] };
}

/** An endpoint that may lead to the same source by another address, before ours is created beside it. */
function alikeLine({ id, url }: RegisteredEndpoint): string {
  return `! ${id}  ${url}  may be this source, too: where it is this stage's, give its address with --url`;
}

const byHand = "; its API has no documented way to switch it on: do it at the provider, or delete it and apply";

/** The differences of an endpoint from its event files, a line each. */
function planLines({ provider, url, place, words, api }: ProviderEnd, plan: EndpointPlan, hasSecret: boolean) {
  const { endpoint, added, removed, open, changes } = plan;
  const secret = `npm run secret -- ${[...words, place.source].join(" ")}`;
  const tickedAll = api.everyType !== undefined && endpoint?.types.includes(api.everyType) === true;
  const why = endpoint === undefined || tickedAll ? "" : "  has a file, and the endpoint does not tick it";
  return [
    endpoint === undefined ? `+ ${url}  not registered at ${provider.title} yet` : `  ${url}  ${endpoint.id}`,
    ...(endpoint?.off === undefined ? [] : [`! it gets no deliveries: ${endpoint.off}${api.switchesOn ? "" : byHand}`]),
    ...added.map((type) => `+ ${type}${why}`),
    ...removed.map((type) => `- ${type}  ${type === api.everyType ? "every type" : "ticked"}, without a file`),
    ...open.map(
      (pattern) => `? ${pattern}  the provider takes names alone: tick there what this takes; it stays ticked`,
    ),
    ...(endpoint === undefined || hasSecret
      ? []
      : [`! no secret is stored: ${secret}, or delete the endpoint and apply`]),
    ...(endpoint === undefined && api.caution !== undefined ? [`! ${api.caution}`] : []),
    ...(changes ? [] : ["There is nothing to change."]),
  ];
}
