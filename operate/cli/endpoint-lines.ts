import type { RegisteredEndpoint } from "../endpoints/endpoint-api.ts";
import type { ProviderEnd } from "../endpoints/our-endpoint.ts";
import type { EndpointPlan } from "../endpoints/plan.ts";

/** An endpoint in a list. */
export function endpointLine({ id, url, types, off }: RegisteredEndpoint, isOurs: boolean): string {
  const state = off === undefined ? "" : `  OFF: ${off}`;
  return `${isOurs ? "*" : " "} ${id}  ${url}  ${types.length === 0 ? "no event type" : types.join(" ")}${state}`;
}

/** An endpoint that may lead to the same source by another address, before ours is created beside it. */
export function alikeLine({ id, url }: RegisteredEndpoint): string {
  return `! ${id}  ${url}  may be this source, too: where it is this stage's, give its address with --url`;
}

const byHand = "; its API has no documented way to switch it on: do it at the provider, or delete it and apply";

/** The differences of an endpoint from its event files, a line each. */
export function planLines({ provider, url, place, words, api }: ProviderEnd, plan: EndpointPlan, hasSecret: boolean) {
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
