import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { sources, stages } from "../../infra/config.ts";
import { providers } from "../../lambdas/providers/mod.ts";
import { checkApiKey, storedApiKey } from "../endpoints/api-key.ts";
import type { EndpointApi } from "../endpoints/endpoint-api.ts";
import { endpointApis } from "../endpoints/endpoint-apis.ts";
import type { ProviderEnd } from "../endpoints/our-endpoint.ts";
import { createProviderClient } from "../endpoints/provider-client.ts";
import { routedTypes } from "../endpoints/routed-types.ts";
import { openStage, type StagePlace } from "../endpoints/stage-place.ts";
import { actions } from "./endpoint-actions.ts";
import { readSecretInput } from "./input-file.ts";
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

/** The tools of `endpoints`. */
type EndpointsInput = Parameters<typeof openStage>[2] & {
  readonly ask?: (question: string) => Promise<boolean>;
  readonly sleep?: (milliseconds: number) => Promise<void>;
  /** Resolves when the command is to end. Defaults to Ctrl-C, or SIGTERM. */
  readonly ended?: () => Promise<unknown>;
};

/**
 * Runs `endpoints`.
 *
 * @returns The exit code: 1 where `diff` finds something to change, and where the question is answered with no.
 * @throws {TypeError} For arguments that cannot be, and for an endpoint or a stage that is not there.
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
  // A further argument may be a key, and so may one in the place of the action: neither is repeated.
  if (more.length > 0) throw new TypeError(`Cannot take a key as an argument: it would be seen\n${usage}`);
  if (!isAction(action))
    throw new TypeError(`Cannot tell the action: it is none of list, diff, apply, test, delete\n${usage}`);
  if (!Object.hasOwn(stages, stage)) {
    throw new TypeError(`Cannot look at stage "${stage}": infra/config.ts has ${Object.keys(stages).join(", ")}`);
  }
  if (values["key-file"] === "-" && !values.yes && (action === "apply" || action === "delete")) {
    throw new TypeError(`Cannot ask before ${action}: standard input holds the API key; give --yes, or a file`);
  }
  if (values["remove-at-end"] && action !== "apply") {
    throw new TypeError(`Cannot ${action} with --remove-at-end: it belongs to apply`);
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
      ended: values["remove-at-end"] ? (given.ended ?? stayUntil) : undefined,
    });
  } finally {
    place.secrets.destroy();
  }
}

function isAction(action: string): action is keyof typeof actions {
  return Object.hasOwn(actions, action);
}

/** A source without an event file has the provider of its name: its endpoint can still be deleted. */
function apiOf(source: string, place: StagePlace) {
  const name = { ...sources, ...place.sources }[source] ?? source;
  const provider = Object.hasOwn(providers, name) ? providers[name] : undefined;
  if (provider === undefined) {
    const known = Object.keys(place.sources).join(", ");
    throw new TypeError(
      `Cannot find source "${source}": there is ${known}; write lambdas/events/${source}/<event type>.ts`,
    );
  }
  const api = endpointApis.get(name);
  if (api !== undefined) return { provider, api };
  throw new TypeError(
    `Cannot register ${source}: no API of ${provider.title} is known here, only of ${[...endpointApis.keys()].join(", ")}; npm run sources says what to enter by hand`,
  );
}

function readOwner({ owner }: EndpointApi, given: string | undefined): string {
  if (owner === undefined) return "";
  // A part of a path, at GitHub: "." and ".." would lead elsewhere.
  const names = given?.split("/") ?? [];
  const isFit = names.length <= 2 && names.every((name) => /^[\w.-]+$/.test(name) && !/^\.\.?$/.test(name));
  if (given !== undefined && isFit) return given;
  throw new TypeError(`Cannot tell whose endpoints are meant: give --owner, ${owner}`);
}

async function readKey(file: string | undefined, stored: () => Promise<string>): Promise<string> {
  return file === undefined ? await stored() : checkApiKey(await readSecretInput("--key-file", file));
}

/** HTTPS, since the key and secrets pass by it; HTTP on this machine alone. Paths are added at its end. */
function checkUrl(option: string, given: string): string {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  const isHere = url?.protocol === "http:" && ["127.0.0.1", "localhost", "[::1]"].includes(url.hostname);
  const isBare = `${url?.username}${url?.password}${url?.search}${url?.hash}` === "";
  if (url !== undefined && isBare && (url.protocol === "https:" || isHere)) return `${url.origin}${url.pathname}`;
  // It may hold a password: it is not repeated.
  throw new TypeError(
    `Cannot look at endpoints: ${option} takes an address with https://, and no password, query or fragment in it`,
  );
}

function readSeconds(given: string): number {
  const seconds = Number(given);
  if (seconds > 0 && seconds <= 120) return seconds;
  throw new TypeError(`Cannot look at endpoints: --within takes seconds from above 0 to 120, received "${given}"`);
}

/** Waits for an interruption: a signal alone keeps no process up. */
async function stayUntil(interruption: Promise<void>): Promise<void> {
  const stay = setInterval(() => {}, 60_000);
  await interruption;
  clearInterval(stay);
}

if (import.meta.main) await runCommand(endpoints);
