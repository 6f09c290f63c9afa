import { join } from "node:path";
import { standInVariables } from "../aws/stand-ins.ts";
import type { Reach } from "../local-run.ts";
import type { RunOptions } from "../run-options.ts";
import { layerArn, local, nameOf, ofType, type Resource } from "../template.ts";
import type { FunctionDefinition } from "./function-definition.ts";
import { createLambdaFunction, type LambdaFunction } from "./lambda-runtime.ts";

/** The functions of a run, by name. */
type Functions = ReadonlyMap<string, LambdaFunction> & {
  /**
   * Makes the functions of a template that are not there yet; a process starts with the first invocation. Returns name and code of
   * the others, which go on with what they have.
   */
  readonly add: (resources: readonly Resource[]) => readonly { readonly name: string; readonly directory: string }[];
  /** Gives every function further variables: for processes that start from now on. */
  readonly tell: (variables: Readonly<Record<string, string>>) => void;
};

type FunctionsOptions = Reach & Pick<RunOptions, "log"> & { readonly outbox: string };

/** Makes a run's functions. */
export function startFunctions(options: FunctionsOptions): Functions {
  const environments: Record<string, string>[] = [];
  const functions = new Map<string, LambdaFunction>();
  const add: Functions["add"] = (resources) => {
    const there = new Set(functions.keys());
    const all = ofType(resources, "AWS::Lambda::Function").map((resource) => {
      const { asset: directory } = resource;
      if (directory === undefined)
        throw new TypeError(`Cannot run function ${resource.id}: the template names no asset`);
      return { name: nameOf(resource), directory, resource };
    });
    for (const { name, directory, resource } of all) {
      if (there.has(name)) continue;
      const environment = environmentOf(resource, options);
      environments.push(environment);
      functions.set(name, createFunction({ name, directory, environment }, resource, resources, options));
    }
    return all.filter(({ name }) => there.has(name));
  };
  const tell: Functions["tell"] = (variables) => {
    for (const environment of environments) Object.assign(environment, variables);
  };
  return Object.assign(functions, { add, tell });
}

function environmentOf({ properties }: Resource, options: FunctionsOptions): Record<string, string> {
  const { Variables = {} } = (properties.Environment ?? {}) as {
    readonly Variables?: Readonly<Record<string, string>>;
  };
  return { EFFECTS_FOLDER: options.outbox, ...Variables, ...standInVariables(options), AWS_REGION: local.region };
}

function createFunction(
  given: Pick<FunctionDefinition, "name" | "directory" | "environment">,
  { properties }: Resource,
  resources: readonly Resource[],
  { log }: FunctionsOptions,
): LambdaFunction {
  const definition = {
    ...given,
    version: "1",
    entry: String(properties.Handler),
    timeoutSeconds: Number(properties.Timeout),
    memoryMegabytes: Number(properties.MemorySize),
    logsJson: (properties.LoggingConfig as { readonly LogFormat?: string } | undefined)?.LogFormat === "JSON",
    ...bootstrapOf(resources, properties),
  };
  return createLambdaFunction(definition, { log: (line) => log({ from: "lambda", line }) });
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
