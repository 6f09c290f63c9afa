import { spawn } from "node:child_process";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { ProgramCall } from "../deploy/run-cdk.ts";

/** How a program ended, and what it printed. */
export type Ran = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

/** A program with what goes to its standard input; `tell` takes each line that it prints. */
export type Call = ProgramCall & { readonly input?: string; readonly tell?: (line: string) => void };

/** Runs a program to its end. */
export type RunProgram = (call: Call) => Promise<Ran>;

const root = new URL("../../", import.meta.url);
const isDeno = "Deno" in globalThis;

/** The runtime in use with a file of this repository. */
function runtimeCall(file: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): ProgramCall {
  const path = fileURLToPath(new URL(file, root));
  const flags = isDeno ? ["run", "-A"] : ["--import", fileURLToPath(new URL("infra/require-node.js", root))];
  return { program: process.execPath, args: [...flags, path, ...args], cwd: fileURLToPath(root), env };
}

/** A command of Hookline. */
export function hooklineCall(args: readonly string[], env?: NodeJS.ProcessEnv): ProgramCall {
  return runtimeCall("operate/cli/hookline.ts", args, env);
}

/** The app of the proof, as a command for the shell of cdk and of the local run. cdk takes quotes away that the whole text has around it. */
export function appCommand(stage: string, bundles: string, round: number): string {
  const { program, args } = runtimeCall("infra/prove/app.ts", [stage, bundles, String(round)]);
  return [program, ...args].map((word) => (/^[\w./:\\-]+$/.test(word) ? word : `"${word}"`)).join(" ");
}

/** In a process group of its own, where there are any: Ctrl-C ends no deployment half-way, and the proof destroys what is there. */
export const runProgram: RunProgram = async ({ program, args, cwd, env, input, tell = () => {} }) => {
  const detached = process.platform !== "win32";
  const child = spawn(program, [...args], { cwd, env, detached, stdio: ["pipe", "pipe", "pipe"] });
  child.stdin.on("error", () => {});
  child.stdin.end(input ?? "");
  const read = async (stream: NodeJS.ReadableStream) => {
    const lines: string[] = [];
    for await (const line of createInterface({ input: stream })) {
      tell(line);
      lines.push(line);
    }
    return lines.join("\n");
  };
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  const [stdout, stderr, code] = await Promise.all([read(child.stdout), read(child.stderr), ended]);
  return { code, stdout, stderr };
};
