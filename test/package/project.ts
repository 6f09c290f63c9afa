import { type ChildProcess, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type BuiltPackage, buildPackage, runCompiler } from "../../infra/build/package.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** What `npm pack` says of a tarball. */
type Tarball = { readonly size: number; readonly files: readonly { readonly path: string }[] };

/** Somebody's empty project with the built package installed in it, and nothing else. */
export type Project = {
  readonly folder: string;
  readonly built: BuiltPackage;
  /** Undefined where there is no npm, as with Deno alone: the folder that npm would have packed is copied instead. */
  readonly tarball: Tarball | undefined;
  /** The package's own `package.json`. */
  readonly manifest: { readonly peerDependencies: Readonly<Record<string, string>> };
  /** The environment of a program there: without what npm hands to its scripts, which would lead npm back here. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Installs packages as this repository has them. */
  install(packages: readonly string[]): void;
  /** Puts all that is installed, with its programs, into another folder, `node_modules` of a project. */
  link(modules: string): void;
  /** Writes a file and runs it; what it printed. */
  run(
    code: string,
    runtime?: string,
  ): { readonly status: number | null; readonly stdout: string; readonly said: string };
  /** What the compiler says of files of the project; empty where they are right. */
  check(resolution: "nodenext" | "bundler" | "deno", files: readonly string[]): string;
  remove(): void;
};

/** The runtimes to try the package under: the one that runs this, and those that TRY_UNDER names, apart by colons. */
export const runtimes: readonly string[] = [process.execPath, ...(process.env.TRY_UNDER?.split(":") ?? [])];

/** Builds the package, packs it and installs the tarball, all on this machine. */
export function createProject(): Project {
  const top = mkdtempSync(join(tmpdir(), "hookline-package-"));
  const [packed, folder] = [join(top, "package"), join(top, "project")];
  const built = buildPackage(packed);
  const tarball = installBuilt(top, folder, "@hookline/hookline");
  cpSync(fileURLToPath(new URL("consumer", import.meta.url)), folder, { recursive: true });
  return {
    folder,
    built,
    tarball,
    manifest: JSON.parse(readFileSync(join(packed, "package.json"), "utf8")),
    env: plain(),
    install(packages) {
      for (const name of packages) {
        const to = join(folder, "node_modules", name);
        mkdirSync(dirname(to), { recursive: true });
        rmSync(to, { force: true });
        symlinkSync(join(root, "node_modules", name), to);
      }
    },
    link(modules) {
      for (const name of readdirSync(join(folder, "node_modules"))) {
        if (name === ".bin" || !name.startsWith("."))
          symlinkSync(join(folder, "node_modules", name), join(modules, name));
      }
    },
    run(code, runtime = process.execPath) {
      writeFileSync(join(folder, "run.ts"), code);
      const args = /deno[^/]*$/.test(runtime) ? ["run", "-A", "--no-remote", "run.ts"] : ["run.ts"];
      const { status, stdout, stderr } = spawnSync(runtime, args, { cwd: folder, encoding: "utf8", env: plain() });
      return { status, stdout, said: `${stdout}${stderr}` };
    },
    check(resolution, files) {
      if (resolution === "deno") {
        const args = ["check", "--quiet", "--no-remote", ...files];
        const { status, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8", env: plain() });
        return status === 0 ? "" : stderr;
      }
      const module = resolution === "nodenext" ? "nodenext" : "preserve";
      const modules = ["--module", module, "--moduleResolution", resolution, "--allowImportingTsExtensions"];
      const strict = ["--strict", "--exactOptionalPropertyTypes", "--noUncheckedIndexedAccess"];
      const libraries = ["--target", "es2024", "--lib", "es2024,dom,dom.iterable", "--types", ""];
      return runCompiler(["--noEmit", "--skipLibCheck", "false", ...strict, ...modules, ...libraries, ...files], folder)
        .said;
    },
    remove: () => rmSync(top, { recursive: true, force: true }),
  };
}

/** The lines that a process prints from now on, as they come. */
export function linesOf(child: ChildProcess): string[] {
  const seen: string[] = [];
  for (const input of [child.stdout, child.stderr]) {
    if (input === null) continue;
    createInterface({ input }).on("line", (line) => {
      seen.push(line);
      child.emit("line", line);
    });
  }
  return seen;
}

/** Resolves with the first line of a process that fits; rejects where it ends before. */
export async function lineOf(child: ChildProcess, seen: readonly string[], fits: RegExp): Promise<string> {
  const there = seen.find((line) => fits.test(line));
  if (there !== undefined) return there;
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const onLine = (line: string) => fits.test(line) && resolve(line);
  const onClose = (code: number) => reject(new Error(`It ended with ${code}:\n${seen.join("\n")}`));
  child.on("line", onLine).once("close", onClose);
  return await promise.finally(() => child.off("line", onLine).off("close", onClose));
}

/** Packs the package that was built into `package` of a folder, and installs the tarball in an empty project. */
export function installBuilt(top: string, folder: string, name: string): Tarball | undefined {
  const packed = join(top, "package");
  mkdirSync(folder);
  writeFileSync(join(folder, "package.json"), '{ "name": "project", "private": true, "type": "module" }\n');
  const tarball = installTarball(top, packed, folder);
  if (tarball === undefined) cpSync(packed, join(folder, "node_modules", name), { recursive: true });
  return tarball;
}

function installTarball(top: string, packed: string, folder: string): Tarball | undefined {
  const npm = (cwd: string, ...args: readonly string[]) =>
    spawnSync("npm", [...args, "--offline", "--ignore-scripts"], { cwd, encoding: "utf8", env: plain() });
  const pack = npm(top, "pack", packed, "--json");
  if (pack.error !== undefined) return undefined;
  const [tarball] = JSON.parse(pack.stdout);
  const { status, stderr } = npm(folder, "install", "--no-audit", "--no-fund", join(top, tarball.filename));
  if (status !== 0) throw new Error(`Cannot install the tarball: ${stderr}`);
  return tarball;
}

/** The environment without what npm hands to its scripts: it would lead npm back here. */
function plain(): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(npm_|INIT_CWD|NODE_)/i.test(name)));
}
