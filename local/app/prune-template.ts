/** A resource as CDK's template declares it. */
type Declared = {
  readonly Type: string;
  readonly Properties?: unknown;
  readonly Metadata?: Readonly<Record<string, unknown>>;
};

/** A synthesized template. */
type Template = {
  readonly Resources: Readonly<Record<string, Declared>>;
  readonly Parameters?: Readonly<Record<string, { readonly Default?: unknown }>>;
  readonly Outputs?: unknown;
};

/** A resource outside of the receiver's tree. */
export type Outside = {
  readonly path: string;
  readonly type: string;
  /** `run`: the receiver refers to it, and there is a stand-in. */
  readonly fate: "run" | "skipped";
  /** The values that references from inside the tree got in its place. */
  readonly placeholders: readonly string[];
};

/** The types that the local run makes, so that a processor reaches them as it does on AWS. */
const withStandIn = new Set([
  "AWS::DynamoDB::Table",
  "AWS::SQS::Queue",
  "AWS::S3::Bucket",
  "AWS::SecretsManager::Secret",
]);

/** Resources of the tree that say who may do what: nothing here reads them, and their references need no value. */
const ofPermissions = new Set(["AWS::IAM::Policy", "AWS::IAM::Role", "AWS::KMS::Key"]);

/**
 * The part of a stack's template that is a receiver's tree, with the resources outside it that the tree refers to and that have a
 * stand-in. A reference to any other resource gets a placeholder.
 *
 * @param path The path of the receiver's construct.
 */
export function pruneTemplate(
  template: Template,
  path: string,
): { readonly template: Template; readonly outside: readonly Outside[] } {
  const resources = template.Resources;
  const inTree = (declared: Declared) => `${pathOf(declared)}/`.startsWith(`${path}/`);
  const kept = new Map<string, Declared>();
  const placeholders = new Map<string, Set<string>>();

  /** Takes a resource along, and all that it refers to. */
  function keep(id: string, declared: Declared): void {
    kept.set(id, declared);
    const Properties = replaced(declared.Properties, ofPermissions.has(declared.Type));
    kept.set(id, { ...declared, Properties });
  }

  /** The value in the place of a reference; undefined where the reference stays. */
  function placeholder(id: string, attribute: string | undefined, quietly: boolean): unknown {
    const declared = resources[id];
    if (declared === undefined) return template.Parameters?.[id]?.Default;
    if (kept.has(id) || inTree(declared)) return undefined;
    if (hasStandIn(declared) && ["", "Arn", "QueueName"].includes(attribute ?? "")) {
      keep(id, declared);
      return undefined;
    }
    const value = attribute?.endsWith("Arn")
      ? `arn:aws:${serviceOf(declared.Type)}:us-east-1:000000000000:placeholder/${id}`
      : `placeholder-${id}`;
    const all = placeholders.get(id) ?? new Set<string>();
    if (!quietly) placeholders.set(id, all.add(value));
    return value;
  }

  function replaced(value: unknown, quietly: boolean): unknown {
    if (Array.isArray(value)) return value.map((item) => replaced(item, quietly));
    if (typeof value !== "object" || value === null) return value;
    const [first, ...others] = Object.entries(value);
    if (first !== undefined && others.length === 0) {
      const [name, argument] = first;
      const [id = "", ...attribute] = name === "Ref" ? [String(argument)] : [argument].flat().join(".").split(".");
      if (name === "Ref" && !id.startsWith("AWS::")) return placeholder(id, undefined, quietly) ?? value;
      if (name === "Fn::GetAtt") return placeholder(id, attribute.join("."), quietly) ?? value;
      if (name === "Fn::ImportValue" || name === "Fn::GetStackOutput") return "placeholder-of-another-stack";
    }
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replaced(item, quietly)]));
  }

  for (const [id, declared] of Object.entries(resources)) if (inTree(declared)) keep(id, declared);
  const outside = Object.entries(resources)
    .filter(([, declared]) => !inTree(declared) && declared.Type !== "AWS::CDK::Metadata")
    .map(([id, declared]): Outside => {
      const fate = kept.has(id) ? "run" : "skipped";
      return {
        path: pathOf(declared) || id,
        type: declared.Type,
        fate,
        placeholders: [...(placeholders.get(id) ?? [])],
      };
    });
  return { template: { Resources: Object.fromEntries(kept) }, outside };
}

/** The path of a resource's construct, without the name that CDK gives the resource in it. */
function pathOf({ Metadata }: Declared): string {
  return String(Metadata?.["aws:cdk:path"] ?? "").replace(/\/Resource$/, "");
}

/** The queue of another kind would need another name. */
function hasStandIn({ Type, Properties }: Declared): boolean {
  return withStandIn.has(Type) && (Properties as { readonly FifoQueue?: unknown } | undefined)?.FifoQueue !== true;
}

/** The part of an ARN that names the service: `kms` of `AWS::KMS::Key`. */
function serviceOf(type: string): string {
  return (type.split("::")[1] ?? "").toLowerCase();
}
