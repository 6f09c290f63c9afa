import { readFileSync } from "node:fs";
import process from "node:process";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { stages } from "../../infra/config.ts";
import { providers } from "../../lambdas/providers/mod.ts";
import { checkApiKey, storedApiKey } from "../endpoints/api-key.ts";
import type { EndpointApi, RegisteredEndpoint } from "../endpoints/endpoint-api.ts";
import { endpointApis } from "../endpoints/endpoint-apis.ts";
import { applyPlan, deleteEndpoint, listEndpoints, type ProviderEnd, testEndpoint } from "../endpoints/our-endpoint.ts";
import { endpointAt, planEndpoint } from "../endpoints/plan.ts";
import { createProviderClient } from "../endpoints/provider-client.ts";
import { type RoutedTypes, routedTypes } from "../endpoints/routed-types.ts";
import { openStage, type StagePlace } from "../endpoints/stage-place.ts";
import { readSecrets } from "../secrets/source-secret.ts";
import { endpointLine, planLines } from "./endpoint-lines.ts";
import { taskArguments } from "./task-arguments.ts";
import { askYes, runCommand } from "./terminal.ts";

const usage = `endpoints <stage> <source> list|diff|apply|test|delete registers the source's URL at its provider, by the provider's API
  list    every endpoint that the key sees; ours has a *
  diff    what apply would change; exit code 1 where there is something
  apply   creates or changes ours as the event files want it, after asking; touches no other
  test    has the provider send a test delivery to ours
  delete  removes ours, after asking
  --key-file F|-   the API key, from a file or from standard input; default: the secret hookline-api/<stage>/<source>
  --owner NAME     whose endpoints: at GitHub OWNER/REPO or an organisation, at Whop the account (biz_…)
  --url URL        the stage's address, such as that of a tunnel to the local run; default: its FunctionUrl on AWS
  --local          the secrets of the local run instead of AWS; needs --url
  --remove-at-end  apply stays until Ctrl-C, and deletes the endpoint then: for a tunnel
  --api URL        the provider's API elsewhere: GitHub Enterprise Server, Whop's sandbox
  --within N       seconds that one answer of the provider may take; default: 15
  --yes            do not ask`;

const options = {
  "key-file": { type: "string" },
  owner: { type: "string" },
  url: { type: "string" },
  local: { type: "boolean", default: false },
  "remove-at-end": { type: "boolean", default: false },
  api: { type: "string" },
  within: { type: "string", default: "15" },
  yes: { type: "boolean", default: false },
} as const;

const actions = { list, diff, apply, test, delete: remove };

/** What `endpoints` works by beside its arguments. */
type EndpointsInput = Parameters<typeof openStage>[2] & {
  readonly ask?: (question: string) => Promise<boolean>;
  readonly sleep?: (milliseconds: number) => Promise<void>;
  /** Resolves when the command is to end. Defaults to Ctrl-C, or SIGTERM. */
  readonly ended?: () => Promise<unknown>;
};

/** One run of the command. */
type Run = {
  readonly end: ProviderEnd;
  readonly routed: RoutedTypes;
  readonly print: (line: string) => void;
  /** Whether to go on; without asking by --yes. */
  readonly confirm: (question: string) => Promise<boolean>;
  /** Where the endpoint is to be removed again: what to wait for. */
  readonly ended: (() => Promise<unknown>) | undefined;
};

/**
 * Runs `endpoints`.
 *
 * @returns The exit code: 1 where `diff` finds something to change, and where the question is answered with no.
 * @throws {TypeError} For arguments that cannot be, and what the provider or the stage does not have.
 * @throws {ProviderCallError} For a call that the provider does not answer with success.
 */
export async function endpoints(
  args: readonly string[],
  print: (line: string) => void,
  given: EndpointsInput = {},
): Promise<number> {
  const { values, positionals } = parseArgs({ args: taskArguments(args), options, allowPositionals: true });
  const [stage, source, action, ...more] = positionals;
  if (stage === undefined || source === undefined || action === undefined) throw new TypeError(usage);
  // What is too much may be a key: it is not repeated.
  if (more.length > 0) throw new TypeError(`Cannot take a key as an argument: it would be seen\n${usage}`);
  if (!isAction(action)) throw new TypeError(`Cannot ${action} endpoints\n${usage}`);
  if (!Object.hasOwn(stages, stage)) {
    throw new TypeError(`Cannot look at stage "${stage}": infra/config.ts has ${Object.keys(stages).join(", ")}`);
  }
  if (values["key-file"] === "-" && !values.yes && (action === "apply" || action === "delete")) {
    throw new TypeError(`Cannot ask before ${action}: standard input holds the API key; give --yes, or a file`);
  }
  const url = values.url === undefined ? undefined : checkUrl("--url", values.url);
  const place = await openStage(stage, { url, local: values.local }, given);
  try {
    const { provider, api } = apiOf(source, place);
    const key = await readKey(values["key-file"], () => storedApiKey(place.secrets, stage, source));
    const client = createProviderClient({
      api,
      title: provider.title,
      key,
      baseUrl: values.api === undefined ? api.baseUrl : checkUrl("--api", values.api),
      withinSeconds: readSeconds(values.within),
      sleep: given.sleep ?? sleep,
      now: given.now ?? (() => new Date()),
    });
    const now = given.now?.() ?? new Date();
    const end: ProviderEnd = {
      api,
      provider,
      client,
      owner: readOwner(api, values.owner),
      url: `${place.url}/${source}`,
      place: { client: place.secrets, stage, source, now },
    };
    const ask = given.ask ?? askYes;
    return await actions[action]({
      end,
      routed: routedTypes(place.events, source),
      print,
      confirm: async (question) => values.yes || (await ask(question)),
      ended: values["remove-at-end"] ? (given.ended ?? interrupted) : undefined,
    });
  } finally {
    place.secrets.destroy();
  }
}

async function list({ end, print }: Run): Promise<number> {
  const found = await listEndpoints(end);
  const ours = endpointAt(found, end.url);
  if (found.length === 0) print(`${end.provider.title} has no endpoint that this key sees.`);
  for (const endpoint of found) print(endpointLine(endpoint, endpoint === ours));
  return 0;
}

async function diff(run: Run): Promise<number> {
  return (await showPlan(run)).changes ? 1 : 0;
}

async function apply(run: Run): Promise<number> {
  const { end, print, confirm, ended } = run;
  const plan = await showPlan(run);
  if (plan.endpoint?.off !== undefined && !end.api.switchesOn) {
    print("Its API has no documented way to switch it on: do it at the provider, or delete it and apply again.");
  }
  const { title } = end.provider;
  if (plan.changes && !(await confirm(`Apply this at ${title}?`))) return unchanged(print);
  const id = plan.changes || plan.endpoint === undefined ? await applyPlan(end, plan) : plan.endpoint.id;
  if (plan.changes) print(`${plan.endpoint === undefined ? "Created" : "Changed"} ${id} at ${title}.`);
  if (ended === undefined) return 0;
  const interruption = ended();
  print("Ctrl-C deletes the endpoint.");
  await interruption;
  await deleteEndpoint(end, id);
  print(`Deleted ${id} at ${title}.`);
  return 0;
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
  const plan = planEndpoint(end.api, endpointAt(await listEndpoints(end), end.url), routed);
  const { secrets } = await readSecrets(end.place);
  for (const line of planLines(end, plan, secrets.length > 0)) print(line);
  return plan;
}

/** @throws {TypeError} Where it is not registered. */
async function findOurs(end: ProviderEnd): Promise<RegisteredEndpoint> {
  const ours = endpointAt(await listEndpoints(end), end.url);
  if (ours !== undefined) return ours;
  throw new TypeError(`Cannot find the endpoint ${end.url} at ${end.provider.title}: create it with apply`);
}

function isAction(action: string): action is keyof typeof actions {
  return Object.hasOwn(actions, action);
}

function apiOf(source: string, { sources }: StagePlace) {
  const name = Object.hasOwn(sources, source) ? sources[source] : undefined;
  const provider = name === undefined ? undefined : providers[name];
  if (name === undefined || provider === undefined) {
    throw new TypeError(
      `Cannot find source "${source}": there is ${Object.keys(sources).join(", ")}; write lambdas/events/${source}/<event type>.ts`,
    );
  }
  const api = endpointApis.get(name);
  if (api !== undefined) return { provider, api };
  throw new TypeError(
    `Cannot register ${source}: no API of ${provider.title} is known here, only of ${[...endpointApis.keys()].join(", ")}; npm run sources says what to enter by hand`,
  );
}

function readOwner({ owner }: EndpointApi, given: string | undefined): string {
  if (owner === undefined || given !== undefined) return given ?? "";
  throw new TypeError(`Cannot tell whose endpoints are meant: give --owner, ${owner}`);
}

async function readKey(file: string | undefined, stored: () => Promise<string>): Promise<string> {
  if (file === undefined) return await stored();
  return checkApiKey(file === "-" ? await text(process.stdin) : readFileSync(file, "utf8"));
}

/** HTTPS, since the key and secrets pass by it; HTTP on this machine alone. */
function checkUrl(option: string, given: string): string {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  const isHere = url?.protocol === "http:" && ["127.0.0.1", "localhost", "[::1]"].includes(url.hostname);
  if (url?.protocol === "https:" || isHere) return given;
  throw new TypeError(`Cannot look at endpoints: ${option} takes an address with https://, received "${given}"`);
}

function readSeconds(given: string): number {
  const seconds = Number(given);
  if (seconds > 0 && seconds <= 120) return seconds;
  throw new TypeError(`Cannot look at endpoints: --within takes seconds from above 0 to 120, received "${given}"`);
}

async function interrupted(): Promise<void> {
  await new Promise<void>((resolve) => {
    // A signal alone keeps no process up.
    const stay = setInterval(() => {}, 60_000);
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      process.once(signal, () => {
        clearInterval(stay);
        resolve();
      });
    }
  });
}

if (import.meta.main) await runCommand(endpoints);
