import { readFileSync } from "node:fs";

/** A claim of docs/not-yet-proven.md, and the steps of a proof that show it; none where it is not covered. */
type Claim = { readonly claim: string; readonly steps: readonly string[] };

const page = new URL("../../docs/not-yet-proven.md", import.meta.url);

/** The rows of docs/not-yet-proven.md: claim, how to see it, and the steps that do so. */
export function readClaims(): readonly Claim[] {
  const rows = readFileSync(page, "utf8")
    .split("\n")
    .filter((line) => line.startsWith("| "));
  // The first one is the table's head.
  return rows.slice(1).map((row) => {
    const [claim = "", , cell = ""] = row.slice(2, -2).split(" | ");
    return { claim, steps: [...cell.matchAll(/`([a-z-]+)`/g)].map(([, name = ""]) => name) };
  });
}
