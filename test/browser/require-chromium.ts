import { existsSync } from "node:fs";
import process from "node:process";
import { program } from "./chromium.ts";

// Loaded before the tests of the page: without a browser they end with one sentence.
if (!existsSync(program)) {
  console.error(
    `There is no Chromium at ${program}: install Debian's package chromium, or set CHROMIUM to the path of one`,
  );
  process.exit(1);
}
