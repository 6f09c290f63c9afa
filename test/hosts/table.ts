import { readFileSync, writeFileSync } from "node:fs";
import { cases } from "./suite.ts";

const page = new URL("../../docs/using.md", import.meta.url);
const block = /(?<=<!-- hosts -->\n)[\s\S]*?(?=<!-- \/hosts -->)/;

/** A row of the table: a host, its version, what it ran on, and which of the cases passed. */
export type Row = {
  readonly name: string;
  readonly version: string;
  readonly runtime: string;
  readonly passed: ReadonlySet<string>;
};

/** The table's two first lines. */
export function head(): readonly string[] {
  const columns = ["Host", "Version", "On", ...Object.keys(cases)];
  return [`| ${columns.join(" | ")} |`, `|${columns.map((_, index) => (index < 3 ? "---" : ":-:")).join("|")}|`];
}

/** A row as a line of Markdown. */
export function line({ name, version, runtime, passed }: Row): string {
  const marks = Object.keys(cases).map((column) => (passed.has(column) ? "✓" : "✗"));
  return `| ${[name, version, runtime, ...marks].join(" | ")} |`.replaceAll("|  |", "| |");
}

/** The lines of the table in docs/using.md, its head among them. */
export function tableLines(): readonly string[] {
  const [found] = block.exec(readFileSync(page, "utf8")) ?? [];
  if (found === undefined)
    throw new TypeError("Cannot read docs/using.md: it has no <!-- hosts --> and <!-- /hosts -->");
  return found.split("\n").filter((text) => text.startsWith("|"));
}

/** Makes these lines the table in docs/using.md. */
export function writeTable(lines: readonly string[]): void {
  tableLines();
  writeFileSync(
    page,
    readFileSync(page, "utf8").replace(block, () => `${lines.join("\n")}\n`),
  );
}
