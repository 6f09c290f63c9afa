import process from "node:process";
import { readEventFile } from "../../infra/build/event-files.ts";

// Reads one event file, and says on standard error what is wrong with it.
const [path = "", name = ""] = process.argv.slice(2);
try {
  await readEventFile(path, name);
} catch (error) {
  process.stderr.write(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
process.exit();
