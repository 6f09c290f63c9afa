import { Buffer } from "node:buffer";
import { appendFileSync, closeSync, mkdirSync, openSync, readSync, statSync } from "node:fs";
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
  const keysIn = openKeys(file);
  return {
    // Look and write without a pause between them, so that the records of one batch cannot come between.
    async add(entry, key) {
      const { keys, isCut } = keysIn();
      if (keys.has(key)) return false;
      // Other users of the machine must not read its entries.
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      // A disk that was full has cut the line before: what it said was not done.
      appendFileSync(file, `${isCut ? "\n" : ""}${JSON.stringify({ key, ...entry })}\n`, { mode: 0o600 });
      return true;
    },
  };
}

/** Reads the keys of a file, each time only in the lines that were added since, by whichever process. */
function openKeys(file: string): () => { readonly keys: ReadonlySet<unknown>; readonly isCut: boolean } {
  const keys = new Set<unknown>();
  let bytesRead = 0;
  return () => {
    const bytes = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
    if (bytes < bytesRead) {
      // It was emptied.
      keys.clear();
      bytesRead = 0;
    }
    if (bytes > bytesRead) {
      const added = readFrom(file, bytesRead, bytes);
      const lines = added.subarray(0, added.lastIndexOf("\n") + 1);
      for (const line of lines.toString("utf8").split("\n")) keys.add(keyIn(line));
      bytesRead += lines.length;
    }
    return { keys, isCut: bytes > bytesRead };
  };
}

function readFrom(file: string, from: number, to: number): Buffer {
  const bytes = Buffer.alloc(to - from);
  const opened = openSync(file, "r");
  try {
    return bytes.subarray(0, readSync(opened, bytes, 0, bytes.length, from));
  } finally {
    closeSync(opened);
  }
}

function keyIn(line: string): unknown {
  try {
    return JSON.parse(line).key;
  } catch {
    return undefined;
  }
}
