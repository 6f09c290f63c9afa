import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const isDeno = "Deno" in globalThis;

/** How a run of CDK ended. `signal`: something ended it. */
type Ended = { readonly code: number | null; readonly signal: string | null };

/** Runs CDK with its output on ours, and what is typed its own. An interruption goes to it, and this process waits for its end. */
export type RunCdk = (args: readonly string[]) => Promise<Ended>;

export const runCdk: RunCdk = async (words) => {
  const { program, args, ...options } = cdkCall(words);
  const child = spawn(program, [...args], { ...options, stdio: "inherit" });
  // A terminal gives Ctrl-C to both.
  const interrupt = () => void (process.stdin.isTTY || child.kill("SIGINT"));
  const terminate = () => void child.kill("SIGTERM");
  process.on("SIGINT", interrupt).on("SIGTERM", terminate);
  try {
    const [code, signal] = await once(child, "close");
    return { code, signal };
  } finally {
    process.off("SIGINT", interrupt).off("SIGTERM", terminate);
  }
};

/** A program as it is spawned. */
export type ProgramCall = {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
};

/** CDK with these words. */
export function cdkCall(words: readonly string[]): ProgramCall {
  const [program, ...before] = programOf();
  // npm has put its folder of programs in front by itself.
  const path = [process.env.PATH, join(root, "node_modules/.bin")].join(delimiter);
  return { program, args: [...before, ...words], cwd: root, env: { ...process.env, PATH: path } };
}

/** The pinned CLI: the program of the package aws-cdk, which Deno runs by itself, since its machine may have no Node. */
function programOf(): readonly [string, ...(readonly string[])] {
  if (!isDeno) return ["cdk"];
  const { devDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return [process.execPath, "run", "-A", `npm:aws-cdk@${devDependencies["aws-cdk"]}`];
}

/** The folder that cdk writes the cloud assembly into, by its own variable or its default. */
export function assemblyFolder(): string {
  return resolve(root, process.env.CDK_OUTPUT ?? "cdk.out");
}

/** The words of a synth, by which the app runs under the runtime in use. */
export function synthArgs(stack: string, folder: string): readonly string[] {
  const app = isDeno ? ["--app", `${process.execPath} run -A infra/app.ts`] : [];
  return ["synth", stack, "--quiet", "--output", folder, ...app];
}
