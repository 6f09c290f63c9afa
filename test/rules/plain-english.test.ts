import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { root } from "./code-blocks.ts";

/** Words that CONTRIBUTING's examples replace, each with the word to use. */
const replaced: readonly (readonly [pattern: RegExp, instead: string])[] = [
  [/\bbears?\b|\bbore\b/, "has"],
  [/\bbesides\b/i, "also, or except"],
  [/(^|[.;:] |\| )What (?!happens )/, "a noun"],
  [/\bin vain\b/, "without effect"],
  [/\bcomes? again\b|\btr(y|ies|ied) again\b/, "is retried"],
  [/\b(say|says|said) nothing\b|\bnothing is said\b/, "does not mention"],
  [/\bunwell\b/, "fails"],
  [/\bDefault: /, "X defaults to Y"],
  [/\bthose that\b|\bof which\b/, "a noun"],
  [/\b[Ww]hoever\b/, "anybody who"],
];

/** The first so many hold for the code's words, too. */
const inCode = 7;

/** Pages that people write: results and lists of providers have generated sentences, and are held by their own tests. */
const pages = ["", "docs", "docs/iam", "infra", "lambdas", "local", "operate", "test"].flatMap((folder) =>
  readdirSync(join(root, folder))
    .filter((file) => file.endsWith(".md"))
    .map((file) => join(folder, file)),
);

/** Its text without heads of tables, code, quotations and names of tests, and without CONTRIBUTING's examples of what not to write. */
function prose(page: string): string {
  const text = readFileSync(join(root, page), "utf8");
  const [before = "", after = ""] = text.split(/^\| Not \| But \|$(?=[\s\S]*?Milliseconds apart)/m);
  const kept = page === "CONTRIBUTING.md" ? before + after.replace(/^(\|.*\n)+/m, "").trimStart() : text;
  return kept
    .replaceAll(/^\|.*\n(?=\|[-:|]+$)/gm, "")
    .replaceAll(/^```[\s\S]*?^```$/gm, "")
    .replaceAll(/\[[^\]]*\]\(\.\.\/test\/[^)]*\)/g, "")
    .replaceAll(/`[^`]*`/g, "code")
    .replaceAll(/(\S)\n(?=[\w`"(])/g, "$1 ");
}

describe("pages", () => {
  for (const [pattern, instead] of replaced) {
    it(`have ${instead} rather than ${pattern.source}`, () => {
      const found = pages.flatMap((page) =>
        prose(page)
          .split("\n")
          .filter((line) => pattern.test(line))
          .map((line) => {
            const at = line.search(pattern);
            return `${page}: ${line.slice(Math.max(0, at - 40), at + 60)}`;
          }),
      );
      assert.deepEqual(found, []);
    });
  }
});

describe("names of tests", () => {
  const names = readdirSync(join(root, "test"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !file.includes("node_modules"))
    .flatMap((file) =>
      [
        ...readFileSync(join(root, "test", file), "utf8").matchAll(/\b(?:describe|it)(?:\.\w+)?\(\s*(["`])(.*?)\1,/g),
      ].map(([, , name = ""]) => ({ file, name })),
    );

  for (const [pattern, instead] of [
    ...replaced,
    [/^what\b/, "a noun"] as const,
    [/\bnone besides\b/, "no other"] as const,
  ]) {
    it(`have ${instead} rather than ${pattern.source}`, () => {
      assert.ok(names.length > 2_000, `${names.length} names`);
      assert.deepEqual(
        names.filter(({ name }) => pattern.test(name)).map(({ file, name }) => `${file}: ${name}`),
        [],
      );
    });
  }
});

describe("comments and messages", () => {
  const files = ["lambdas", "infra", "local", "operate"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .map((file) => join(folder, file)),
  );

  /** The words of comments and of quoted texts. */
  const wordsOf = (file: string) =>
    (
      readFileSync(join(root, file), "utf8").match(/\/\*\*[\s\S]*?\*\/|\/\/ .*|"[^"\n]* [^"\n]*"|`[^`\n]* [^`\n]*`/g) ??
      []
    ).map((words) => words.replace(/^(\/\*\*\s*(\* )?|\/\/ |["`])/, "").replaceAll(/\n\s*\* ?/g, " "));

  for (const [pattern, instead] of replaced.slice(0, inCode)) {
    it(`have ${instead} rather than ${pattern.source}`, () => {
      assert.ok(files.length > 250, `${files.length} files`);
      const found = files.flatMap((file) =>
        wordsOf(file)
          .filter((words) => pattern.test(words))
          .map((words) => `${file}: ${words.slice(0, 120)}`),
      );
      assert.deepEqual(found, []);
    });
  }
});
