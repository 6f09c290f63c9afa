import { execFileSync } from "node:child_process";
import { join, resolve } from "node:path";
import process from "node:process";
import { build } from "esbuild";
import { verifierEntry } from "../infra/build/bundle.ts";
import { bundleCheckout, environment, eventOf, inFolder } from "./functions.ts";
import { type Effort, median, type Times } from "./rounds.ts";
import { comparisonTable, figureOf, markdown, ratioText } from "./tables.ts";

/** How long a function's code takes to load in a fresh process. */
export const imports = {
  name: "import",
  groups: () => 1,
  measure: (effort: Effort): Promise<{ readonly text: string }> =>
    inFolder(async (folder) => {
      const { verifier, processor } = await bundleCheckout(".", join(folder, "ours"));
      const base = "verifier, esbuild's defaults for Node";
      const modules = { [base]: await defaultBundle(folder), verifier, processor };
      const times = measureImports(modules, effort);
      const rows = Object.keys(modules).map((name) => {
        const { microseconds, ratios } = figureOf(times, name, [base]);
        const shares = ratios.map(([low, middle, high]) => [1 / high, 1 / middle, 1 / low] as const);
        return [name, (microseconds / 1000).toFixed(0), ...shares.map(ratioText)];
      });
      return { text: markdown(["import", "ms", "share of the default's time"], rows) };
    }),
  compare: (folders: readonly [string, string], effort: Effort): Promise<string> =>
    inFolder(async (folder) => {
      const before = await bundleCheckout(folders[0], join(folder, "before"));
      const after = await bundleCheckout(folders[1], join(folder, "after"));
      const times = measureImports({ before: before.verifier, after: after.verifier }, effort);
      const name = "import of the verifier, µs";
      return comparisonTable([{ name, before: times.get("before") ?? [], after: times.get("after") ?? [] }]);
    }),
};

/** The same verifier in one file of CommonJS, as esbuild makes it where nobody says more. */
async function defaultBundle(folder: string): Promise<string> {
  const contents = verifierEntry({ events: [eventOf("")], sources: { github: "github" } });
  const outfile = join(folder, "default.cjs");
  const stdin = { contents, resolveDir: resolve("lambdas"), loader: "ts" } as const;
  await build({ bundle: true, platform: "node", stdin, outfile, logLevel: "silent" });
  return outfile;
}

function measureImports(modules: Readonly<Record<string, string>>, { rounds, milliseconds, progress }: Effort): Times {
  // A process tells one time: each round has several, of which the median counts.
  const tries = milliseconds === 0 ? 1 : 3;
  const times = new Map(Object.keys(modules).map((name) => [name, [] as number[]]));
  for (let round = 0; round < rounds; round++) {
    const loaded = new Map(Object.keys(modules).map((name) => [name, [] as number[]]));
    for (let one = 0; one < tries; one++) {
      for (const [name, path] of Object.entries(modules)) loaded.get(name)?.push(importOf(path));
    }
    for (const [name, all] of loaded) times.get(name)?.push(median(all));
    progress(`import: round ${round + 1} of ${rounds}`);
  }
  return times;
}

/** In microseconds. */
function importOf(path: string): number {
  const text = `const began = performance.now(); await import(${JSON.stringify(path)}); console.log(performance.now() - began); process.exit();`;
  const args = ["--input-type=module", "--eval", text];
  // Nothing is called: nobody has to listen at the port.
  const printed = execFileSync(process.execPath, args, { env: environment("9"), encoding: "utf8" });
  return Number(printed.trim().split("\n").at(-1)) * 1000;
}
