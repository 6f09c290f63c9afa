import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import process from "node:process";
import { parseArgs } from "node:util";
import { proveFaults } from "./faults.ts";
import { proveFuzz } from "./fuzz.ts";
import { proveLoad } from "./load/load.ts";
import { proveModel } from "./model.ts";
import type { Effort, Part } from "./part.ts";
import { proveRefusals } from "./refusals.ts";
import { proveSimulation } from "./simulation.ts";

const usage = `proof shows that nothing is lost, part by part; without names: fuzz, refusals, model, faults, simulation
  proof [model|faults|simulation|fuzz|refusals|load …]
  --short        a small share of each part, in some minutes; docs/measured/proof.md stays as it is
  --minutes M    how long the load goes on; default: 5
  --seeds N      how many seeds the simulation plays; default: 100 000
  --requests N   how many requests are fuzzed; default: 1 000 000
  --seed N       the first seed; alone, just that one is played again`;

const options = {
  short: { type: "boolean", default: false },
  minutes: { type: "string" },
  seeds: { type: "string" },
  requests: { type: "string" },
  seed: { type: "string" },
} as const;

type Asked = Effort & { readonly minutes?: number; readonly requests?: number; readonly seeds?: number };

const parts: Readonly<Record<string, (asked: Asked) => Promise<Part>>> = {
  model: proveModel,
  faults: proveFaults,
  simulation: ({ seeds, ...effort }) =>
    proveSimulation({ ...effort, ...(seeds === undefined ? {} : { count: seeds }) }),
  fuzz: ({ requests, ...effort }) => proveFuzz({ ...effort, ...(requests === undefined ? {} : { count: requests }) }),
  refusals: proveRefusals,
  load: proveLoad,
};

function number(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const found = Number(text);
  if (Number.isInteger(found) && found >= 0) return found;
  throw new TypeError(`Cannot prove: --${name} takes a whole number, received "${text}"`);
}

/** Runs the parts that are asked for and returns them, each printed as it comes. @throws {TypeError} For wrong arguments. */
export async function prove(
  args: readonly string[],
  print: (text: string) => void,
): Promise<readonly (Part & { readonly name: string })[]> {
  const { values, positionals } = parseArgs({
    args: args[0] === "--" ? args.slice(1) : [...args],
    options,
    allowPositionals: true,
  });
  const replaysOne = values.seed !== undefined && values.seeds === undefined;
  const names =
    positionals.length > 0
      ? positionals
      : replaysOne
        ? ["simulation"]
        : ["fuzz", "refusals", "model", "faults", "simulation"];
  if (names.some((name) => !Object.hasOwn(parts, name))) throw new TypeError(usage);
  const seeds = replaysOne ? 1 : number("seeds", values.seeds);
  const asked: Asked = {
    size: values.short ? "short" : "full",
    seed: number("seed", values.seed) ?? (values.short ? Date.now() % 2 ** 31 : 1),
    progress: (text) => void process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${text}` : ""),
    ...defined({ minutes: number("minutes", values.minutes), requests: number("requests", values.requests), seeds }),
  };
  print(`seed ${asked.seed}`);
  const proved: (Part & { readonly name: string })[] = [];
  for (const name of names) {
    const started = performance.now();
    const part = await parts[name]?.(asked);
    if (part === undefined) continue;
    proved.push({ ...part, name });
    const seconds = Math.round((performance.now() - started) / 100) / 10;
    print(`\n## ${part.title}\n\n${part.markdown}\n${part.failures.length} failures, ${seconds} s`);
    for (const failure of part.failures) print(`FAILED ${failure}`);
  }
  return proved;
}

function defined<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}

/** Writes each part that was run in full into its own section of `docs/measured/proof.md`, and leaves the others as they are. */
export function withSections(text: string, proved: readonly Part[], by: string): string {
  const sections = new Map<string, string>();
  for (const section of text.split(/^(?=## )/m).slice(1)) sections.set(/^## (.*)/.exec(section)?.[1] ?? "", section);
  for (const { title, markdown, failures } of proved) {
    const wrong = failures.map((failure) => `- FAILED: ${failure}\n`).join("");
    sections.set(title, `## ${title}\n\n${by}\n\n${markdown.trim()}\n${wrong === "" ? "" : `\n${wrong}`}\n`);
  }
  return `# Proof\n\nWhat is measured by \`npm run proof\`, each part as it was last run in full.\n\n${[...sections.values()].join("")}`;
}

function writeDocument(command: string, proved: readonly Part[]): void {
  const file = new URL("../../docs/measured/proof.md", import.meta.url);
  const by = `By \`${command}\`: Node ${process.versions.node}, ${availableParallelism()} cores.`;
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  writeFileSync(file, `${withSections(text, proved, by).trimEnd()}\n`);
}

if (import.meta.main) {
  const args = process.argv.slice(2);
  try {
    const proved = await prove(args, (text) => console.log(text));
    const given = args.filter((argument) => argument !== "--");
    // Load has pages of its own, and a seed that is played again is no proof.
    const written = proved.filter(({ name }) => name !== "load");
    if (!given.includes("--short") && !given.includes("--seed")) {
      writeDocument(["npm run proof", ...(given.length > 0 ? ["--", ...given] : [])].join(" "), written);
    }
    process.exitCode = proved.some(({ failures }) => failures.length > 0) ? 1 : 0;
  } catch (error) {
    console.error(error instanceof TypeError ? error.message : error);
    process.exitCode = 1;
  }
}
