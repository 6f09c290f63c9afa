import { readdirSync } from "node:fs";

// What stands in test/infra itself is tried in one process: CDK takes longer to load than most of these files to run.
// Deno loads it once in any case, and runs each file by itself.
if (!("Deno" in globalThis)) {
  const folder = new URL("infra/", import.meta.url);
  for (const file of readdirSync(folder)
    .filter((name) => name.endsWith(".test.ts"))
    .sort()) {
    await import(new URL(file, folder).href);
  }
}
