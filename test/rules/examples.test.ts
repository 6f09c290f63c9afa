import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { checkCode, codeIn, root, writeCode } from "./code-blocks.ts";

const sources = ["lambdas", "infra"].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts"))
    .sort()
    .map((path) => `${folder}/${path.replaceAll("\\", "/")}`),
);

/** The examples in the docstrings of a file. */
const examples = sources.flatMap((path) =>
  [...readFileSync(join(root, path), "utf8").matchAll(/^[ ]*\/\*\*\n([\s\S]*?)^[ ]*\*\/$/gm)].flatMap(
    ([, lines = ""]) => codeIn(lines.replaceAll(/^[ ]*\* ?/gm, "")).map((text) => ({ path, ...writeCode(text, path) })),
  ),
);

describe("the examples in docstrings", () => {
  for (const { path, text, load } of examples) {
    it(`run: ${path}, ${/^(?!import)\w.+/m.exec(text)?.[0]}`, async () => {
      assert.equal(typeof (await load()), "object");
    });
  }

  it("are all found", () => {
    const marked = sources.flatMap((path) => readFileSync(join(root, path), "utf8").match(/^[ ]*\* @example$/gm) ?? []);
    assert.ok(marked.length >= 11);
    assert.equal(examples.length, marked.length);
  });

  it("are right in their types", () => {
    assert.equal(checkCode(examples), "");
  });
});
