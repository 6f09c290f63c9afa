import type { LambdaLine } from "./function-definition.ts";

type Fields = Readonly<Record<string, unknown>>;

const parsed = new WeakMap<LambdaLine, Fields | undefined>();

/** The fields of a line that is a JSON object, without the figures of its invocation, parsed once for all its readers. */
export function lineFields(line: LambdaLine): Fields | undefined {
  if (!parsed.has(line)) parsed.set(line, parse(line.text));
  return parsed.get(line);
}

function parse(text: string): Fields | undefined {
  if (!text.startsWith("{")) return undefined;
  try {
    return withoutFigures(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Whether a line ends an invocation: it holds the figures. */
export function endsInvocation({ kind, text }: LambdaLine): boolean {
  return kind === "stdout" && text.includes('"_aws":');
}

/** CloudWatch's embedded metric format: `_aws` names the fields that are figures, and their dimensions. */
function withoutFigures(fields: Fields): Fields {
  const directives = (Object(fields)._aws as { readonly CloudWatchMetrics?: unknown } | undefined)?.CloudWatchMetrics;
  if (!Array.isArray(directives)) return fields;
  const names = new Set<unknown>(["_aws"]);
  for (const directive of directives) {
    const { Dimensions, Metrics } = Object(directive) as { readonly Dimensions?: unknown; readonly Metrics?: unknown };
    for (const name of listOf(Dimensions).flat()) names.add(name);
    for (const metric of listOf(Metrics)) names.add(Object(metric).Name);
  }
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.has(name)));
}

/** Anybody's code may print such a line. */
function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
