import { median, quartiles, type Times } from "./rounds.ts";

/** A contestant's time, and how fast it is in comparison with each base: 1 is as fast, 2 twice as fast. */
export type Figure = {
  readonly name: string;
  readonly microseconds: number;
  /** The quartiles of the ratios of all rounds: only what ran side by side compares. */
  readonly ratios: readonly (readonly [number, number, number])[];
};

/** One row of two checkouts: a number for each round. */
export type Comparison = {
  readonly name: string;
  readonly before: readonly number[];
  readonly after: readonly number[];
};

/** A contestant's figures. */
export function figureOf(times: Times, name: string, bases: readonly string[]): Figure {
  const own = times.get(name) ?? [];
  const ratios = bases.map((base) => quartiles((times.get(base) ?? []).map((time, round) => time / (own[round] ?? 0))));
  return { name, microseconds: median(own), ratios };
}

/** The rows as a table of Markdown. */
export function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [
    line(head),
    `|---|${head
      .slice(1)
      .map(() => "---:|")
      .join("")}`,
    ...rows.map(line),
  ].join("\n");
}

/** `0.52 (0.50 to 0.55)`. */
export function ratioText([low, middle, high]: readonly [number, number, number]): string {
  return `${middle.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`;
}

/** The medians of both, and the quartiles of after ÷ before. */
export function comparisonTable(rows: readonly Comparison[], [before, after] = ["before", "after"]): string {
  const cells = rows.map((row) => {
    const ratio = quartiles(row.after.map((number, round) => number / (row.before[round] ?? Number.NaN)));
    return [row.name, median(row.before).toFixed(2), median(row.after).toFixed(2), ratioText(ratio)];
  });
  return markdown(["", before, after, `${after} ÷ ${before}`], cells);
}
