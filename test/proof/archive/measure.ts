import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { keepHeapSmall } from "../../../operate/cli/small-heap.ts";
import { type Finding, measure, runtime, searches, withArchive } from "./finding.ts";

// How long it takes to find events in a full archive: node test/proof/archive/measure.ts [--write]. With the name of a search and
// an archive, it does that alone, in a process whose memory is the search's.

const [name = "", archived = ""] = process.argv.slice(2);
if (name in searches) {
  keepHeapSmall();
  console.log(JSON.stringify(await measure(name, JSON.parse(archived))));
} else await measureAll();

async function measureAll(): Promise<void> {
  const size = { objects: 1000, each: 100, daily: 100 };
  const rows = await withArchive(size, async (archive) =>
    Object.keys(searches).map((search) => {
      const script = fileURLToPath(import.meta.url);
      const args = [...runtime, script, search, JSON.stringify(archive)];
      const { stdout } = spawnSync(process.execPath, args, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
      const { found, seconds, megabytes }: Finding = JSON.parse(stdout);
      return `| ${search} | ${found} | ${seconds.toFixed(2)} | ${megabytes} |`;
    }),
  );
  const page = `# Finding events in the archive

Measured by \`node test/proof/archive/measure.ts --write\`, Node ${process.versions.node}, ${availableParallelism()} cores, load average ${loadavg()[0]?.toFixed(1)}.

${size.objects} objects of ${size.each} events each, ${size.daily} objects a day. S3 and DynamoDB are stand-ins in another process of the
same machine, so that their CPU time counts, and a network's latency does not. Each search has a process of its own, and the memory
is the highest of that process, as the commands of a stage set it (\`operate/cli/small-heap.ts\`); some 120 MB of it are Node and the SDK.

| search | events found | seconds | MB |
| --- | ---: | ---: | ---: |
${rows.join("\n")}
`;
  console.log(page);
  if (process.argv.includes("--write")) {
    writeFileSync(new URL("../../../docs/measured/archive.md", import.meta.url), page);
  }
}
