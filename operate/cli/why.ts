import { parseArgs } from "node:util";
import { defined } from "../../lambdas/core/bytes/defined.ts";
import { providers } from "../../lambdas/providers/mod.ts";
import { explain } from "../why/explain.ts";
import { readInputFile, readSecretInput } from "./input-file.ts";
import { taskArguments } from "./task-arguments.ts";
import { runCommand } from "./terminal.ts";

const usage = `why says why a delivery is refused, and what to do
  --provider NAME       the provider that it should be of, as in docs/providers.md
  --secret-file F       the secret that is configured, as it is stored; several times for several
  --header 'name: text' a header as it came; several times for all of them
  --headers-file F      all of them, a line each
  --body-file F         the body as it came, to the byte
  --now T               when it came: ISO 8601, or seconds since 1970; default: now
  --url URL             where it came in; where the provider signs it, as it is registered
  --method M            default: POST
  --other-secret-file F a secret of another source or stage that it may be by; several times for several`;

const options = {
  provider: { type: "string" },
  "secret-file": { type: "string", multiple: true },
  header: { type: "string", multiple: true },
  "headers-file": { type: "string" },
  "body-file": { type: "string" },
  now: { type: "string" },
  url: { type: "string" },
  method: { type: "string", default: "POST" },
  "other-secret-file": { type: "string", multiple: true },
} as const;

/**
 * Runs `why`. Says what it found on `print`, and never a secret or an expected signature.
 *
 * @returns The exit code: 0 where the delivery is right.
 * @throws {TypeError} For arguments that cannot be.
 */
export async function why(args: readonly string[], print: (line: string) => void): Promise<number> {
  const { values } = parseArgs({ args: taskArguments(args), options });
  const { provider: name, url, method } = values;
  if (name === undefined || values["body-file"] === undefined || values["secret-file"] === undefined) {
    throw new TypeError(usage);
  }
  const provider = Object.hasOwn(providers, name) ? providers[name] : undefined;
  if (provider === undefined)
    throw new TypeError(`Cannot say why: there is no provider "${name}"; docs/providers.md has all`);
  const headersFile = values["headers-file"];
  const lines = [
    ...(values.header ?? []),
    ...(headersFile === undefined ? [] : readInputFile("--headers-file", headersFile).toString("utf8").split(/\r?\n/)),
  ];
  const delivery = {
    method,
    url: url ?? `/${name}`,
    headers: readHeaders(lines.filter((line) => line.trim() !== "")),
    body: new Uint8Array(readInputFile("--body-file", values["body-file"])),
  };
  const read = async (option: string, files: readonly string[]) =>
    await Promise.all(files.map((file) => readSecretInput(option, file)));
  const otherFiles = values["other-secret-file"] ?? [];
  const otherSecrets = await read("--other-secret-file", otherFiles);
  const others = Object.fromEntries(otherFiles.map((file, index) => [file, otherSecrets.slice(index, index + 1)]));
  const secrets = await read("--secret-file", values["secret-file"]);
  const { verdict, lines: said } = await explain(
    { provider, secrets, delivery, ...defined({ url }) },
    { now: readTime(values.now), others },
  );
  print(`${verdict}`);
  for (const line of said) print(line);
  return verdict === "verified" ? 0 : 1;
}

function readHeaders(lines: readonly string[]): Headers {
  const headers = new Headers();
  for (const line of lines) {
    const [, name, value = ""] = /^([^:\s]+):(.*)$/.exec(line.trim()) ?? [];
    if (name === undefined)
      throw new TypeError(`Cannot read a header: it is "name: text", received ${line.length} characters without ":"`);
    headers.append(name, value.trim());
  }
  return headers;
}

function readTime(text: string | undefined): Date {
  if (text === undefined) return new Date();
  const time = /^\d{1,10}$/.test(text) ? new Date(Number(text) * 1000) : new Date(text);
  if (!Number.isNaN(time.getTime())) return time;
  throw new TypeError(`Cannot read --now: it is ISO 8601 or seconds since 1970, received "${text}"`);
}

if (import.meta.main) await runCommand(why, 2);
