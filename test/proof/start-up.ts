import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { bundle } from "../../infra/build/bundle.ts";
import { denoPackages, prepareDenoLayer } from "../../infra/build/deno-runtime.ts";
import { createLambdaFunction } from "../../local/lambda/lambda-runtime.ts";
import { httpEvent } from "../core/deliveries.ts";

const usage = `start-up compares how the verifier starts on nodejs24.x and on the Deno layer, in this machine's local runtime
  --write  into docs/measured/start-up.md`;
const rounds = 21;
const architecture = process.arch === "arm64" ? "arm64" : "x86_64";

type Times = { readonly first: number[]; readonly second: number[]; readonly later: number[] };

/** Starts a fresh environment, and posts three unsigned deliveries: each is answered 401 or 503 without a service. */
async function measure(directory: string, bootstrap: string | undefined, times: Times): Promise<void> {
  const environment = {
    ...{ HOOKLINE_STAGE: "dev", HOOKLINE_TABLE: "t", HOOKLINE_BUCKET: "b", HOOKLINE_SECRET_PREFIX: "s/" },
    ...{ HOOKLINE_QUEUE_URL_PREFIX: "https://sqs.test/", AWS_REGION: "us-east-1" },
  };
  const lambda = createLambdaFunction(
    {
      ...{ name: "verifier", directory, entry: "index.handler", timeoutSeconds: 20, memoryMegabytes: 512, environment },
      ...(bootstrap === undefined ? {} : { bootstrap }),
    },
    { log: () => {} },
  );
  const url = "https://hooks.example/nobody";
  const event = httpEvent({ method: "POST", url, headers: new Headers(), body: new TextEncoder().encode("{}") }, false);
  try {
    for (const list of [times.first, times.second, times.later]) {
      const started = performance.now();
      const result = await lambda.invoke(event);
      list.push(performance.now() - started);
      if (!result.ok) throw new Error(`${result.errorType}: ${result.errorMessage}`);
    }
  } finally {
    await lambda.close();
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

if (import.meta.main) {
  const [option] = process.argv.slice(2);
  if (option !== undefined && option !== "--write") throw new TypeError(usage);
  const folder = mkdtempSync(join(tmpdir(), "hookline-start-up-"));
  try {
    const { verifier } = await bundle({ events: [], sources: { github: "github", stripe: "stripe" } }, folder);
    const bootstrap = join(prepareDenoLayer(architecture), "bootstrap");
    const node: Times = { first: [], second: [], later: [] };
    const deno: Times = { first: [], second: [], later: [] };
    for (let round = 0; round < rounds; round += 1) {
      await measure(verifier, undefined, node);
      await measure(verifier, bootstrap, deno);
    }
    const row = (name: string, of: (times: Times) => readonly number[]) => {
      const [a, b] = [median(of(node)), median(of(deno))];
      return `| ${name} | ${a.toFixed(1)} | ${b.toFixed(1)} | ${(b / a).toFixed(2)} |`;
    };
    const page = `# How the verifier starts, on Node and on Deno

By \`node test/proof/start-up.ts --write\`: Node ${process.versions.node}, Deno ${denoPackages[architecture].version}, ${availableParallelism()} cores, nothing else running. Medians of ${rounds} fresh
environments each, in turn, in the local runtime; milliseconds. It says how the two compare, not what a cold start on
Lambda takes: there the Deno layer (some 90 MB unpacked) is loaded first, which was not measured.

| | nodejs24.x | Deno layer | ratio |
|---|--:|--:|--:|
${[
  row("start, and the first answer", ({ first }) => first),
  row("second answer", ({ second }) => second),
  row("third answer", ({ later }) => later),
].join("\n")}
`;
    console.log(page);
    if (option === "--write") writeFileSync(new URL("../../docs/measured/start-up.md", import.meta.url), page);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
