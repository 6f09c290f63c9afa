import { existsSync } from "node:fs";
import { join } from "node:path";
import {
  bundleCheckout,
  bundlePeer,
  type Contender,
  type Invocations,
  inFolder,
  type Kind,
  measurePaths,
} from "./functions.ts";
import type { Taken } from "./path/worker.ts";
import type { Effort, Times } from "./rounds.ts";
import { type Comparison, comparisonTable, figureOf, markdown, ratioText } from "./tables.ts";

const kinds: readonly Kind[] = ["verifier", "processor"];

/** The whole functions, beside peers that make the same calls: the time of the CPU, and of the clock. */
export const paths = {
  name: "path",
  groups: () => kinds.length,
  measure: (effort: Effort): Promise<{ readonly text: string }> =>
    inFolder(async (folder) => {
      const ours = await bundleCheckout(".", join(folder, "ours"));
      const tables: string[] = [];
      for (const kind of kinds) {
        const peers = await peersOf(kind, folder);
        const all = [...peers, { name: "Hookline", bundle: ours[kind] }];
        const taken = await measurePaths(kind, all, invocations(effort), folder);
        tables.push(tableOf(kind, taken, peers));
      }
      return { text: tables.join("\n\n") };
    }),
  compare: (folders: readonly [string, string], effort: Effort): Promise<string> =>
    inFolder(async (folder) => {
      const sides = ["before", "after"] as const;
      const [before, after] = [
        await bundleCheckout(folders[0], join(folder, "before")),
        await bundleCheckout(folders[1], join(folder, "after")),
      ];
      const rows: Comparison[] = [];
      for (const kind of kinds) {
        const bundles = [before[kind], after[kind]];
        const all = sides.map((name, at) => ({ name, bundle: bundles[at] ?? "" }));
        const taken = await measurePaths(kind, all, invocations(effort), folder);
        for (const clock of ["cpu", "wall"] as const) {
          const [one = [], other = []] = sides.map((side) => timesOf(taken, clock).get(side));
          rows.push({ name: `${kind}, ${clock}, µs`, before: one, after: other });
        }
      }
      return comparisonTable(rows);
    }),
};

/** Some half a second a round. */
export function invocations(effort: Effort): Invocations {
  return { ...effort, count: effort.milliseconds === 0 ? 1 : 300 };
}

async function peersOf(kind: Kind, folder: string): Promise<readonly Contender[]> {
  const bare = { name: "bare SDK", bundle: await bundlePeer(`path/bare-${kind}.ts`, join(folder, `bare-${kind}`)) };
  const isInstalled = existsSync(new URL("peers/node_modules/@aws-lambda-powertools", import.meta.url));
  if (kind === "processor" || !isInstalled) return [bare];
  const bundle = await bundlePeer("peers/powertools.js", join(folder, "powertools"));
  return [bare, { name: "Powertools + Middy", bundle }];
}

function tableOf(kind: Kind, taken: ReadonlyMap<string, readonly Taken[]>, peers: readonly Contender[]): string {
  const bases = peers.map(({ name }) => name);
  const [cpu, wall] = [timesOf(taken, "cpu"), timesOf(taken, "wall")];
  const rows = Array.from(taken.keys(), (name) => {
    const { microseconds, ratios } = figureOf(cpu, name, bases);
    const walls = figureOf(wall, name, bases);
    return [name, microseconds, ...ratios.map(ratioText), walls.microseconds, ...walls.ratios.map(ratioText)].map(
      (cell) => (typeof cell === "number" ? cell.toFixed(0) : cell),
    );
  });
  const against = bases.map((name) => `÷ ${name}`);
  return markdown([kind, "CPU, µs", ...against, "clock, µs", ...against], rows);
}

/** In microseconds. */
export function timesOf(taken: ReadonlyMap<string, readonly Taken[]>, clock: "cpu" | "wall"): Times {
  return new Map(Array.from(taken, ([name, all]) => [name, all.map((one) => one[clock] * 1000)]));
}
