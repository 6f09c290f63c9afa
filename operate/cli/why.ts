import { defined } from "../../lambdas/core/bytes/defined.ts";
import { readLocalRun, runFolder } from "../../local/local-run.ts";
import { findKept } from "../send/kept-delivery.ts";
import type { Attempt } from "../why/attempt.ts";
import { addHeader, type Dump, DumpError, readDump } from "../why/dump.ts";
import { explain, type OtherSecrets } from "../why/explain.ts";
import { keptAttempt } from "../why/why-refused.ts";
import { type Command, command, usageError, type Values as ValuesOf } from "./command.ts";
import { readInputFile, readSecretInput } from "./input-file.ts";
import { providerNamed } from "./provider-named.ts";
import { UsageError } from "./usage-error.ts";

const help = {
  name: "why",
  says: "says why a delivery is refused, and what to do",
  takes: [],
  options: {
    last: {
      type: "boolean",
      says: "the delivery that came last to the local run, by the run's secrets; no file is needed",
    },
    provider: { type: "string", value: "NAME", says: "the provider that it should be of, as in docs/providers.md" },
    "secret-file": { type: "string", value: "F", says: "the configured secret, as it is stored", multiple: true },
    header: { type: "string", value: "'name: text'", says: "a header as it was received", multiple: true },
    "headers-file": {
      type: "string",
      value: "F",
      says: "all headers, a line each or as JSON; or the whole request: raw HTTP, curl -v, an entry of a HAR file",
    },
    "body-file": {
      type: "string",
      value: "F",
      says: "the body as it was received, to the byte; defaults to that of the whole request",
    },
    now: { type: "string", value: "T", says: "its time: ISO 8601, or seconds since 1970; defaults to now" },
    url: {
      type: "string",
      value: "URL",
      says: "the URL that it was posted to; where the provider signs it, the registered one",
    },
    method: { type: "string", value: "M", says: "its method; defaults to that of the whole request, else POST" },
    "other-secret-file": {
      type: "string",
      value: "F",
      says: "a secret of another source or stage that may have signed it",
      multiple: true,
    },
    json: { type: "boolean", says: "print one JSON object, as in docs/formats.md" },
  },
  examples: ["--last", "--provider stripe --secret-file secret.txt --headers-file headers.txt --body-file body.bin"],
} as const;

type Values = ValuesOf<typeof help.options>;
/** A delivery as it was verified, and when. */
type Asked = { readonly name: string; readonly attempt: Attempt; readonly now: Date; readonly others?: OtherSecrets };

/**
 * Prints why a delivery is refused. Returns 0 where it is right, and 1 otherwise.
 *
 * @throws {TypeError} For arguments that cannot be, and where `--last` finds no delivery.
 */
export const why: Command<[folder: string]> = command(help, async ({ values, print }, folder = runFolder) => {
  const { name, attempt, now, others } = values.last ? await cameLast(values, folder) : await given(values);
  const files = values["other-secret-file"];
  const secrets = await Promise.all(files.map((file) => readSecretInput("--other-secret-file", file)));
  const named = Object.fromEntries(files.map((file, index) => [file, secrets.slice(index, index + 1)]));
  const { verdict, lines: said } = await explain(attempt, { now, others: { ...others, ...named } });
  if (values.json) print(JSON.stringify({ provider: name, verdict, says: said }));
  else for (const line of [`${verdict}`, ...said]) print(line);
  return verdict === "verified" ? 0 : 1;
});

/** The delivery that came last to the local run. */
async function cameLast(values: Values, folder: string): Promise<Asked> {
  const own = ["last", "other-secret-file", "json", "quiet", "verbose"];
  const isGiven = (value: unknown) => value !== undefined && value !== false && [value].flat().length > 0;
  const other = Object.entries(values).find(([option, value]) => isGiven(value) && !own.includes(option));
  if (other !== undefined)
    throw usageError(help, `--last takes a delivery as it came: --${other[0]} does not go with it`);
  const run = readLocalRun(folder);
  if (run === undefined) throw new TypeError("Cannot say why: no local run is on (npm start)");
  const came = keptAttempt(run, await findKept(run));
  if (came !== undefined) return { ...came, name: came.attempt.provider.name };
  throw new TypeError(
    `Cannot say why: it came to a path that no source has; there are ${Object.keys(run.sources).join(", ")}`,
  );
}

/** A delivery that files and options describe. */
async function given(values: Values): Promise<Asked> {
  const { provider: name, url, method } = values;
  const secretFiles = values["secret-file"];
  const [bodyFile, headersFile] = [values["body-file"], values["headers-file"]];
  const dump = headersFile === undefined ? { headers: new Headers() } : readHeadersFile(headersFile);
  const body = bodyFile === undefined ? dump.body : new Uint8Array(readInputFile("--body-file", bodyFile));
  const missing = [
    ...(name === undefined ? ["--provider"] : []),
    ...(secretFiles.length === 0 ? ["--secret-file"] : []),
    ...(body === undefined
      ? [headersFile === undefined ? "--body-file" : "--body-file, since the dump has no body"]
      : []),
  ];
  if (name === undefined || body === undefined || missing.length > 0) {
    throw usageError(
      help,
      `missing: ${missing.join(" and ")}; or --last, the delivery that came last to the local run`,
    );
  }
  const provider = providerNamed(name, "Cannot say why:");
  const delivery = {
    method: method ?? dump.method ?? "POST",
    url: url ?? dump.url ?? `/${name}`,
    headers: withHeaders(dump.headers, values.header),
    body,
  };
  const secrets = await Promise.all(secretFiles.map((file) => readSecretInput("--secret-file", file)));
  return { name, attempt: { provider, secrets, delivery, ...defined({ url }) }, now: readTime(values.now) };
}

function readHeadersFile(file: string): Dump {
  try {
    return readDump(new Uint8Array(readInputFile("--headers-file", file)));
  } catch (error) {
    if (error instanceof DumpError) throw new UsageError(`Cannot read --headers-file: ${error.message}`);
    throw error;
  }
}

function withHeaders(headers: Headers, lines: readonly string[]): Headers {
  for (const text of lines) {
    try {
      addHeader(headers, { number: 1, text });
    } catch (error) {
      if (error instanceof DumpError)
        throw new UsageError(`Cannot read --header: ${error.message.replace("line 1", "it")}`);
      throw error;
    }
  }
  return headers;
}

function readTime(text: string | undefined): Date {
  if (text === undefined) return new Date();
  const time = /^\d{1,10}$/.test(text) ? new Date(Number(text) * 1000) : new Date(text);
  if (!Number.isNaN(time.getTime())) return time;
  throw new UsageError(`Cannot read --now: it is ISO 8601 or seconds since 1970, received "${text}"`);
}
