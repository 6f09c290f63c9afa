import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import process from "node:process";
import { parseArgs } from "node:util";
import { differences, goldenTemplates, type Templates } from "../golden.ts";

/** Where the templates are kept that were last looked at. */
export const goldenFolder: URL = new URL("../golden/", import.meta.url);

/** The templates that were last looked at and accepted. */
export function readGolden(folder: URL = goldenFolder): Templates {
  const files = readdirSync(folder).filter((file) => file.endsWith(".json"));
  return Object.fromEntries(
    files.sort().map((file) => [file, JSON.parse(readFileSync(new URL(file, folder), "utf8"))]),
  );
}

function writeGolden(templates: Templates, folder: URL = goldenFolder): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [file, template] of Object.entries(templates)) {
    writeFileSync(new URL(file, folder), `${JSON.stringify(template, null, 1)}\n`);
  }
}

if (import.meta.main) {
  // `deno task diff -- …` hands the "--" on.
  const args = process.argv.slice(2).filter((argument, index) => !(index === 0 && argument === "--"));
  const { values } = parseArgs({ args, options: { accept: { type: "boolean", default: false } } });
  const now = goldenTemplates();
  const lines = differences(values.accept ? {} : readGolden(), now);
  if (values.accept) writeGolden(now);
  else for (const line of lines) console.log(line);
  console.log(
    values.accept
      ? "infra/golden is as the templates are now"
      : `${lines.length} differences to infra/golden; npm run diff -- --accept takes them`,
  );
  process.exitCode = values.accept || lines.length === 0 ? 0 : 1;
}
