import { join } from "node:path";
import { bundleCheckout, inFolder, type Kind, measurePaths } from "./functions.ts";
import type { Effort } from "./rounds.ts";
import { markdown } from "./tables.ts";

const rounds = 20;

/** The heap of a function over 100,000 invocations, after a collection each. */
export const memory = {
  name: "memory",
  rounds,
  groups: () => 2,
  measure: (effort: Effort): Promise<{ readonly text: string }> =>
    inFolder(async (folder) => {
      const count = effort.milliseconds === 0 ? 1 : 100_000 / rounds;
      const bundles = await bundleCheckout(".", join(folder, "ours"));
      const rows: string[][] = [];
      for (const kind of ["verifier", "processor"] satisfies readonly Kind[]) {
        const contender = { name: kind, bundle: bundles[kind] };
        const taken = await measurePaths(kind, [contender], { rounds, count, progress: () => {} }, folder);
        effort.progress(kind);
        const heaps = (taken.get(kind) ?? []).map((one) => (one.memory / 1_000_000).toFixed(1));
        rows.push([kind, ...[0, 4, 9, 14, 19].map((round) => heaps[round] ?? "")]);
      }
      const heads = [1, 5, 10, 15, 20].map((round) => (round * count).toLocaleString("en"));
      return { text: markdown(["heap, MB, after", ...heads], rows) };
    }),
};
