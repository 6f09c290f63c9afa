import { setTimeout as sleep } from "node:timers/promises";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { sources } from "../../infra/config.ts";
import { defined } from "../../lambdas/core/bytes/defined.ts";
import { providers } from "../../lambdas/providers/mod.ts";
import { checkApiKey, storedApiKey } from "../endpoints/api-key.ts";
import type { EndpointApi } from "../endpoints/endpoint-api.ts";
import { endpointApis } from "../endpoints/endpoint-apis.ts";
import { openEnd, ownerFor } from "../endpoints/our-endpoint.ts";
import { routedTypes } from "../endpoints/routed-types.ts";
import type { StagePlaces } from "../stage/find-stage.ts";
import type { Stage } from "../stage/stage.ts";
import { type Command, command, stageWord, usageError } from "./command.ts";
import { actions } from "./endpoint-actions.ts";
import { readSecretInput } from "./input-file.ts";
import { openStage } from "./stage.ts";
import { stageHelp, stageOptions } from "./stage-options.ts";
import { askYes } from "./terminal.ts";
import { UsageError } from "./usage-error.ts";

const help = {
  name: "endpoints",
  says: "registers a source's URL at its provider, by the provider's API",
  takes: [stageWord, "<source>", "list|diff|apply|test|delete"],
  more: [
    stageHelp,
    "list    every endpoint that the key sees; ours has a *",
    "diff    what apply would change; exit code 1 where there is something",
    "apply   creates or changes ours as the event files want it, after asking; touches no other",
    "test    has the provider send a test delivery to ours",
    "delete  removes ours, after asking",
  ],
  options: {
    "key-file": {
      type: "string",
      value: "F|-",
      says: "the API key, from a file or standard input; defaults to the secret hookline-api/<stage>/<source>",
    },
    owner: {
      type: "string",
      value: "NAME",
      says: "whose endpoints: at GitHub OWNER/REPO or an organisation, at Whop the account (biz_…)",
    },
    url: {
      type: "string",
      value: "URL",
      says: "the stage's address: of a tunnel to the local run, which needs it; defaults to its FunctionUrl on AWS",
    },
    ...stageOptions,
    "remove-at-end": {
      type: "boolean",
      says: "apply stays until Ctrl-C, and deletes the endpoint then: for a tunnel",
    },
    api: {
      type: "string",
      value: "URL",
      says: "the provider's API elsewhere: GitHub Enterprise Server, Whop's sandbox",
    },
    within: { type: "string", value: "N", says: "seconds that one answer of the provider may take", default: "15" },
    yes: { type: "boolean", says: "do not ask" },
    json: { type: "boolean", says: "print a JSON object a line for list, as in docs/formats.md" },
  },
  examples: ["dev stripe apply --key-file key.txt", "dev github list --owner OWNER/REPO"],
} as const;

/** The tools of `endpoints`. */
type EndpointsInput = StagePlaces & {
  readonly now?: () => Date;
  readonly ask?: (question: string) => Promise<boolean>;
  readonly sleep?: (milliseconds: number) => Promise<void>;
  /** Resolves when the command is to end. Defaults to Ctrl-C, or SIGTERM. */
  readonly ended?: () => Promise<unknown>;
};

/**
 * Lists, compares, creates, tests and deletes a source's endpoint. Returns 1 where `diff` finds something to change, and where
 * the question is answered with no.
 *
 * @throws {TypeError} For arguments that cannot be, and for an endpoint or a stage that is not there.
 * @throws {ProviderCallError} For a call that the provider does not answer with success.
 */
export const endpoints: Command<[given: EndpointsInput]> = command(
  help,
  async ({ values, taken, print }, given: EndpointsInput = {}) => {
    const [stageName, source = "", action = ""] = taken;
    if (!isAction(action)) throw usageError(help, "the action is unknown");
    if (values["key-file"] === "-" && !values.yes && (action === "apply" || action === "delete")) {
      throw usageError(help, `standard input holds the API key, so ${action} cannot ask; give --yes, or a file`);
    }
    if (values.json && action !== "list") throw usageError(help, `--json belongs to list, received ${action}`);
    if (values["remove-at-end"] && action !== "apply") {
      throw usageError(help, `--remove-at-end belongs to apply, received ${action}`);
    }
    const own = values.url === undefined ? undefined : checkUrl("--url", values.url);
    const withinSeconds = readSeconds(values.within);
    const ownApi = values.api === undefined ? undefined : checkUrl("--api", values.api);
    const ownKey = await readKey(values["key-file"]);
    const stage = await openStage(stageName, values, given);
    try {
      if (!values.json) print(stage.place);
      const address = own ?? (stage.run === undefined ? stage.url : undefined);
      if (address === undefined) {
        throw new TypeError("Cannot tell the provider the local run's address: give that of a tunnel to it with --url");
      }
      const { name: provider, api } = apiOf(source, stage);
      const secrets = stage.clients.of("secretsmanager", SecretsManagerClient);
      const key = ownKey ?? (await storedApiKey(secrets, stage.name, source));
      const end = openEnd({
        ...{ stage, source, provider, address, key, withinSeconds },
        owner: readOwner(api, values.owner),
        sleep: given.sleep ?? sleep,
        ...defined({ baseUrl: ownApi, now: given.now }),
      });
      const ask = given.ask ?? askYes;
      return await actions[action]({
        end,
        routed: routedTypes(stage.events, source),
        print,
        json: values.json,
        confirm: async (question) => values.yes || (await ask(question)),
        ended: values["remove-at-end"] ? (given.ended ?? stayUntil) : undefined,
      });
    } finally {
      stage.clients.close();
    }
  },
);

function isAction(action: string): action is keyof typeof actions {
  return Object.hasOwn(actions, action);
}

/** A source without an event file has the provider of its name: its endpoint can still be deleted. */
function apiOf(source: string, stage: Stage) {
  const name = { ...sources, ...stage.sources }[source] ?? source;
  const provider = Object.hasOwn(providers, name) ? providers[name] : undefined;
  if (provider === undefined) {
    const known = Object.keys(stage.sources).join(", ");
    throw new UsageError(
      `Cannot find source "${source}": there is ${known}; write lambdas/events/${source}/<event type>.ts`,
    );
  }
  const api = endpointApis.get(name);
  if (api !== undefined) return { name, api };
  throw new UsageError(
    `Cannot register ${source}: no API of ${provider.title} is known here, only of ${[...endpointApis.keys()].join(", ")}; npm run sources says what to enter by hand`,
  );
}

function readOwner(api: EndpointApi, given: string | undefined): string {
  const owner = ownerFor(api, given);
  if (owner !== undefined) return owner;
  throw new UsageError(`Cannot tell whose endpoints are meant: give --owner, ${api.owner}`);
}

async function readKey(file: string | undefined): Promise<string | undefined> {
  return file === undefined ? undefined : checkApiKey(await readSecretInput("--key-file", file));
}

/** HTTPS, since the key and secrets pass by it; HTTP on this machine alone. Paths are added at its end. */
function checkUrl(option: string, given: string): string {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  const isHere = url?.protocol === "http:" && ["127.0.0.1", "localhost", "[::1]"].includes(url.hostname);
  const isBare = `${url?.username}${url?.password}${url?.search}${url?.hash}` === "";
  if (url !== undefined && isBare && (url.protocol === "https:" || isHere)) return `${url.origin}${url.pathname}`;
  // It may hold a password: it is not repeated.
  throw new UsageError(
    `Cannot look at endpoints: ${option} takes an address with https://, and no password, query or fragment in it`,
  );
}

function readSeconds(given: string): number {
  const seconds = Number(given);
  if (seconds > 0 && seconds <= 120) return seconds;
  throw new UsageError(`Cannot look at endpoints: --within takes seconds from above 0 to 120, received "${given}"`);
}

/** Waits for an interruption: a signal alone keeps no process up. */
async function stayUntil(interruption: Promise<void>): Promise<void> {
  const stay = setInterval(() => {}, 60_000);
  await interruption;
  clearInterval(stay);
}
