import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import type { Journal } from "./journal.ts";

/**
 * A journal of JSON lines, `<name>.jsonl` in the folder that `EFFECTS_FOLDER` names (give it in `options.environment`);
 * by default `hookline-effects` in the system's folder for temporary files. So that on one's own machine an example's
 * effect can be looked at: a local run makes a folder for it, says which, and leaves it when it ends. Empty it to see the
 * effect of the same event again.
 *
 * No more than that: a Lambda's disk is gone with its execution environment, and with it what was written and which
 * keys were there. Put your own database behind {@linkcode Journal} before you deploy an example.
 */
export function openJournal<Entry extends object>(name: string): Journal<Entry> {
  const folder = process.env.EFFECTS_FOLDER || join(tmpdir(), "hookline-effects");
  const file = join(folder, `${name}.jsonl`);
  return {
    // Look and write without a pause between them, so that the records of one batch cannot come between.
    async add(entry, key) {
      if (keysIn(file).has(key)) return false;
      // A disk that was full has cut the line before: what it said was not done.
      const cut = existsSync(file) && !readFileSync(file, "utf8").endsWith("\n") ? "\n" : "";
      // Other users of the machine must not read its entries.
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      appendFileSync(file, `${cut}${JSON.stringify({ key, ...entry })}\n`, { mode: 0o600 });
      return true;
    },
  };
}

function keysIn(file: string): ReadonlySet<unknown> {
  if (!existsSync(file)) return new Set();
  const lines = readFileSync(file, "utf8").split("\n");
  return new Set(lines.map(keyIn));
}

function keyIn(line: string): unknown {
  try {
    return JSON.parse(line).key;
  } catch {
    return undefined;
  }
}
