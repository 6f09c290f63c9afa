import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { splitEventName } from "../../infra/build/event-files.ts";
import { sources } from "../../infra/config.ts";
import { didYouMean } from "../../lambdas/core/checks/nearest.ts";
import { providers } from "../../lambdas/providers/mod.ts";
import { siblingAdvice } from "../endpoints/siblings.ts";
import { sampleTypes } from "../samples/sample.ts";
import { eventFiles } from "../scaffold/event.ts";
import { writeNewFiles } from "../scaffold/files.ts";
import { checkProviderName, quoted } from "../scaffold/names.ts";
import { providerFiles } from "../scaffold/provider.ts";
import { withProvider } from "../scaffold/register.ts";
import { type Command, command } from "./command.ts";
import { UsageError } from "./usage-error.ts";

/**
 * Writes the files of an event type or of a provider, and overwrites none. `root` is the folder of the project.
 *
 * @throws {TypeError} For arguments that cannot be, and where a file is there already.
 */
export const scaffold: Command<[root: string]> = command(
  {
    name: "new",
    says: "makes the files of an event type or of a provider",
    takes: ["event|provider", "<name>"],
    options: {},
    more: [
      "event <source>/<type>  a processor, a sample where there is none, and a test",
      "provider <name>        a description of what it signs, vectors, and a sample",
    ],
    examples: ["event github/issues", "provider acme"],
  },
  async ({ taken: [what, name = ""], print }, root: string = fileURLToPath(new URL("../..", import.meta.url))) => {
    if (what === "event") newEvent(name, print, root);
    else newProvider(name, print, root);
    return 0;
  },
);

function newEvent(name: string, print: (line: string) => void, root: string): void {
  const split = splitEventName(name);
  if (split === undefined) {
    throw new UsageError(`Cannot make event ${quoted(name)}: it is <source>/<type>, such as stripe/invoice.paid`);
  }
  const { source, type } = split;
  const of = Object.hasOwn(sources, source) ? sources[source] : source;
  const provider = of !== undefined && Object.hasOwn(providers, of) ? providers[of] : undefined;
  if (provider === undefined) {
    throw new UsageError(
      `Cannot make event ${quoted(name)}: there is no provider "${source}"; map the source in infra/config.ts, or make one: npm run new -- provider ${source}`,
    );
  }
  const known = sampleTypes(provider.name);
  const files = eventFiles(root, source, type, provider);
  writeNewFiles(root, files);
  for (const { path } of files) print(`wrote ${path}`);
  for (const advice of siblingAdvice(provider, { ...sources, ...foldersOf(root) })) print(`Note: ${advice}`);
  const meant = known.includes(type) ? "" : didYouMean(type, known);
  if (meant !== "") print(`Note: no sample of ${provider.title} is of ${quoted(type)}${meant}`);
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
