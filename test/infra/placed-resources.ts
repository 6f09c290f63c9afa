import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Declared } from "./stack-fixture.ts";

type Nested = Declared & { readonly Metadata?: Readonly<Record<string, string>> };
type Stacked = { readonly Resources: Readonly<Record<string, Nested>> };

/**
 * Every resource of a synthesized stage, by `<nested stack>/<logical id>`, or `/<logical id>` at the top: by those two
 * CloudFormation knows a resource, and one that changes them is made anew.
 */
export function placedResources(folder: string, stack: string): ReadonlyMap<string, Declared> {
  const read = (file: string): Stacked => JSON.parse(readFileSync(join(folder, file), "utf8"));
  const root = read(`${stack}.template.json`).Resources;
  const placed = new Map<string, Declared>(Object.entries(root).map(([id, resource]) => [`/${id}`, resource]));
  for (const [nested, { Type, Metadata }] of Object.entries(root)) {
    if (Type !== "AWS::CloudFormation::Stack") continue;
    for (const [id, resource] of Object.entries(read(Metadata?.["aws:asset:path"] ?? "").Resources)) {
      placed.set(`${nested}/${id}`, resource);
    }
  }
  return placed;
}
