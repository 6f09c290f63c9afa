import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { splitEventName } from "../../infra/build/event-files.ts";
import { sources } from "../../infra/config.ts";
import { providers } from "../../lambdas/providers/mod.ts";
import { siblingAdvice } from "../endpoints/siblings.ts";
import { eventFiles } from "../scaffold/event.ts";
import { writeNewFiles } from "../scaffold/files.ts";
import { checkProviderName, quoted } from "../scaffold/names.ts";
import { providerFiles } from "../scaffold/provider.ts";
import { withProvider } from "../scaffold/register.ts";
import { taskArguments } from "./task-arguments.ts";
import { runCommand } from "./terminal.ts";

const usage = `new makes the files of an event type or of a provider
  new event <source>/<type>   a processor, a sample where there is none, and a test
  new provider <name>         a description of what it signs, vectors, and a sample`;

/**
 * Runs `new`: writes files, and overwrites none.
 *
 * @param root The folder of the project.
 * @throws {TypeError} For arguments that cannot be, and where a file is there already.
 */
export function scaffold(
  args: readonly string[],
  print: (line: string) => void,
  root: string = fileURLToPath(new URL("../..", import.meta.url)),
): void {
  const { positionals } = parseArgs({ args: taskArguments(args), allowPositionals: true });
  const [what, name = "", ...more] = positionals;
  if (more.length > 0 || name === "") throw new TypeError(usage);
  if (what === "event") newEvent(name, print, root);
  else if (what === "provider") newProvider(name, print, root);
  else throw new TypeError(usage);
}

function newEvent(name: string, print: (line: string) => void, root: string): void {
  const split = splitEventName(name);
  if (split === undefined) {
    throw new TypeError(`Cannot make event ${quoted(name)}: it is <source>/<type>, such as stripe/invoice.paid`);
  }
  const { source, type } = split;
  const of = Object.hasOwn(sources, source) ? sources[source] : source;
  const provider = of !== undefined && Object.hasOwn(providers, of) ? providers[of] : undefined;
  if (provider === undefined) {
    throw new TypeError(
      `Cannot make event ${quoted(name)}: there is no provider "${source}"; map the source in infra/config.ts, or make one: npm run new -- provider ${source}`,
    );
  }
  const files = eventFiles(root, source, type, provider);
  writeNewFiles(root, files);
  for (const { path } of files) print(`wrote ${path}`);
  for (const advice of siblingAdvice(provider, { ...sources, ...foldersOf(root) })) print(`Note: ${advice}`);
  print("Next: write what it does; npm test; npm run synth, which notes its queue in infra/pipelines.json");
}

/** The sources that have a folder of event files and a provider of their name. */
function foldersOf(root: string): Readonly<Record<string, string>> {
  const folders = readdirSync(join(root, "lambdas/events"));
  return Object.fromEntries(folders.filter((name) => Object.hasOwn(providers, name)).map((name) => [name, name]));
}

function newProvider(name: string, print: (line: string) => void, root: string): void {
  const mod = join(root, "lambdas/providers/mod.ts");
  const text = readFileSync(mod, "utf8");
  checkProviderName(name, text);
  const registered = withProvider(text, name);
  const files = providerFiles(name, new Date().toISOString().slice(0, 7));
  writeNewFiles(root, files);
  writeFileSync(mod, registered);
  for (const { path } of files) print(`wrote ${path}`);
  print("changed lambdas/providers/mod.ts");
  print(`Next: describe what ${name} signs; npm test runs the suite on it; npm run providers writes docs/providers.md`);
}

if (import.meta.main) await runCommand(scaffold);
