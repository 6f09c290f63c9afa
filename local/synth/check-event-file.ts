import { spawn } from "node:child_process";
import { once } from "node:events";
import { extname } from "node:path";
import process from "node:process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import type { EventFile } from "../../infra/build/event-files.ts";

const program = fileURLToPath(new URL(`check-program${extname(import.meta.url)}`, import.meta.url));

/**
 * Checks an event file as synth does, in a process of its own: a module that is loaded once stays as it was.
 *
 * @throws {TypeError} When it is wrong, with its line.
 */
export async function checkEventFile({ path, name }: Pick<EventFile, "path" | "name">): Promise<void> {
  const runtime = "Deno" in globalThis ? ["run", "-A"] : [];
  const child = spawn(process.execPath, [...runtime, program, path, name], { stdio: ["ignore", "ignore", "pipe"] });
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, "close")]);
  if (code !== 0) throw new TypeError(said.trim() || `Cannot load event file ${name}.ts: its process ended by ${code}`);
}
