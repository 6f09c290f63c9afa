import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The account and region of a local run. */
export const local = {
  account: "000000000000",
  region: "us-east-1",
  partition: "aws",
  urlSuffix: "amazonaws.com",
} as const;

/** A resource of the synthesized stack or of one nested in it, its intrinsic functions resolved: see DECISIONS 8. */
export type Resource = {
  readonly id: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
  /** The absolute path of its asset, where it has one. */
  readonly asset?: string;
};

type Declared = {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly Metadata?: Readonly<Record<string, unknown>>;
};
type Template = {
  readonly Resources: Readonly<Record<string, Declared>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: unknown }>>;
};
type Scope = {
  readonly stack: string;
  readonly folder: string;
  readonly template: Template;
  readonly parameters: Readonly<Record<string, unknown>>;
};

/**
 * Every resource of a synthesized stack, nested stacks followed, with what CloudFormation would resolve resolved to
 * local names and ARNs.
 *
 * @param folder The cloud assembly, `cdk.out`.
 * @throws {TypeError} For an intrinsic function or a reference that it does not know: better than running another stack.
 */
export function readStack(folder: string, stack: string): readonly Resource[] {
  return resourcesOf({ stack, folder, template: readTemplate(folder, `${stack}.template.json`), parameters: {} });
}

function resourcesOf(scope: Scope): readonly Resource[] {
  return Object.entries(scope.template.Resources).flatMap(([id, declared]) => {
    if (declared.Type === "AWS::CloudFormation::Stack") return resourcesOf(nestedScope(scope, id, declared));
    const asset = declared.Metadata?.["aws:asset:path"];
    const properties = resolve(declared.Properties ?? {}, scope) as Record<string, unknown>;
    return [
      {
        id: `${scope.stack}/${id}`,
        type: declared.Type,
        properties,
        ...(typeof asset === "string" ? { asset: join(scope.folder, asset) } : {}),
      },
    ];
  });
}

function nestedScope(scope: Scope, id: string, declared: Declared): Scope {
  const path = declared.Metadata?.["aws:asset:path"];
  if (typeof path !== "string") throw new TypeError(`Cannot follow nested stack ${id}: it names no template`);
  const parameters = resolve(declared.Properties?.Parameters ?? {}, scope) as Record<string, unknown>;
  return {
    stack: `${scope.stack}/${id}`,
    folder: scope.folder,
    template: readTemplate(scope.folder, path),
    parameters,
  };
}

function readTemplate(folder: string, file: string): Template {
  return JSON.parse(readFileSync(join(folder, file), "utf8"));
}

function resolve(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value)) return value.map((item) => resolve(item, scope)).filter((item) => item !== undefined);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value);
  const [name, argument] = entries[0] ?? [];
  if (entries.length === 1 && name !== undefined && (name === "Ref" || name.startsWith("Fn::"))) {
    return intrinsic(name, argument, scope);
  }
  return Object.fromEntries(entries.map(([key, item]) => [key, resolve(item, scope)]));
}

function intrinsic(name: string, argument: unknown, scope: Scope): unknown {
  switch (name) {
    case "Ref":
      return reference(String(argument), scope);
    case "Fn::GetAtt": {
      const [id, ...attribute] = Array.isArray(argument) ? argument.map(String) : String(argument).split(".");
      return attributeOf(String(id), attribute.join("."), scope);
    }
    case "Fn::Join": {
      const [separator, parts] = argument as [string, unknown];
      return (resolve(parts, scope) as unknown[]).join(separator);
    }
    case "Fn::Select": {
      const [index, parts] = argument as [number | string, unknown];
      return (resolve(parts, scope) as unknown[])[Number(index)];
    }
    case "Fn::Split": {
      const [separator, text] = argument as [string, unknown];
      return String(resolve(text, scope)).split(separator);
    }
    case "Fn::Sub": {
      const [text, given] = Array.isArray(argument)
        ? (argument as [string, Record<string, unknown>])
        : [String(argument), {}];
      return text.replaceAll(/\$\{(!?)([^}]+)\}/g, (whole, literal: string, key: string) => {
        if (literal !== "") return `\${${key}}`;
        if (Object.hasOwn(given, key)) return String(resolve(given[key], scope));
        const [id = "", ...attribute] = key.split(".");
        return (
          String(attribute.length === 0 ? reference(id, scope) : attributeOf(id, attribute.join("."), scope)) || whole
        );
      });
    }
    default:
      throw new TypeError(`Cannot run ${scope.stack} locally: its template uses ${name}, which is not known here`);
  }
}

const pseudo: Readonly<Record<string, unknown>> = {
  "AWS::AccountId": local.account,
  "AWS::Region": local.region,
  "AWS::Partition": local.partition,
  "AWS::URLSuffix": local.urlSuffix,
  "AWS::NoValue": undefined,
};

function reference(id: string, scope: Scope): unknown {
  if (Object.hasOwn(pseudo, id)) return pseudo[id];
  if (id === "AWS::StackName") return scope.stack;
  if (Object.hasOwn(scope.parameters, id)) return scope.parameters[id];
  const { type, name } = physical(id, scope);
  switch (type) {
    case "AWS::SQS::Queue":
      return `https://sqs.${local.region}.${local.urlSuffix}/${local.account}/${name}`;
    case "AWS::SNS::Topic":
    case "AWS::SecretsManager::Secret":
    case "AWS::Lambda::Version":
    case "AWS::Lambda::Alias":
    case "AWS::Lambda::LayerVersion":
      return arnOf(id, scope);
    default:
      return name;
  }
}

function attributeOf(id: string, attribute: string, scope: Scope): unknown {
  const { type, name } = physical(id, scope);
  if (attribute === "Arn") return arnOf(id, scope);
  if (type === "AWS::SQS::Queue" && attribute === "QueueName") return name;
  if (type === "AWS::Lambda::Version" && attribute === "Version") return "1";
  // Nobody goes there: the run tells its functions where its own entrances are.
  if (type === "AWS::Lambda::Url" && attribute === "FunctionUrl")
    return `https://${name}.lambda-url.${local.region}.on.aws/`;
  if (type === "AWS::ApiGatewayV2::Api" && attribute === "ApiEndpoint")
    return `https://${name}.execute-api.${local.region}.${local.urlSuffix}`;
  if (type === "AWS::CloudFormation::Stack" && attribute.startsWith("Outputs.")) {
    const declared = scope.template.Resources[id];
    const nested = declared === undefined ? undefined : nestedScope(scope, id, declared);
    const output = nested?.template.Outputs?.[attribute.slice("Outputs.".length)];
    if (nested !== undefined && output !== undefined) return resolve(output.Value, nested);
  }
  throw new TypeError(`Cannot run ${scope.stack} locally: ${attribute} of ${type} "${id}" is not known here`);
}

function arnOf(id: string, scope: Scope): string {
  const { type, name, properties } = physical(id, scope);
  const arn = (service: string, rest: string) =>
    `arn:${local.partition}:${service}:${local.region}:${local.account}:${rest}`;
  switch (type) {
    case "AWS::DynamoDB::Table":
      return arn("dynamodb", `table/${name}`);
    case "AWS::SQS::Queue":
      return arn("sqs", name);
    case "AWS::SNS::Topic":
      return arn("sns", name);
    case "AWS::SecretsManager::Secret":
      return arn("secretsmanager", `secret:${name}`);
    case "AWS::Events::Rule":
      return arn("events", `rule/${name}`);
    case "AWS::Logs::LogGroup":
      return arn("logs", `log-group:${name}:*`);
    case "AWS::IAM::Role":
      return `arn:${local.partition}:iam::${local.account}:role/${name}`;
    case "AWS::S3::Bucket":
      return `arn:${local.partition}:s3:::${name}`;
    case "AWS::Lambda::Function":
      return arn("lambda", `function:${name}`);
    case "AWS::Lambda::Version":
      return arn("lambda", `function:${resolve(properties.FunctionName, scope)}:1`);
    case "AWS::Lambda::LayerVersion":
      return layerArn(name);
    case "AWS::Lambda::Alias":
      return arn("lambda", `function:${resolve(properties.FunctionName, scope)}:${resolve(properties.Name, scope)}`);
    default:
      throw new TypeError(`Cannot run ${scope.stack} locally: the ARN of ${type} "${id}" is not known here`);
  }
}

/** The ARN of a layer's one version. */
export function layerArn(name: string): string {
  return `arn:${local.partition}:lambda:${local.region}:${local.account}:layer:${name}:1`;
}

/** The property that holds a resource's own name, where a type has one. */
const nameProperty: Readonly<Record<string, string>> = {
  "AWS::DynamoDB::Table": "TableName",
  "AWS::SQS::Queue": "QueueName",
  "AWS::SNS::Topic": "TopicName",
  "AWS::SecretsManager::Secret": "Name",
  "AWS::Logs::LogGroup": "LogGroupName",
  "AWS::S3::Bucket": "BucketName",
  "AWS::Lambda::Function": "FunctionName",
};

function physical(id: string, scope: Scope) {
  const declared = scope.template.Resources[id];
  if (declared === undefined)
    throw new TypeError(`Cannot run ${scope.stack} locally: it refers to "${id}", which is not there`);
  const properties = declared.Properties ?? {};
  const given = properties[nameProperty[declared.Type] ?? ""];
  // CloudFormation makes such names from stack and logical id too; buckets take lower case alone.
  const made = `${scope.stack.split("/").at(0)}-${id}`;
  const name =
    given === undefined
      ? declared.Type === "AWS::S3::Bucket"
        ? made.toLowerCase()
        : made
      : String(resolve(given, scope));
  return { type: declared.Type, name, properties };
}

/** The physical name of a resolved resource, as {@linkcode readStack} made it wherever it is referred to. */
export function nameOf(resource: Resource): string {
  const given = resource.properties[nameProperty[resource.type] ?? ""];
  const [stack, ...rest] = resource.id.split("/");
  const made = `${stack}-${rest.at(-1)}`;
  return given === undefined ? (resource.type === "AWS::S3::Bucket" ? made.toLowerCase() : made) : String(given);
}

/** The resources of one type. */
export function ofType(resources: readonly Resource[], type: string): readonly Resource[] {
  return resources.filter((resource) => resource.type === type);
}
