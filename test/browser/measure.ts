import { writeFileSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import process from "node:process";
import { firstContents } from "./speed.ts";

// How long a page takes to its first content: node test/browser/measure.ts [--write]

const rounds = 15;
const rows: string[] = [];
for (const objects of [10, 1000]) {
  const size = { objects, each: 100, daily: 100 };
  for (const { page, bytes, milliseconds, ofFile, ratio } of await firstContents(size, rounds)) {
    const figures = [Math.ceil(bytes / 1000), milliseconds.toFixed(0), ofFile.toFixed(0), ratio.toFixed(2)];
    rows.push(`| ${size.objects * size.each} | ${page} | ${figures.join(" | ")} |`);
  }
}
const page = `# The page: first content

Measured by \`node test/browser/measure.ts --write\`, Node ${process.versions.node}, ${availableParallelism()} cores, load average ${loadavg()[0]?.toFixed(1)}.

The time to the first content (first-contentful-paint) of a page in Chromium, and of a static file with the same bytes, style and
script, by turns, ${rounds} times each; medians. S3 and DynamoDB are stand-ins in another process of the same machine.

| archived events | page | KB | page, ms | static file, ms | ratio |
| ---: | --- | ---: | ---: | ---: | ---: |
${rows.join("\n")}
`;
console.log(page);
if (process.argv.includes("--write")) writeFileSync(new URL("../../docs/measured/page.md", import.meta.url), page);
