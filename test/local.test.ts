import { readdirSync } from "node:fs";

// What starts local runs is tried in one process, one after the other: each would load CDK, and bundle the same again.
// Deno runs each file by itself.
if (!("Deno" in globalThis)) {
  const folder = new URL("local/", import.meta.url);
  for (const file of readdirSync(folder)
    .filter((name) => name.endsWith(".test.ts"))
    .sort()) {
    await import(new URL(file, folder).href);
  }
}
