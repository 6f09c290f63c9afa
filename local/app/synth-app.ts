import { spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { localFactsKey } from "../../infra/build/local-facts.ts";
import { endWithUs } from "../lambda/reaper.ts";
import { local } from "../template.ts";

/** A CDK app on this machine. */
export type CdkApp = {
  /** The folder of `cdk.json`, where the app's command runs. */
  readonly folder: string;
  /** The command that synthesizes it. Defaults to `app` of `cdk.json`. */
  readonly command?: string;
};

type CdkJson = { readonly app?: unknown; readonly context?: Readonly<Record<string, unknown>> };

/**
 * The context that the CDK CLI adds to that of `cdk.json`, and what spares a local run: no asset of any stack is bundled, since a
 * receiver's are bundled already.
 *
 * @see https://docs.aws.amazon.com/cdk/v2/guide/context.html
 */
const added = {
  "aws:cdk:enable-path-metadata": true,
  "aws:cdk:enable-asset-metadata": true,
  "aws:cdk:version-reporting": false,
  "aws:cdk:bundling-stacks": [],
  [localFactsKey]: true,
};

/**
 * Synthesizes a CDK app as the CDK CLI does, but without look-ups: CDK has dummy values in their place.
 *
 * @param assembly The folder of the cloud assembly; emptied first.
 * @param say Takes the lines that the app prints.
 * @throws {TypeError} Where there is no app, or its command fails.
 */
export async function synthApp(app: CdkApp, assembly: string, say: (line: string) => void): Promise<void> {
  const { app: configured, context } = readJson(join(app.folder, "cdk.json")) as CdkJson;
  const command = app.command ?? (typeof configured === "string" ? configured : undefined);
  if (command === undefined || command.trim() === "") {
    throw new TypeError(
      `Cannot start: ${app.folder} has no cdk.json with an "app"; go to its folder, or give --app "node app.ts"`,
    );
  }
  rmSync(assembly, { recursive: true, force: true });
  const lookedUp = readJson(join(app.folder, "cdk.context.json"));
  const code = await run(command, app.folder, { ...context, ...lookedUp, ...added }, assembly, say);
  if (code !== 0) throw new TypeError(`Cannot synthesize: ${command} ended with ${code}; see its lines above`);
  if (!existsSync(join(assembly, "manifest.json"))) {
    throw new TypeError(`Cannot synthesize: ${command} wrote no cloud assembly; see that it calls app.synth()`);
  }
}

function readJson(file: string): object {
  if (!existsSync(file)) return {};
  try {
    const read: unknown = JSON.parse(readFileSync(file, "utf8"));
    if (typeof read === "object" && read !== null) return read;
  } catch (cause) {
    throw new TypeError(`Cannot read ${file}: it is no JSON`, { cause });
  }
  throw new TypeError(`Cannot read ${file}: it is no JSON object`);
}

async function run(
  command: string,
  cwd: string,
  context: object,
  assembly: string,
  say: (line: string) => void,
): Promise<number | string> {
  const env = {
    ...process.env,
    CDK_OUTDIR: assembly,
    CDK_CONTEXT_JSON: JSON.stringify(context),
    CDK_DEFAULT_ACCOUNT: local.account,
    CDK_DEFAULT_REGION: local.region,
    // Rules on what is deployed are for synth; they would double the time of a start.
    CDK_VALIDATION: "false",
  };
  // A group of its own: the shell does not hand a signal on to what it runs.
  const detached = process.platform !== "win32";
  const child = spawn(command, { shell: true, cwd, env, stdio: ["ignore", "pipe", "pipe"], detached });
  endWithUs(child, true);
  for (const input of [child.stdout, child.stderr]) createInterface({ input }).on("line", say);
  return await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve(code ?? signal ?? 1));
  });
}
