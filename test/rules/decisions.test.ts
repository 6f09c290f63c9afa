import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { root } from "./code-blocks.ts";

const read = (path: string) => readFileSync(join(root, path), "utf8");

/** Each decision: its number, its title, and its text. */
const decisions = read("DECISIONS.md")
  .split(/^## /m)
  .slice(1)
  .map((text) => {
    const [, number = "", title = "", said = ""] = /^(\d+)\. (.+)\n\n([\s\S]*?)(?:\n# .*\n?)?$/.exec(text) ?? [];
    return { number: Number(number), title, text: said.trim() };
  });
const numbers = new Set(decisions.map(({ number }) => number));

/** The decisions of the first part, each with the file that it governs. */
const governing = decisions.flatMap(({ number, text }) => {
  const [, file] = / · governs \[[^\]]+\]\(([^)]+)\)/.exec(text) ?? [];
  return file === undefined ? [] : [{ number, file }];
});

/** Where a page or a file of code refers to a decision. */
function references(): readonly { readonly path: string; readonly number: number }[] {
  const folders = ["lambdas", "infra", "local", "operate", "test", "docs", "bench", "examples"];
  const paths = folders
    .filter((folder) => readdirSync(root).includes(folder))
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((path) => `${folder}/${path}`),
    )
    .concat(readdirSync(root))
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => /\.(ts|js|mjs|md|sh)$/.test(path) && !path.includes("node_modules/"));
  return paths.flatMap((path) =>
    [...read(path).matchAll(/DECISIONS(?:\.md)?,? (\d+)|(?:decision|[Ss]uperseded by) (\d+)/g)].map(
      ([, first, second]) => ({ path, number: Number(first ?? second) }),
    ),
  );
}

describe("DECISIONS.md", () => {
  it("numbers each decision once, without a gap", () => {
    const expected = Array.from({ length: decisions.length }, (_, index) => index + 1);
    assert.deepEqual(
      decisions.map(({ number }) => number).toSorted((one, other) => one - other),
      expected,
    );
  });

  it("gives each decision a status and a date", () => {
    const status = /^(Accepted|Superseded by \d+) · \d{4}-(0[1-9]|1[0-2])-([0-2]\d|3[01])\b/;
    assert.deepEqual(
      decisions.filter(({ text }) => !status.test(text)).map(({ title }) => title),
      [],
    );
  });

  it("gives each accepted decision its options and the reason, in at most eight lines, and each superseded one a line", () => {
    const broken = decisions.filter(({ text }) => {
      const lines = text.split("\n").filter((line) => line !== "").length;
      if (text.startsWith("Superseded")) return lines !== 1;
      const options = /\*\*Options\.\*\*\s([^*]+)\*\*Why\s[^*]+\.\*\*\s\S/.exec(text)?.[1] ?? "";
      return lines > 8 || !options.includes(";");
    });
    assert.deepEqual(
      broken.map(({ number, title }) => `${number}. ${title}`),
      [],
    );
  });

  it("begins with the twelve that shape the architecture, each linked from the file that it governs", () => {
    assert.equal(governing.length, 12);
    assert.deepEqual(
      governing.map(({ number }) => number),
      decisions.slice(0, 12).map(({ number }) => number),
    );
    const unlinked = governing.filter(({ number, file }) => !new RegExp(`DECISIONS ${number}\\b`).test(read(file)));
    assert.deepEqual(unlinked, []);
  });

  it("has each decision that code, tests and pages refer to", () => {
    const found = references();
    assert.ok(found.length >= 16, `${found.length} references`);
    assert.deepEqual(
      found.filter(({ number }) => !numbers.has(number)),
      [],
    );
  });
});
