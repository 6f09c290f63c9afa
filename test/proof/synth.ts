import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { createApp } from "../../infra/app.ts";
import { bundle } from "../../infra/build/bundle.ts";
import { readEventFiles } from "../../infra/build/event-files.ts";

const usage = `synth measures what a stage of 10, 50 and 200 event types takes to synthesize
  --write  into docs/measured/synth.md and docs/measured/synth.svg`;
const counts = [10, 50, 200] as const;
const docs = new URL("../../docs/measured/", import.meta.url);
const core = fileURLToPath(new URL("../../lambdas/core/processing/processor.ts", import.meta.url));

type Figures = {
  readonly types: number;
  readonly bundleSeconds: number;
  readonly synthSeconds: number;
  readonly stacks: number;
  readonly resources: number;
  readonly mostResources: number;
  readonly largestKilobytes: number;
};

/** Event files over ten sources, bundled and synthesized as `npm run synth` does, for one stage. */
async function measure(types: number): Promise<Figures> {
  const folder = mkdtempSync(join(tmpdir(), "hookline-synth-"));
  try {
    const names = Array.from({ length: types }, (_, index) => `source-${index % 10}/an.event.type.${index}`);
    for (const name of names) {
      const file = join(folder, "events", `${name}.ts`);
      mkdirSync(join(file, ".."), { recursive: true });
      const impact = "Something that matters to somebody is not done";
      writeFileSync(
        file,
        `import { processor } from "${core}";\nexport default processor({ impact: "${impact}" }, async () => {});\n`,
      );
    }
    const events = await readEventFiles(join(folder, "events"));
    const sources = Object.fromEntries(events.map(({ source }) => [source, "github"]));
    const started = performance.now();
    const bundles = await bundle({ events, sources }, join(folder, "dist"));
    const bundled = performance.now();
    const outdir = join(folder, "cdk.out");
    createApp({ stages: { prod: { removeData: false, logDays: 90 } }, events, sources, bundles, outdir }).synth();
    const ended = performance.now();
    const files = readdirSync(outdir).filter((file) => file.endsWith(".template.json"));
    const resources = files.map(
      (file) => Object.keys(JSON.parse(readFileSync(join(outdir, file), "utf8")).Resources).length,
    );
    return {
      types,
      bundleSeconds: (bundled - started) / 1000,
      synthSeconds: (ended - bundled) / 1000,
      stacks: files.length,
      resources: resources.reduce((sum, one) => sum + one, 0),
      mostResources: Math.max(...resources),
      largestKilobytes: Math.max(...files.map((file) => statSync(join(outdir, file)).size)) / 1024,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function page(all: readonly Figures[]): string {
  const row = (name: string, of: (figures: Figures) => string | number) => `| ${name} | ${all.map(of).join(" | ")} |`;
  return `# What a stage takes to synthesize

By \`node test/proof/synth.ts --write\`: Node ${process.versions.node}, ${availableParallelism()} cores, nothing else running; ten sources.
CloudFormation takes 500 resources a stack, 2 500 in an operation, and 1 MB a template.

| event types | ${all.map(({ types }) => types).join(" | ")} |
|---|${all.map(() => "--:|").join("")}
${[
  row("bundling, s", ({ bundleSeconds }) => bundleSeconds.toFixed(1)),
  row("synthesizing, s", ({ synthSeconds }) => synthSeconds.toFixed(1)),
  row("stacks, nested ones included", ({ stacks }) => stacks),
  row("resources in all", ({ resources }) => resources),
  row("resources in the fullest stack", ({ mostResources }) => mostResources),
  row("largest template, KB", ({ largestKilobytes }) => largestKilobytes.toFixed(0)),
].join("\n")}

![Synth time and template size by number of event types](synth.svg)
`;
}

/** Two lines over the number of event types: seconds, and the largest template against its limit. */
function drawing(all: readonly Figures[]): string {
  const [width, height, margin] = [640, 260, 48];
  const x = (types: number) => margin + ((width - 2 * margin) * types) / 200;
  const most = Math.max(...all.map(({ bundleSeconds, synthSeconds }) => bundleSeconds + synthSeconds));
  const y = (share: number) => height - margin - (height - 2 * margin) * share;
  const line = (of: (figures: Figures) => number, colour: string) => {
    const points = all.map((figures) => `${x(figures.types).toFixed(1)},${y(of(figures)).toFixed(1)}`);
    const dots = points.map(
      (point) => `<circle cx="${point.split(",")[0]}" cy="${point.split(",")[1]}" r="3" fill="${colour}"/>`,
    );
    return `<polyline points="${points.join(" ")}" fill="none" stroke="${colour}" stroke-width="2"/>${dots.join("")}`;
  };
  const text = (at: string, words: string, colour = "#444") =>
    `<text ${at} font-family="sans-serif" font-size="12" fill="${colour}">${words}</text>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img">
<title>Synth time and template size by number of event types</title>
<rect width="${width}" height="${height}" fill="#fff"/>
<path d="M${margin} ${margin}V${height - margin}H${width - margin}" fill="none" stroke="#999"/>
${line(({ bundleSeconds, synthSeconds }) => (bundleSeconds + synthSeconds) / most, "#1f6feb")}
${line(({ largestKilobytes }) => largestKilobytes / 1024, "#c9510c")}
${all.map(({ types }) => text(`x="${x(types)}" y="${height - margin + 18}" text-anchor="middle"`, String(types))).join("\n")}
${text(`x="${width / 2}" y="${height - 10}" text-anchor="middle"`, "event types")}
${text(`x="${margin}" y="20"`, `bundling and synthesizing, to ${most.toFixed(0)} s`, "#1f6feb")}
${text(`x="${width - margin}" y="20" text-anchor="end"`, "largest template, to its limit of 1 MB", "#c9510c")}
</svg>
`;
}

if (import.meta.main) {
  const [option] = process.argv.slice(2);
  if (option !== undefined && option !== "--write") throw new TypeError(usage);
  const all: Figures[] = [];
  for (const types of counts) all.push(await measure(types));
  console.log(page(all));
  if (option === "--write") {
    writeFileSync(new URL("synth.md", docs), page(all));
    writeFileSync(new URL("synth.svg", docs), drawing(all));
  }
}
