import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { buildPackage, runCompiler } from "../../infra/build/package.ts";
import { folder } from "./hosts.ts";

const below = join(folder, ".hookline");
const next = join(folder, "node_modules/next/dist/bin/next");

/** What a user would have: the examples in a project where Hookline and the frameworks are installed from packages. */
type HostsProject = {
  readonly examples: string;
  /** The folder of the Next app: the example's route, and those that are tried. */
  readonly next: string;
  /** What the compiler says of the examples and the apps; empty where they are right. */
  check(): string;
  /** The same of Deno, for those that run on it alone. */
  checkDeno(program: string): string;
  remove(): void;
};

/**
 * Makes that project below this folder, Hookline's package built and installed.
 *
 * @throws {Error} When the frameworks are not installed.
 */
export function createHostsProject(): HostsProject {
  const installed = join(folder, "node_modules");
  if (!existsSync(join(installed, "hono")))
    throw new Error(
      "Cannot try hosts: their packages are not installed, run npm ci --ignore-scripts --prefix test/hosts",
    );
  buildPackage(join(installed, "@hookline/hookline"));
  rmSync(below, { recursive: true, force: true });
  mkdirSync(below);
  const project = { examples: join(below, "examples"), next: join(below, "next") };
  cpSync(join(folder, "../../examples"), project.examples, {
    recursive: true,
    filter: (from) => !/[/\\](cdk-app|\.next|dist)$|\.db(-\w+)?$/.test(from),
  });
  for (const from of [join(project.examples, "next"), join(folder, "apps/next")])
    cpSync(from, project.next, { recursive: true });
  for (const file of ["receiver.ts", "whatalo.ts"]) cpSync(join(folder, "apps", file), join(project.next, file));
  return {
    ...project,
    check: () => runCompiler(["--project", join(folder, "tsconfig.json")]).said,
    checkDeno(program) {
      const files = ["apps/deno-serve.ts", "apps/hono-deno.ts", ".hookline/examples/hono/deno.ts"];
      const env = { ...process.env, NO_COLOR: "1" };
      const args = ["check", "--quiet", "--no-remote", ...files];
      const { status, stderr } = spawnSync(program, args, { cwd: folder, env, encoding: "utf8" });
      return status === 0 ? "" : stderr;
    },
    remove: () => rmSync(below, { recursive: true, force: true }),
  };
}

/**
 * Builds the Next app.
 *
 * @throws {Error} When it does not build, with what Next says.
 */
export function buildNext(project: HostsProject, program: string): void {
  const env = { ...process.env, NEXT_TELEMETRY_DISABLED: "1", DATABASE: ":memory:" };
  const { status, stdout, stderr } = spawnSync(program, [next, "build"], { cwd: project.next, env, encoding: "utf8" });
  if (status !== 0) throw new Error(`Cannot build the Next app: ${stdout}${stderr}`);
}

/** How the built Next app is started. */
export function nextCommand(program: string): readonly string[] {
  return [program, next, "start", "--hostname", "127.0.0.1", "--port", "0"];
}
