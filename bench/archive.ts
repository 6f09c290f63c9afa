import { join } from "node:path";
import { bundleCheckout, bundlePeer, inFolder, measurePaths } from "./functions.ts";
import { invocations, timesOf } from "./path.ts";
import { type Effort, quartiles } from "./rounds.ts";
import { comparisonTable, ratioText } from "./tables.ts";

const sizes = [5, 100] as const;

/** The verifier with and without the archive's queue, beside bare calls of the SDK with and without a second send. */
export const archiving = {
  name: "archive",
  groups: () => sizes.length,
  measure: (effort: Effort): Promise<{ readonly text: string }> =>
    inFolder(async (folder) => {
      const bundles = {
        "bare SDK": await bundlePeer("path/bare-verifier.ts", join(folder, "bare")),
        Hookline: (await bundleCheckout(".", join(folder, "ours"))).verifier,
      };
      const tables: string[] = [];
      for (const size of sizes) {
        const all = Object.entries(bundles).flatMap(([name, bundle]) =>
          [false, true].map((archives) => ({ name: `${name} ${archives}`, bundle, archives, bytes: size * 1024 })),
        );
        const taken = await measurePaths("verifier", all, invocations(effort), folder);
        const both = (name: string, clock: "cpu" | "wall") => {
          const times = timesOf(taken, clock);
          return { before: times.get(`${name} false`) ?? [], after: times.get(`${name} true`) ?? [] };
        };
        const rows = (["cpu", "wall"] as const).flatMap((clock) =>
          Object.keys(bundles).map((name) => ({ name: `${name}, ${size} KB, ${clock}, µs`, ...both(name, clock) })),
        );
        const more = (name: string) => {
          const { before, after } = both(name, "cpu");
          return after.map((time, round) => time - (before[round] ?? Number.NaN));
        };
        const [bare, ours] = [more("bare SDK"), more("Hookline")];
        const share = ratioText(quartiles(ours.map((time, round) => time / (bare[round] ?? Number.NaN))));
        tables.push(
          comparisonTable(rows, ["one queue", "and the archive's"]),
          `At ${size} KB the archive takes ${share} of the CPU time that a bare send takes.`,
        );
      }
      return { text: tables.join("\n\n") };
    }),
};
