import { join } from "node:path";
import { parseJson } from "../../lambdas/core/events/fields.ts";
import type { Field, Provider } from "../../lambdas/core/provider.ts";
import { findSample, sampleName, splitType } from "../samples/sample.ts";
import type { NewFile } from "./files.ts";
import { checkEventName, quoted } from "./names.ts";
import { type PayloadType, publishedType, typeOfSample } from "./payload-type.ts";

const samplesFolder = "lambdas/providers/samples";

/**
 * The files of a new event type: its processor, a sample where its provider has none of that type, and a test.
 *
 * @param root The folder of the project.
 * @throws {TypeError} When the name cannot be that of an event file.
 */
export function eventFiles(root: string, source: string, type: string, provider: Provider): readonly NewFile[] {
  checkEventName(join(root, "lambdas/events"), source, type);
  const name = `${source}/${type}`;
  const up = "../".repeat(name.split("/").length);
  const sampled = type === "_other" ? "sample" : type;
  const there = findSample(join(root, samplesFolder), provider.name, sampled, splitType(provider, sampled)[0]);
  const made = there === undefined ? sampleText(provider, sampled) : undefined;
  const payload =
    publishedType(root, provider, type) ?? typeOfSample(parseJson(there?.body ?? new TextEncoder().encode(made)));
  return [
    { path: `lambdas/events/${name}.ts`, text: processorText(up, name, payload) },
    ...(made === undefined
      ? []
      : [{ path: `${samplesFolder}/${provider.name}/${sampleName(sampled)}.json`, text: made }]),
    { path: `test/events/${name}.test.ts`, text: testText(up, name, sampled) },
  ];
}

function processorText(up: string, name: string, payload: PayloadType): string {
  return `import { processor } from "${up}core/processing/processor.ts";
${payload.declared.startsWith("import ") ? "" : "\n"}${payload.declared}

export default processor<${payload.name}>(
  { impact: ${quoted(`Events of ${name} are not handled`)}, timeoutSeconds: 30 },
  async ({ event, idempotencyKey, log }) => {
    // Returning acknowledges the event. Throwing has it retried; PermanentError sends it to the DLQ at once.
    log.info("received", { id: event.id, bytes: event.body.length, idempotencyKey });
  },
);
`;
}

/** A body with a value wherever the provider reads one. */
function sampleText(provider: Provider, type: string): string {
  const { events } = provider;
  const body: Record<string, unknown> = {};
  if (typeof events === "object") {
    set(body, events.id, "sample");
    const [coarse, fine] = splitType(provider, type);
    set(body, events.type, coarse);
    if (fine !== undefined) set(body, events.subtype, fine);
    set(body, events.tenant, "sample");
    set(body, events.livemode, false);
  }
  return `${JSON.stringify(body, null, 2)}\n`;
}

function set(body: Record<string, unknown>, field: Field | undefined, value: unknown): void {
  if (field === undefined || "header" in field) return;
  const [first = ""] = [field.json].flat();
  const tokens = first.split("/").slice(1);
  let parent = body;
  for (const token of tokens.slice(0, -1)) {
    const child = (parent[token] ?? {}) as Record<string, unknown>;
    parent[token] = child;
    parent = child;
  }
  parent[tokens.at(-1) ?? ""] = value;
}

function testText(up: string, name: string, sampled: string): string {
  const [source = ""] = name.split("/");
  return `import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { runSample } from "${up.slice(3)}run-sample.ts";

describe(${quoted(name)}, () => {
  it("is done with the provider's sample", async () => {
    const { states, log } = await runSample(${quoted(source)}, ${quoted(sampled)});
    assert.deepEqual(states, { ${quoted(name)}: "done" }, log);
  });
});
`;
}
