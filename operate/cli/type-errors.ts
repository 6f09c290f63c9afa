import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { constants, setPriority } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { endWithUs } from "../../local/lambda/reaper.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const compiler = join(root, "node_modules/typescript/bin/tsc");

/**
 * Checks the types of a project beside everything else, at the lowest priority.
 *
 * @param signal Ends it.
 * @returns A sentence where there are errors; undefined where there are none, or nothing to check with.
 */
export async function typeErrors(signal: AbortSignal, folder: string = root): Promise<string | undefined> {
  if (!existsSync(compiler)) return undefined;
  const runtime = "Deno" in globalThis ? ["run", "-A"] : [];
  const args = [...runtime, compiler, "--noEmit", "--pretty", "false"];
  const child = spawn(process.execPath, args, { cwd: folder, stdio: ["ignore", "pipe", "ignore"], signal });
  child.on("error", () => {});
  endWithUs(child);
  if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW);
  const [said] = await Promise.all([text(child.stdout), once(child, "close")]).catch(() => [""] as const);
  const errors = [...said.matchAll(/^(.+)\((\d+),(\d+)\): error /gm)];
  const [, file, line, column] = errors[0] ?? [];
  if (file === undefined || signal.aborted) return undefined;
  const count = errors.length === 1 ? "one error" : `${errors.length} errors`;
  return `The types have ${count}, in ${file}:${line}:${column} first: npm run check lists all. The run does not need them.`;
}
