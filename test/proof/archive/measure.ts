import { writeFileSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import process from "node:process";
import { measureFinding } from "./finding.ts";

// How long it takes to find events in a full archive: node test/proof/archive/measure.ts [--write]

const size = { objects: 1000, each: 100, daily: 100 };
const { findings, megabytes } = await measureFinding(size);
const page = `# Finding events in the archive

Measured by \`node test/proof/archive/measure.ts --write\`, Node ${process.versions.node}, ${availableParallelism()} cores, load average ${loadavg()[0]?.toFixed(1)}.

${size.objects} objects of ${size.each} events each, ${size.daily} objects a day. S3 and DynamoDB are stand-ins in another process of the
same machine, so that their CPU time counts, and a network's latency does not. The highest memory of the process that searches
was ${megabytes} MB.

| search | events found | seconds |
| --- | ---: | ---: |
${findings.map(({ name, found, seconds }) => `| ${name} | ${found} | ${seconds.toFixed(2)} |`).join("\n")}
`;
console.log(page);
if (process.argv.includes("--write")) {
  writeFileSync(new URL("../../../docs/measured/archive.md", import.meta.url), page);
}
