import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { pathToFileURL } from "node:url";
import { stripVTControlCharacters } from "node:util";

/** Where in a file an error arose: `:3:13`, and that line of code; empty where it cannot be told. */
export function placeInFile(error: Error, path: string): { readonly at: string; readonly code: string } {
  const lines = readFileSync(path, "utf8").split(/\r?\n/);
  const [line, column] = fromStack(error, path) ?? fromImport(error, lines) ?? [];
  const code = lines[(line ?? 0) - 1];
  if (line === undefined || code === undefined) return { at: "", code: "" };
  return { at: `:${line}${column === undefined ? "" : `:${column}`}`, code: code.trim() };
}

/** The first place of the file in the stack. Node heads a syntax error with the line, and marks the column below it. */
function fromStack({ stack = "" }: Error, path: string): readonly number[] | undefined {
  const text = stripVTControlCharacters(stack);
  const places = [pathToFileURL(path).href, path].map((name) => name.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const [, line, column] = new RegExp(`(?:${places.join("|")}):(\\d+)(?::(\\d+))?`).exec(text) ?? [];
  if (line === undefined) return undefined;
  const marked = /^( *)\^+ *$/m.exec(text)?.[1]?.length;
  const found = column ?? (marked === undefined ? undefined : marked + 1);
  return found === undefined ? [Number(line)] : [Number(line), Number(found)];
}

/** Node names a missing module, and not the line that imports it. */
function fromImport({ message }: Error, lines: readonly string[]): readonly number[] | undefined {
  const missing = /(?:module|package) ['"]([^'"]+)['"]/.exec(message)?.[1];
  if (missing === undefined) return undefined;
  const index = lines.findIndex((line) => /\b(from|import)\b/.test(line) && line.includes(basename(missing)));
  return index < 0 ? undefined : [index + 1, (lines[index] ?? "").indexOf(basename(missing)) + 1];
}
