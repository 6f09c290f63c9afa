import process from "node:process";
import { missingChromium } from "./chromium.ts";

// The tests of the page in a browser; with --shots, its pictures instead.
const missing = missingChromium();
if (missing !== undefined) {
  console.error(missing);
  process.exit(1);
}
await import(process.argv.includes("--shots") ? "./pictures.ts" : "./every-page.ts");
