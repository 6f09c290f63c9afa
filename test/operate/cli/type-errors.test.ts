import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { typeErrors } from "../../../operate/cli/type-errors.ts";

const folder = mkdtempSync(join(tmpdir(), "hookline-types-"));
after(() => rmSync(folder, { recursive: true, force: true }));
writeFileSync(join(folder, "tsconfig.json"), '{ "compilerOptions": { "strict": true }, "files": ["push.ts"] }');
const check = (text: string, signal = new AbortController().signal) => {
  writeFileSync(join(folder, "push.ts"), text);
  return typeErrors(signal, folder);
};

describe("the errors of types that a start tells", () => {
  it("are one sentence with the place of the first, and the command that lists all", async () => {
    const wrong = 'export const a: number = "a";\nexport const b: number = "b";\n';
    assert.equal(
      await check(wrong),
      "The types have 2 errors, in push.ts:1:14 first: npm run check lists all. The run does not need them.",
    );
    assert.match((await check("const a: number = true;\n")) ?? "", /^The types have one error, in push\.ts:1:7 first/);
  });

  it("are left out where there are none, and where the run has ended", async () => {
    assert.equal(await check("export const a: number = 1;\n"), undefined);
    const ended = new AbortController();
    const checking = check('export const a: number = "a";\n', ended.signal);
    ended.abort();
    assert.equal(await checking, undefined);
  });
});
