import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Pipelines } from "./pipelines.ts";

/** The committed list of pipelines. Synth writes it, like a lock file; nobody edits it. */
export const pipelinesFile: string = fileURLToPath(new URL("../pipelines.json", import.meta.url));

/**
 * The committed pipelines; none where the file is not there yet.
 *
 * @throws {TypeError} When the file holds something else.
 */
export function readPipelines(path: string = pipelinesFile): Pipelines {
  const text = readText(path);
  if (text === undefined) return {};
  const found = parse(text);
  if (!isPipelines(found)) {
    throw new TypeError(
      `Cannot read ${path}: it must hold {"<source>/<type>": {"queue": "…"}}; take it from the last commit (git checkout)`,
    );
  }
  return found;
}

/**
 * Has the file say these pipelines, where it does not.
 *
 * @param fixed A difference is an error.
 * @throws {TypeError} When `fixed` and the file differs.
 */
export function savePipelines(
  pipelines: Pipelines,
  options: { readonly fixed: boolean; readonly path?: string },
): void {
  const { fixed, path = pipelinesFile } = options;
  const text = `${JSON.stringify(pipelines, null, 2)}\n`;
  if (readText(path) === text) return;
  if (fixed) {
    throw new TypeError(
      `Cannot synthesize with CI set: ${path} is not what lambdas/events makes; run \`npm run synth\` and commit infra/pipelines.json`,
    );
  }
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isPipelines(value: unknown): value is Pipelines {
  const isObject = (one: unknown) => typeof one === "object" && one !== null && !Array.isArray(one);
  return (
    isObject(value) && Object.values(value as object).every((one) => isObject(one) && typeof one.queue === "string")
  );
}
