import type { RegisteredEndpoint } from "../endpoints/endpoint-api.ts";
import { compareEndpoint, endpointLine } from "../endpoints/endpoint-lines.ts";
import { applyPlan, deleteEndpoint, listEndpoints, type ProviderEnd, testEndpoint } from "../endpoints/our-endpoint.ts";
import { endpointAt, isAt } from "../endpoints/plan.ts";
import type { RoutedTypes } from "../endpoints/routed-types.ts";
import { holdInterruptions } from "./terminal.ts";

/** One run of the command. */
type Run = {
  readonly end: ProviderEnd;
  readonly routed: RoutedTypes;
  readonly print: (line: string) => void;
  /** Prints `list` as JSON. */
  readonly json: boolean;
  /** Whether to go on; without asking by --yes. */
  readonly confirm: (question: string) => Promise<boolean>;
  /** Resolves when the endpoint is to be deleted again, at an interruption; undefined where it stays. */
  readonly ended: ((interruption: Promise<void>) => Promise<unknown>) | undefined;
};

/** The actions of `endpoints`. Each returns the exit code. */
export const actions = { list, diff, apply, test, delete: remove };

async function list({ end, print, json }: Run): Promise<number> {
  const found = await listEndpoints(end);
  if (json) {
    for (const endpoint of found) print(JSON.stringify({ ...endpoint, ours: isAt(endpoint, end.url) }));
    return 0;
  }
  if (found.length === 0) print(`${end.provider.title} has no endpoint that this key sees.`);
  for (const endpoint of found) print(endpointLine(endpoint, isAt(endpoint, end.url)));
  return 0;
}

async function diff(run: Run): Promise<number> {
  const { changes, endpoint } = await showPlan(run);
  return changes || endpoint?.off !== undefined ? 1 : 0;
}

async function apply(run: Run): Promise<number> {
  const { end, print, confirm, ended } = run;
  const { title } = end.provider;
  const plan = await showPlan(run);
  if (plan.changes && !(await confirm(`Apply this at ${title}?`))) return unchanged(print);
  const { interruption, release } = holdInterruptions();
  try {
    const id = await applyPlan(end, plan);
    if (plan.changes) print(`${plan.endpoint === undefined ? "Created" : "Changed"} ${id} at ${title}.`);
    if (ended === undefined) return 0;
    print("Ctrl-C deletes the endpoint.");
    await ended(interruption);
    await deleteEndpoint(end, id);
    print(`Deleted ${id} at ${title}.`);
    return 0;
  } finally {
    release();
  }
}

async function test({ end, print }: Run): Promise<number> {
  const { id } = await findOurs(end);
  await testEndpoint(end, id);
  print(`${end.provider.title} sends a test delivery to ${end.url}.`);
  return 0;
}

async function remove({ end, print, confirm }: Run): Promise<number> {
  const { title } = end.provider;
  const ours = await findOurs(end);
  print(endpointLine(ours, true));
  if (!(await confirm(`Delete this at ${title}?`))) return unchanged(print);
  await deleteEndpoint(end, ours.id);
  print(`Deleted ${ours.id} at ${title}. Its secret stays: deliveries may be under way.`);
  return 0;
}

function unchanged(print: Run["print"]): number {
  print("Nothing was changed: the question was not answered with yes.");
  return 1;
}

async function showPlan({ end, routed, print }: Run) {
  const { plan, lines } = await compareEndpoint(end, routed);
  for (const line of lines) print(line);
  return plan;
}

/** @throws {TypeError} Where it is not registered. */
async function findOurs(end: ProviderEnd): Promise<RegisteredEndpoint> {
  const ours = endpointAt(await listEndpoints(end), end.url);
  if (ours !== undefined) return ours;
  throw new TypeError(`Cannot find the endpoint ${end.url} at ${end.provider.title}: create it with apply`);
}
