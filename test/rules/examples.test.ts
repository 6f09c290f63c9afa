import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import { checkCode, codeIn, entryPoints, root, writeCode } from "./code-blocks.ts";

const sources = ["lambdas", "infra", "local", "operate"].flatMap((folder) =>
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
    const marked = sources.flatMap(
      (path) => readFileSync(join(root, path), "utf8").match(/^[ ]*\* @example\b/gm) ?? [],
    );
    assert.ok(marked.length >= 11);
    assert.equal(examples.length, marked.length);
  });

  it("show every function that an entry point exports, except steps that other examples show", async () => {
    const shownElsewhere = ["verifyAdmitted", "claimAll", "markAll", "processBatch"];
    const without: string[] = [];
    for (const path of Object.values(entryPoints)) {
      const exported: Record<string, unknown> = await import(pathToFileURL(join(root, path)).href);
      const texts = sources
        .filter((file) => file.startsWith(`${dirname(path).slice(2)}/`))
        .map((file) => readFileSync(join(root, file), "utf8"));
      for (const name of Object.keys(exported).filter((one) =>
        /^function\b|^async function\b/.test(String(exported[one])),
      )) {
        const declared = new RegExp(`@example.*\\n(?: \\*.*\\n)+ \\*/\\nexport (async )?function\\*? ${name}\\b`);
        if (!texts.some((text) => declared.test(text))) without.push(name);
      }
    }
    assert.deepEqual(without.sort(), shownElsewhere.sort());
  });

  it("are right in their types", () => {
    assert.equal(checkCode(examples), "");
  });
});
