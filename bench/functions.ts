import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { buildOptions } from "../infra/build/bundle.ts";
import type { EventFile } from "../infra/build/event-files.ts";
import { names } from "../lambdas/aws/env.ts";
import { processor } from "../lambdas/core/processing/processor.ts";
import type { Taken } from "./path/worker.ts";
import type { Effort } from "./rounds.ts";

/** The two functions of a delivery. */
export type Kind = "verifier" | "processor";
/** A function to compare: the bundle of its handler. */
export type Contender = {
  readonly name: string;
  readonly bundle: string;
  /** Every event goes to the archive's queue, too. */
  readonly archives?: boolean;
  /** Of the body; that of the sample where it is left out. */
  readonly bytes?: number;
};

/** Does work in a folder of its own, which is removed behind it. */
export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "hookline-bench-"));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The event file of all functions here, at a path. */
export function eventOf(path: string): EventFile {
  const { options } = processor({ impact: "none" }, async () => {});
  return { name: "github/push", source: "github", type: "push", types: ["push"], queue: "github-push", path, options };
}

/** The verifier and a processor that does nothing, of a checkout, bundled as its stack bundles them. */
export async function bundleCheckout(checkout: string, folder: string): Promise<Readonly<Record<Kind, string>>> {
  const at = resolve(checkout);
  const { bundle } = await import(join(at, "infra/build/bundle.ts"));
  const path = join(folder, "push.ts");
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    path,
    `import { processor } from ${JSON.stringify(join(at, "lambdas/core/mod.ts"))};
export default processor({ impact: "none" }, async ({ payload }) => { payload; });`,
  );
  const made = await bundle({ events: [eventOf(path)], sources: { github: "github" } }, join(folder, "made"));
  const processor = join(made.processors["github/push"], "index.mjs");
  return { verifier: join(made.verifier, "index.mjs"), processor };
}

/** A peer's function, bundled alike. */
export async function bundlePeer(file: string, folder: string): Promise<string> {
  await build({ ...buildOptions, entryPoints: [here(file)], outdir: folder, entryNames: "index" });
  return join(folder, "index.mjs");
}

/** How many invocations a round has; `progress` is called after each round. */
export type Invocations = Pick<Effort, "rounds" | "progress"> & { readonly count: number };

/**
 * What an invocation took of each function, one figure a round: all in turn, each function in a
 * process of its own, against an AWS that does nothing. One round before warms up.
 */
export async function measurePaths(
  kind: Kind,
  contenders: readonly Contender[],
  { rounds, count, progress }: Invocations,
  logs: string,
): Promise<ReadonlyMap<string, readonly Taken[]>> {
  const aws = spawn(process.execPath, [here("path/null-aws.ts")], { stdio: ["pipe", "pipe", "inherit"] });
  const [port] = await once(createInterface(aws.stdout), "line");
  const workers = await Promise.all(
    contenders.map(async ({ name, bundle, archives = false, bytes = 0 }) => {
      // A file, since what a function writes is a part of its work.
      const log = openSync(join(logs, `${name}.log`), "w");
      const args = ["--expose-gc", here("path/worker.ts"), kind, bundle, String(bytes)];
      const child = spawn(process.execPath, args, {
        env: { ...environment(port), ...(archives ? { [names.archive]: "archive" } : {}) },
        stdio: ["ignore", log, "inherit", "ipc"],
      });
      const failed = once(child, "exit").then(([code]) => {
        if (code !== null) throw new Error(`${name} ended with ${code}`);
      });
      const said = async () => (await Promise.race([once(child, "message"), failed]))?.[0];
      await said();
      return { name, child, said, measured: [] as Taken[] };
    }),
  );
  try {
    for (let round = -1; round < rounds; round++) {
      for (const { child, said, measured } of workers) {
        child.send(count);
        const taken = await said();
        if (round >= 0) measured.push(taken);
      }
      if (round >= 0) progress(`${kind}: round ${round + 1} of ${rounds}`);
    }
  } finally {
    for (const { child } of workers) child.kill();
    aws.stdin.end();
  }
  return new Map(workers.map(({ name, measured }) => [name, measured]));
}

export function environment(port: string): NodeJS.ProcessEnv {
  const endpoint = `http://127.0.0.1:${port}`;
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "example",
    AWS_SESSION_TOKEN: "example",
    _X_AMZN_TRACE_ID: "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=0",
    AWS_LAMBDA_FUNCTION_NAME: "bench",
    [names.stage]: "bench",
    [names.table]: "bench",
    [names.bucket]: "bench",
    [names.secretPrefix]: "bench/",
    [names.queueUrlPrefix]: `${endpoint}/000000000000/bench-`,
  };
}
