import { createRequire } from "node:module";

/** An attribute's value: one type, and what it holds. */
type Value = Readonly<Record<string, unknown>>;

/** The request that an expression stands in. A parse strikes the names and values that it has used from the unused ones. */
type Context = {
  readonly attrNames?: Readonly<Record<string, string>>;
  readonly attrVals?: Readonly<Record<string, Value>>;
  readonly unusedAttrNames: Record<string, true>;
  readonly unusedAttrVals: Record<string, true>;
};

type Parse = (text: string, options: { readonly context: Context }) => unknown;

/** A parsed expression, and the values in it that other requests have others for. */
type Parsed = {
  readonly tree: unknown;
  readonly places: ReadonlyMap<unknown, string>;
  readonly usedNames: readonly string[];
  readonly usedValues: readonly string[];
};

/** A stack has some dozens of expressions; a client that writes its values into them could have any number. */
const most = 500;

const requireHere = createRequire(import.meta.url);
const parsers = ["conditionParser", "updateParser"].map((name) => requireHere(`dynalite/db/${name}`));
let areKept = false;

/**
 * Has dynalite parse each expression once: by its parsers, which take a tenth of the time of a local run's main process,
 * anew at each request. From then on, for every dynalite in this process.
 */
export function keepParsedExpressions(): void {
  if (areKept) return;
  areKept = true;
  for (const parser of parsers as { parse: Parse }[]) parser.parse = keepingParsed(parser.parse);
}

/** A parse that parses alike expressions once: those of the same text, names, and types of values. */
export function keepingParsed(parse: Parse): Parse {
  const kept = new Map<string, Parsed>();
  return (text, options) => {
    const { context } = options;
    const key = keyOf(text, context);
    const found = key === undefined ? undefined : kept.get(key);
    if (found !== undefined) return reuse(found, context);
    const unused = { names: Object.keys(context.unusedAttrNames), values: Object.keys(context.unusedAttrVals) };
    const tree = parse(text, options);
    // A fault is a sentence, which may quote values.
    if (key === undefined || typeof tree !== "object") return tree;
    if (kept.size >= most) kept.clear();
    const parsed: Parsed = {
      tree,
      places: new Map(Object.entries(context.attrVals ?? {}).map(([name, value]) => [value as unknown, name])),
      usedNames: unused.names.filter((name) => !(name in context.unusedAttrNames)),
      usedValues: unused.values.filter((name) => !(name in context.unusedAttrVals)),
    };
    kept.set(key, parsed);
    // dynalite writes into the tree of an update.
    return reuse(parsed, context);
  };
}

/** Undefined for an expression whose check looks at more of a value than its type. */
function keyOf(text: string, { attrNames, attrVals = {} }: Context): string | undefined {
  if (/between|attribute_type/i.test(text)) return undefined;
  const types = Object.entries(attrVals).map(([name, value]) => [name, ...Object.keys(value)]);
  return JSON.stringify([text, attrNames, types]);
}

function reuse({ tree, places, usedNames, usedValues }: Parsed, context: Context): unknown {
  for (const name of usedNames) delete context.unusedAttrNames[name];
  for (const name of usedValues) delete context.unusedAttrVals[name];
  return copy(tree, (value) => context.attrVals?.[places.get(value) ?? ""]);
}

/** A copy of a tree, in which `put` says what stands in place of a value. */
function copy(node: unknown, put: (node: unknown) => unknown): unknown {
  if (typeof node !== "object" || node === null) return node;
  const value = put(node);
  if (value !== undefined) return value;
  if (Array.isArray(node)) return node.map((one) => copy(one, put));
  const copied = Object.create(Object.getPrototypeOf(node));
  for (const [name, one] of Object.entries(node)) copied[name] = copy(one, put);
  return copied;
}
