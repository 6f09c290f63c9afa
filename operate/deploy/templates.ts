import { readFileSync } from "node:fs";
import { join } from "node:path";
import { factsIn, type ReceiverFacts } from "../../infra/receiver-facts.ts";

/** A resource as it stands in a template. */
export type Declared = {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly Metadata?: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
};

export type Template = {
  readonly Resources: Readonly<Record<string, Declared>>;
  readonly Metadata?: Readonly<Record<string, unknown>>;
};

/** The templates of a stack: its own, and those of its nested stacks by their logical ids. */
export type Templates = { readonly root: Template; readonly nested: Readonly<Record<string, Template>> };

/** A stage as it was synthesized. */
type Assembly = Templates & {
  readonly facts: ReceiverFacts;
  /** The version of the bootstrap stack that its deployment needs. */
  readonly bootstrapVersion: number;
};

/** The type of a nested stack. */
export const nestedType = "AWS::CloudFormation::Stack";

/**
 * Reads a stack of a cloud assembly.
 *
 * @throws {TypeError} Where it has no such stack, or one without a receiver.
 */
export function readAssembly(folder: string, stack: string): Assembly {
  const read = (file: string): Template => JSON.parse(readFileSync(join(folder, file), "utf8"));
  const { artifacts = {} } = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8"));
  const { templateFile, requiresBootstrapStackVersion: bootstrapVersion = 0 } = artifacts[stack]?.properties ?? {};
  if (typeof templateFile !== "string") throw new TypeError(`Cannot read ${folder}: it has no stack ${stack}`);
  const root = read(templateFile);
  const nested = Object.entries(root.Resources).flatMap(([id, { Type, Metadata }]) =>
    Type === nestedType ? [[id, read(String(Metadata?.["aws:asset:path"]))] as const] : [],
  );
  const [facts] = factsIn(root.Metadata ?? {});
  if (facts === undefined) throw new TypeError(`Cannot read ${folder}: the stack ${stack} holds no receiver`);
  return { root, nested: Object.fromEntries(nested), facts, bootstrapVersion };
}

/**
 * Every resource of a stack by `<nested stack>/<logical id>`, or `/<logical id>` at the top: by those two CloudFormation knows a
 * resource, and makes it anew where they change.
 */
export function placed({ root, nested }: Templates): ReadonlyMap<string, Declared> {
  const all = [["", root] as const, ...Object.entries(nested)];
  return new Map(
    all.flatMap(([stack, { Resources }]) =>
      Object.entries(Resources).map(([id, declared]) => [`${stack}/${id}`, declared] as const),
    ),
  );
}

/** The resources that one has and the other has not, by place. */
export function onlyIn(these: Templates, others: Templates | undefined): ReadonlyMap<string, Declared> {
  const known = others === undefined ? new Map() : placed(others);
  return new Map([...placed(these)].filter(([place]) => !known.has(place)));
}
