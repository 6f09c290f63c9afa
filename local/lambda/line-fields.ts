import type { LambdaLine } from "./function-definition.ts";

type Fields = Readonly<Record<string, unknown>>;

const parsed = new WeakMap<LambdaLine, Fields | undefined>();

/** The fields of a line that is a JSON object, parsed once for all its readers. */
export function lineFields(line: LambdaLine): Fields | undefined {
  if (!parsed.has(line)) parsed.set(line, parse(line.text));
  return parsed.get(line);
}

function parse(text: string): Fields | undefined {
  if (!text.startsWith("{")) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
