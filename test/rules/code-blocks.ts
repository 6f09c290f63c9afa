import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { after } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { runCompiler } from "../../infra/build/package.ts";

/** Where the project is. */
export const root: string = fileURLToPath(new URL("../..", import.meta.url));

/** The entry points of the package: the file behind each. */
export const entryPoints: Readonly<Record<string, string>> = JSON.parse(
  readFileSync(join(root, "package.json"), "utf8"),
).exports;
const folder = mkdtempSync(join(tmpdir(), "hookline-code-"));
// The packages that code imports are those of this project.
symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
after(() => rmSync(folder, { recursive: true, force: true }));
let count = 0;

/** Code out of a document, as a file that can be run and type-checked. */
type CodeBlock = { readonly text: string; readonly file: string; load(): Promise<Record<string, unknown>> };

/**
 * Writes code where it can be run: what it imports of this project, by an entry point or by a relative path, it imports from here.
 *
 * @param from The file that the code stands in, from the root.
 */
export function writeCode(text: string, from: string): CodeBlock {
  count += 1;
  const file = join(folder, `code-${count}.mts`);
  const code = text.replaceAll(/"(@hookline\/hookline)?((?:\.{0,2}\/)[\w./-]+)?"/g, (whole, name, path = "") => {
    if (name !== undefined) return JSON.stringify(resolve(root, entryPoints[`.${path}`] ?? whole));
    return path.startsWith(".") ? JSON.stringify(resolve(root, dirname(from), path)) : whole;
  });
  writeFileSync(file, code);
  return { text, file, load: () => import(pathToFileURL(file).href) };
}

/** The TypeScript in a Markdown text. */
export function codeIn(markdown: string): readonly string[] {
  return Array.from(markdown.matchAll(/^```ts\n([\s\S]*?)^```$/gm), ([, text = ""]) => text);
}

/** What the compiler says of code, by the project's own strict rules; empty where it is right. */
export function checkCode(blocks: readonly CodeBlock[]): string {
  const compilerOptions = { noUnusedLocals: false };
  const files = blocks.map(({ file }) => file);
  const project = join(folder, "tsconfig.json");
  writeFileSync(project, JSON.stringify({ extends: join(root, "tsconfig.json"), compilerOptions, include: [], files }));
  return runCompiler(["--project", project]).said;
}
