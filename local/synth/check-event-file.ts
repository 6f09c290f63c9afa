import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import type { EventFile } from "../../infra/build/event-files.ts";
import { endWithUs } from "../lambda/reaper.ts";

const program = fileURLToPath(new URL(`check-program${extname(import.meta.url)}`, import.meta.url));

/**
 * Checks an event file as synth does, in a process of its own: a module that is loaded once stays as it was.
 *
 * @throws {TypeError} When it is wrong, with its line.
 */
export async function checkEventFile({ path, name }: Pick<EventFile, "path" | "name">): Promise<void> {
  const runtime = "Deno" in globalThis ? ["run", "-A"] : [];
  const folder = mkdtempSync(join(tmpdir(), "hookline-check-"));
  try {
    const answer = join(folder, "answer");
    const child = spawn(process.execPath, [...runtime, program, path, name, answer], { stdio: "ignore" });
    endWithUs(child);
    const [code] = await once(child, "close");
    if (existsSync(answer)) throw new TypeError(readFileSync(answer, "utf8"));
    if (code !== 0) throw new TypeError(`Cannot load event file ${name}.ts: its process ended by ${code}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
