import type { Buffer } from "node:buffer";
import { readFileSync } from "node:fs";
import process from "node:process";
import { buffer } from "node:stream/consumers";
import { UsageError } from "./usage-error.ts";

/**
 * The bytes of a file that an option names.
 *
 * @throws {UsageError} When it cannot be read. Its name may be a secret, by mistake: it is not repeated.
 */
export function readInputFile(option: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    const { code = "unknown" } = error as { readonly code?: string };
    throw new UsageError(`Cannot read ${option}: ${code}. It takes the name of a file that is there`);
  }
}

/** The text of a file that holds a secret, or of standard input for `-`, without the line break that editors add at the end. */
export async function readSecretInput(option: string, file: string): Promise<string> {
  const bytes = file === "-" ? await buffer(process.stdin) : readInputFile(option, file);
  return bytes.toString("utf8").replace(/\r?\n$/, "");
}
