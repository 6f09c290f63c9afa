import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { type Checkout, copyCheckout } from "../test/local/synth/checkout.ts";

const bench = fileURLToPath(new URL("local-run.ts", import.meta.url));
const options = ["--rounds", "1", "--events", "3", "--concurrency", "2"];

describe("the comparison of local runs", () => {
  let checkout: Checkout;
  before(() => {
    checkout = copyCheckout({ examples: true });
    mkdirSync(join(checkout.folder, ".hookline"));
  });
  after(() => checkout.remove());

  it("starts two checkouts, has both run events, and prints medians and ratios", () => {
    const both = ["--before", checkout.folder, "--after", checkout.folder];
    const printed = execFileSync(process.execPath, [bench, ...both, ...options], { encoding: "utf8" });
    const rows = printed.split("\n").filter((line) => /^\| \w/.test(line));
    assert.equal(rows.length, 6, printed);
    for (const row of rows) {
      const figures = row.match(/\d+\.\d\d/g) ?? [];
      const isCounted = !row.startsWith("| CPU") || process.platform === "linux";
      // Before, after, and the quartiles of their ratio.
      if (isCounted) assert.equal(figures.length, 5, row);
    }
  });
});
