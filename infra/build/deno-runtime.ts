import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The processor architecture of a function: `uname -m` there, in Lambda's words. */
export type Architecture = "arm64" | "x86_64";

/**
 * Deno as npm has it for each architecture, whose newest versions there differ; `sha256` is that of the binary in it.
 */
export const denoPackages: Readonly<
  Record<Architecture, { readonly name: string; readonly version: string; readonly sha256: string }>
> = {
  arm64: {
    name: "@deno/linux-arm64-glibc",
    version: "2.9.5",
    sha256: "e1a70c5eb03b0ebaf761077029ef86b9ba22d50e2b54ca45ce5437457f701b63",
  },
  x86_64: {
    name: "@deno/linux-x64-glibc",
    version: "2.9.6",
    sha256: "bceb5b6a6239b0b010418406d8c77a508f67cf4337d94288f1c19fe71304aab0",
  },
};

/** Lambda's limit for a function and its layers, unpacked. */
const mostBytes = 262_144_000;
const parts = fileURLToPath(new URL("deno-layer/", import.meta.url));

/** Fetches a package of npm's into a folder: the path of its archive. */
type Pack = (name: string, version: string, folder: string) => string;

/** By npm, with the registry that it is set to. */
const npmPack: Pack = (name, version, folder) => {
  const args = ["pack", `${name}@${version}`, "--json", "--pack-destination", folder];
  const [packed] = JSON.parse(execFileSync("npm", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }));
  return join(folder, packed.filename);
};

/**
 * The folder of a layer that runs functions under Deno: its binary, Hookline's client of Lambda's Runtime API, and the
 * bootstrap. The binary is fetched once, by exact version, and its SHA-256 is checked each time.
 *
 * @param folder Where layers are kept. Defaults to `.hookline/deno` in the working directory.
 * @param pack For tests.
 * @throws {TypeError} When the binary cannot be had, or is not what was expected; with what to do.
 */
export function prepareDenoLayer(
  architecture: Architecture,
  folder: string = join(".hookline", "deno"),
  pack: Pack = npmPack,
): string {
  const { name, version, sha256 } = denoPackages[architecture];
  const layer = resolve(folder, `${architecture}-${version}`);
  if (!existsSync(join(layer, "bin/deno"))) {
    const fetched = `${layer}.new`;
    rmSync(fetched, { recursive: true, force: true });
    mkdirSync(join(fetched, "bin"), { recursive: true });
    try {
      const archive = pack(name, version, fetched);
      execFileSync("tar", ["-xzf", archive, "-C", join(fetched, "bin"), "--strip-components=1", "package/deno"]);
      rmSync(archive);
    } catch (cause) {
      const what = cause instanceof Error ? (cause.message.split("\n")[0] ?? "") : "";
      throw new TypeError(
        `Cannot make the Deno layer: ${name}@${version} could not be fetched by npm (${what}); put its \`deno\` into ${join(layer, "bin")} from a machine that can, or leave out \`runtime\``,
        { cause },
      );
    }
    rmSync(layer, { recursive: true, force: true });
    renameSync(fetched, layer);
  }
  checkBinary(join(layer, "bin/deno"), sha256);
  for (const file of ["bootstrap", "runtime.js"]) copyFileSync(join(parts, file), join(layer, file));
  chmodSync(join(layer, "bootstrap"), 0o755);
  return layer;
}

/**
 * Checks that a function fits Lambda together with its layer.
 *
 * @throws {RangeError} When it does not.
 */
export function checkUnpackedSize(bundle: string, layer: string): void {
  const bytes = sizeOf(bundle) + sizeOf(layer);
  if (bytes <= mostBytes) return;
  throw new RangeError(
    `Cannot deploy ${bundle}: with the Deno layer it has ${bytes} bytes unpacked, Lambda takes ${mostBytes}; bundle less, or leave out \`runtime\``,
  );
}

function checkBinary(path: string, expected: string): void {
  const found = createHash("sha256").update(readFileSync(path)).digest("hex");
  if (found === expected) return;
  throw new TypeError(
    `Cannot make the Deno layer: ${path} has the SHA-256 ${found}, expected was ${expected}; delete it`,
  );
}

function sizeOf(folder: string): number {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((file) => statSync(join(folder, file)));
  return files.reduce((sum, file) => sum + (file.isFile() ? file.size : 0), 0);
}
