import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg } from "node:os";
import process from "node:process";
import { parseArgs } from "node:util";
import { archiving } from "./archive.ts";
import { imports } from "./import.ts";
import { memory } from "./memory.ts";
import { firstContent } from "./page.ts";
import { paths } from "./path.ts";
import peersPackage from "./peers/package.json" with { type: "json" };
import type { Effort } from "./rounds.ts";
import { verifying } from "./verify.ts";

type Part = {
  readonly name: string;
  /** How often `progress` is called in a round. */
  readonly groups: () => number;
  readonly measure: (effort: Effort) => Promise<{ readonly text: string; readonly drawing?: string }>;
  /** Where its number of rounds is always the same. */
  readonly rounds?: number;
  readonly compare?: (folders: readonly [string, string], effort: Effort) => Promise<string>;
};

const usage = `Usage: npm run bench [-- options]
  PART …                            measures these parts: verify, path, archive, import, memory, page; defaults to all but the last two
  --rounds N                        rounds, whose quartiles are printed; defaults to 9
  --before FOLDER --after FOLDER    compares two checkouts, and no peers: verify, path, import
  --short                           calls each thing once, and prints no figure
  --write                           writes the figures into docs/measured/speed.md; under Node, also the drawing`;

/** What is measured: each part is a file of this folder. */
const runtime = "Deno" in globalThis ? "Deno" : "Node";
/** Functions run under Node on AWS. */
const usual: readonly Part[] = runtime === "Deno" ? [verifying] : [verifying, paths, archiving, imports];
/** Measured where they are named: one takes minutes, the other Chromium. */
const parts: readonly Part[] = runtime === "Deno" ? usual : [...usual, memory, firstContent];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: "string", default: "9" },
    before: { type: "string" },
    after: { type: "string" },
    short: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
  },
});
const { before, after, short, write } = values;
const rounds = short ? 1 : Number(values.rounds);
const compared = before !== undefined && after !== undefined;
const able = compared ? parts.filter(({ compare }) => compare !== undefined) : parts;
const areKnown = positionals.every((name) => able.some((part) => part.name === name));
const isRight =
  areKnown && Number.isSafeInteger(rounds) && rounds > 0 && (before === undefined) === (after === undefined);
if (!isRight || (write && (short || before !== undefined))) {
  console.error(usage);
  process.exit(2);
}

const version = runtime === "Deno" ? process.versions.deno : process.versions.node;
const docs = new URL("../docs/measured/", import.meta.url);
const { dependencies }: { readonly dependencies: Readonly<Record<string, string>> } = peersPackage;
const peers = `Peers: ${Object.entries(dependencies)
  .map(([name, version]) => `${name} ${version}`)
  .join(", ")}`;
if (!existsSync(new URL("peers/node_modules", import.meta.url))) {
  console.error("Measuring without peers: npm ci --ignore-scripts --prefix bench/peers installs them");
}
const { stderr } = process;
const show = (text: string) => void (stderr.isTTY && stderr.write(`\r\x1b[K${text}`));

const named = able.filter((part) =>
  positionals.length === 0 ? usual.includes(part) : positionals.includes(part.name),
);
for (const part of named) {
  const total = part.groups() * rounds;
  let done = 0;
  const progress = (text: string) => {
    done += 1;
    const filled = Math.round((20 * done) / total);
    show(`[${"#".repeat(filled)}${" ".repeat(20 - filled)}] ${text}`);
  };
  const effort: Effort = { rounds, milliseconds: short ? 0 : 20, progress };
  const load = loadavg()[0]?.toFixed(1);
  const { text, drawing } = compared
    ? { text: (await part.compare?.([before, after], effort)) ?? "", drawing: undefined }
    : { drawing: undefined, ...(await part.measure(effort)) };
  show("");
  const machine = `${runtime} ${version}, ${availableParallelism()} cores (${cpus()[0]?.model.trim()})`;
  const loads = `load average ${load} before and ${loadavg()[0]?.toFixed(1)} after`;
  const said = `${machine}, ${loads}, ${part.rounds ?? rounds} rounds. ${peers}.\n\n${text}`;
  console.log(short ? `${part.name} runs` : said);
  if (!write) continue;
  writeSection(`${part.name}, ${runtime}`, said);
  if (drawing !== undefined && runtime === "Node") writeFileSync(new URL(`speed-${part.name}.svg`, docs), drawing);
}

/** Writes the text between its two marks on the page. */
function writeSection(name: string, text: string): void {
  const page = new URL("speed.md", docs);
  const [begin, end] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`];
  const [head, rest = ""] = readFileSync(page, "utf8").split(begin);
  const [, tail] = rest.split(end);
  if (tail === undefined) throw new Error(`Cannot write docs/measured/speed.md: it has no ${begin} … ${end}`);
  writeFileSync(page, `${head}${begin}\n\n${text}\n\n${end}${tail}`);
}
