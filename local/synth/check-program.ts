import { writeFileSync } from "node:fs";
import process from "node:process";
import { readEventFile } from "../../infra/build/event-files.ts";

// Reads one event file. Its answer, the reason why it cannot be used, is a file: an event file may print while it is loaded.
const [path = "", name = "", answer = ""] = process.argv.slice(2);
try {
  await readEventFile(path, name);
} catch (error) {
  writeFileSync(answer, error instanceof Error ? error.message : String(error));
}
process.exit();
