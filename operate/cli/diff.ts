import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import process from "node:process";
import { parseArgs } from "node:util";
import { differences, goldenTemplates, type Templates } from "../../infra/golden.ts";
import { taskArguments } from "./task-arguments.ts";
import { print } from "./terminal.ts";

/** Where the templates are kept that were last looked at. */
const folder: URL = new URL("../../infra/golden/", import.meta.url);

/** The templates that were last looked at and accepted. */
export function readGolden(): Templates {
  const files = readdirSync(folder).filter((file) => file.endsWith(".json"));
  return Object.fromEntries(
    files.sort().map((file) => [file, JSON.parse(readFileSync(new URL(file, folder), "utf8"))]),
  );
}

function writeGolden(templates: Templates): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [file, template] of Object.entries(templates)) {
    writeFileSync(new URL(file, folder), `${JSON.stringify(template, null, 1)}\n`);
  }
}

if (import.meta.main) {
  const args = taskArguments(process.argv.slice(2));
  const { values } = parseArgs({ args, options: { accept: { type: "boolean", default: false } } });
  const now = goldenTemplates();
  if (values.accept) {
    writeGolden(now);
    print("infra/golden is as the templates are now");
  } else {
    const lines = differences(readGolden(), now);
    for (const line of lines) print(line);
    print(`${lines.length} differences to infra/golden; npm run diff -- --accept takes them`);
    process.exitCode = lines.length === 0 ? 0 : 1;
  }
}
