import { defined } from "../../lambdas/core/bytes/defined.ts";
import type { Provider } from "../../lambdas/core/provider.ts";
import { isUnset } from "../../lambdas/core/verify/unset-secret.ts";
import { checkEndpoint, type EndpointReport, isThisMachine } from "../endpoint-check/check-endpoint.ts";
import type { Finding } from "../endpoint-check/checks.ts";
import { mostPosts } from "../endpoint-check/courier.ts";
import { sampleTypes } from "../samples/sample.ts";
import { type Command, command, usageError } from "./command.ts";
import { readSecretInput } from "./input-file.ts";
import { providerNamed } from "./provider-named.ts";
import { askYes } from "./terminal.ts";
import { UsageError } from "./usage-error.ts";

const help = {
  name: "check-endpoint",
  says: "posts right and forged samples to any webhook endpoint, and scores it",
  takes: ["<url>"],
  options: {
    provider: { type: "string", value: "NAME", says: "the provider that it is for, as in docs/providers.md" },
    "secret-file": {
      type: "string",
      value: "F|-",
      says: "the secret that it verifies with, from a file or standard input",
    },
    type: {
      type: "string",
      value: "T",
      says: "the event type of the samples; defaults to the provider's first sample",
    },
    "failing-type": {
      type: "string",
      value: "T",
      says: "an event type whose processing always fails there; without it, failures are not tried",
    },
    within: { type: "string", value: "SECONDS", says: "how long the provider waits; defaults to docs/providers.md" },
    json: { type: "boolean", says: "print the report as JSON" },
    yes: { type: "boolean", says: "post to another machine without asking" },
  },
  examples: [
    "http://127.0.0.1:3000/webhooks --provider stripe --secret-file secret.txt",
    "https://hooks.example/stripe --provider stripe --secret-file - --json --yes < secret.txt",
  ],
} as const;

/** The tools of `check-endpoint`. */
type Terminal = {
  /** Asks a person; false without an answer. */
  readonly ask: (question: string) => Promise<boolean>;
  readonly fetch?: typeof fetch;
};

/**
 * Prints each finding, and never the secret or an answer. Returns 0 where every check passed that was tried, 1 where one failed.
 *
 * @throws {UsageError} For arguments that cannot be, and where nobody says yes.
 */
export const checkEndpointCommand: Command<[Terminal]> = command(
  help,
  async ({ values, taken: [address = ""], print }, terminal: Terminal = { ask: askYes }) => {
    const { ask, ...given } = terminal;
    const secretFile = values["secret-file"];
    if (secretFile === undefined || values.provider === undefined)
      throw usageError(help, "--provider and --secret-file are needed");
    const provider = providerNamed(values.provider, "Cannot check the endpoint:");
    const url = readUrl(address);
    const withinSeconds = readSeconds(values.within);
    const secret = await readSecret(secretFile);

    const where = `${url.origin}${url.pathname}`;
    const question = `Post up to ${mostPosts} samples of ${provider.title} to ${where}? It may act on those that are right`;
    if (!isThisMachine(url) && !values.yes && !(await ask(question))) {
      throw new UsageError("Nothing was posted: give --yes, or answer y");
    }
    const report = await checkEndpoint({
      ...given,
      ...{ url, provider, secret, type: values.type ?? firstType(provider) },
      ...defined({ failingType: values["failing-type"], withinSeconds }),
    }).catch(asUsage);
    if (values.json) print(JSON.stringify({ url: where, provider: provider.name, ...report }));
    else for (const line of linesOf(report, `${where} as an endpoint of ${provider.title}`)) print(line);
    return report.failed === 0 ? 0 : 1;
  },
);

/** No request was made: a type without a sample, or a secret in another format. */
function asUsage(error: unknown): never {
  throw error instanceof TypeError ? new UsageError(error.message) : error;
}

function linesOf({ findings, posted, ...score }: EndpointReport, title: string): readonly string[] {
  const width = Math.max(...findings.map((finding) => finding.title.length));
  const lines = findings.flatMap((finding) => lineOf(finding, width));
  const tried = score.passed + score.failed;
  const untried = findings.length - tried;
  return [
    title,
    ...lines,
    `Score: ${score.passed} of ${tried} passed, ${untried} not tried, ${posted} deliveries posted`,
  ];
}

function lineOf({ title, state, says, remedy }: Finding, width: number): readonly string[] {
  const line = `  ${(state === "failed" ? "FAILED" : state).padEnd(9)}  ${title.padEnd(width)}  ${says}`;
  return remedy === undefined ? [line] : [line, `             → ${remedy}`];
}

function readUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isFit = url !== undefined && /^https?:$/.test(url.protocol) && url.username === "" && url.password === "";
  if (isFit) return url;
  throw new UsageError(
    "Cannot check the endpoint: its URL must begin with http:// or https://, and have no password in it",
  );
}

async function readSecret(file: string): Promise<string> {
  const secret = await readSecretInput("--secret-file", file);
  if (!isUnset(secret)) return secret;
  throw new UsageError("Cannot check the endpoint: --secret-file holds no secret, or a placeholder");
}

function readSeconds(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const seconds = Number(text);
  if (seconds > 0 && seconds <= 120) return seconds;
  throw new UsageError(`Cannot check the endpoint: --within takes seconds from above 0 to 120, received "${text}"`);
}

function firstType({ name }: Provider): string {
  return sampleTypes(name)[0] ?? "";
}
