import { readdirSync } from "node:fs";

/**
 * Has the test files that lie in folders run in this process, one after the other: a process of its own takes each of
 * them longer to start, or to load CDK, than to run. Deno runs each file by itself in any case.
 */
export async function together(...folders: readonly string[]): Promise<void> {
  if ("Deno" in globalThis) return;
  for (const name of folders) {
    const folder = new URL(`${name}/`, import.meta.url);
    const files = readdirSync(folder).filter((file) => file.endsWith(".test.ts"));
    for (const file of files.sort()) await import(new URL(file, folder).href);
  }
}
