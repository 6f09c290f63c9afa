import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { bundleOne } from "../../infra/build/bundle.ts";

const lambdas = fileURLToPath(new URL("../../lambdas", import.meta.url));

/** For as long as this process lives, and for those that it starts. */
const shared = process.env.HOOKLINE_TEST_BUNDLES ?? ownFolder();

function ownFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "hookline-bundles-"));
  process.env.HOOKLINE_TEST_BUNDLES = folder;
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A bundler that bundles what is equal once, since esbuild takes longer than most tests of a local run. */
export async function sharedBundle(contents: string, folder: string): Promise<void> {
  const bundled = join(shared, createHash("sha256").update(spelledOut(contents)).digest("hex"));
  if (!existsSync(bundled)) {
    const making = `${bundled}-${process.pid}`;
    await bundleOne(contents, making);
    renameSync(making, bundled);
  }
  cpSync(bundled, folder, { recursive: true });
}

/** With the text of each event file in place of its path: the sources in `lambdas` stay as they are meanwhile. */
function spelledOut(contents: string): string {
  return contents.replaceAll(/(?<= from )"[^"]+"/g, (quoted) => {
    const path: string = JSON.parse(quoted);
    if (path.startsWith(lambdas)) return quoted;
    return readFileSync(path, "utf8").replaceAll(/(?<= from ")\.[^"]+/g, (other) => resolve(dirname(path), other));
  });
}
