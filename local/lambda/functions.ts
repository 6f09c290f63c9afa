import { join } from "node:path";
import { standInVariables } from "../aws/stand-ins.ts";
import type { Reach } from "../local-run.ts";
import type { RunOptions } from "../run-options.ts";
import { layerArn, local, nameOf, ofType, type Resource } from "../template.ts";
import { createLambdaFunction, type LambdaFunction } from "./lambda-runtime.ts";

/** The template's functions, by name. */
type Functions = ReadonlyMap<string, LambdaFunction> & {
  /** Gives every function further variables, which are known only once the entrances are open. */
  readonly tell: (variables: Readonly<Record<string, string>>) => void;
};

/** Makes the template's functions; a process starts with the first invocation, and {@linkcode Functions.tell} is for before. */
export function startFunctions(
  resources: readonly Resource[],
  standIns: Reach,
  options: Pick<RunOptions, "log"> & { readonly outbox: string },
): Functions {
  const environments: Record<string, string>[] = [];
  const functions = new Map(
    ofType(resources, "AWS::Lambda::Function").map((resource) => {
      const { properties, asset } = resource;
      if (asset === undefined) throw new TypeError(`Cannot run function ${resource.id}: the template names no asset`);
      const name = nameOf(resource);
      const environment = properties.Environment as
        | { readonly Variables?: Readonly<Record<string, string>> }
        | undefined;
      const given = { EFFECTS_FOLDER: options.outbox, ...environment?.Variables };
      const variables = { ...given, ...standInVariables(standIns), AWS_REGION: local.region };
      environments.push(variables);
      const lambda = createLambdaFunction(
        {
          name,
          version: "1",
          directory: asset,
          entry: String(properties.Handler),
          timeoutSeconds: Number(properties.Timeout),
          memoryMegabytes: Number(properties.MemorySize),
          environment: variables,
          ...bootstrapOf(resources, properties),
        },
        { log: (line) => options.log({ from: "lambda", line }) },
      );
      return [name, lambda] as const;
    }),
  );
  const tell: Functions["tell"] = (variables) => {
    for (const environment of environments) Object.assign(environment, variables);
  };
  return Object.assign(functions, { tell });
}

/** The program of a function whose runtime is in a layer: the bootstrap in the layer's asset. */
function bootstrapOf(resources: readonly Resource[], { Runtime, Layers = [] }: Resource["properties"]) {
  if (Runtime !== "provided.al2023") return {};
  const [arn] = Layers as readonly string[];
  const layer = ofType(resources, "AWS::Lambda::LayerVersion").find((one) => layerArn(nameOf(one)) === arn);
  if (layer?.asset === undefined) throw new TypeError(`Cannot run the stack: its layer ${arn} is not there`);
  return { bootstrap: join(layer.asset, "bootstrap") };
}

/** By name or by any ARN of it, qualified or not. */
export function functionOf(functions: ReadonlyMap<string, LambdaFunction>, nameOrArn: string): LambdaFunction {
  const name = nameOrArn.startsWith("arn:") ? nameOrArn.split(":")[6] : nameOrArn;
  const found = functions.get(name ?? "");
  if (found === undefined)
    throw new TypeError(`Cannot run the stack: it names a function "${nameOrArn}" that is not there`);
  return found;
}
