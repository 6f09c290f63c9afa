import { createServer, type RequestListener } from "node:http";
import { defined } from "../../lambdas/core/bytes/defined.ts";
import { listenOnLoopback } from "../aws/endpoint.ts";
import { functionOf } from "../lambda/functions.ts";
import type { LambdaFunction } from "../lambda/lambda-runtime.ts";
import { nameOf, ofType, type Resource } from "../template.ts";
import { createEntrance } from "./http-entrance.ts";
import { createTokenBucket } from "./token-bucket.ts";

/** Opens the template's function URL on a port; 0: any. Returns where it is. */
export async function openFunctionUrl(
  resources: readonly Resource[],
  functions: ReadonlyMap<string, LambdaFunction>,
  port: number,
  closing: (() => Promise<void>)[],
): Promise<string> {
  const [url] = ofType(resources, "AWS::Lambda::Url");
  if (url === undefined) throw new TypeError("Cannot run the stack: it has no function URL");
  const lambda = functionOf(functions, String(url.properties.TargetFunctionArn));
  return await open(
    createEntrance({ invoke: lambda.invoke, kind: "function-url", host: "local.lambda-url" }),
    port,
    closing,
  );
}

/**
 * Opens the template's HTTP API on the next free port behind the function URL's; any, where that was asked for. Each
 * route leads to the function of its own integration.
 */
export async function openApi(
  resources: readonly Resource[],
  functions: ReadonlyMap<string, LambdaFunction>,
  functionUrlPort: number,
  askedPort: number,
  closing: (() => Promise<void>)[],
): Promise<string> {
  const targets = targetsOf(resources, functions);
  const entrance = createEntrance({
    invoke: async (event, options) => {
      const lambda = targets.get(event.routeKey);
      if (lambda === undefined) throw new TypeError(`Cannot follow route "${event.routeKey}": it leads nowhere`);
      return await lambda.invoke(event, options);
    },
    kind: "http-api",
    routes: [...targets.keys()],
    host: "local.execute-api",
    ...defined({ admits: throttleOf(resources) }),
  });
  if (askedPort === 0) return await open(entrance, 0, closing);
  for (let port = functionUrlPort + 1; port < functionUrlPort + 100; port += 1) {
    try {
      return await open(entrance, port, closing);
    } catch (error) {
      if (!isTaken(error)) throw error;
    }
  }
  throw new RangeError(`Cannot open the HTTP API: no port from ${functionUrlPort + 1} on is free`);
}

/**
 * Checks that a port is free, before a run takes seconds to start; 0 is always.
 *
 * @throws {TypeError} Where it is taken.
 */
export async function checkPort(port: number): Promise<void> {
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject).listen(port, "127.0.0.1", resolve);
    });
  } catch (cause) {
    if (!isTaken(cause)) throw cause;
    throw new TypeError(`Cannot start: port ${port} is in use; try npm start -- --port 0`, { cause });
  }
  await new Promise((resolve) => server.close(resolve));
}

/** The throttle that the template sets for the API, if it sets one. */
function throttleOf(resources: readonly Resource[]): (() => boolean) | undefined {
  const [stage] = ofType(resources, "AWS::ApiGatewayV2::Stage");
  const settings = stage?.properties.DefaultRouteSettings as
    | { readonly ThrottlingRateLimit?: number; readonly ThrottlingBurstLimit?: number }
    | undefined;
  const { ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst } = settings ?? {};
  return rate === undefined || burst === undefined ? undefined : createTokenBucket({ rate, burst });
}

/** The function of every route, by its key; a route names its integration as `integrations/<id>`. */
function targetsOf(
  resources: readonly Resource[],
  functions: ReadonlyMap<string, LambdaFunction>,
): ReadonlyMap<string, LambdaFunction> {
  const integrations = new Map(
    ofType(resources, "AWS::ApiGatewayV2::Integration").map((found) => [nameOf(found), found] as const),
  );
  return new Map(
    ofType(resources, "AWS::ApiGatewayV2::Route").map(({ properties }) => {
      const key = String(properties.RouteKey);
      const integration = integrations.get(String(properties.Target).split("/").at(-1) ?? "");
      if (integration === undefined) throw new TypeError(`Cannot run the stack: its route "${key}" leads nowhere`);
      return [key, functionOf(functions, String(integration.properties.IntegrationUri))] as const;
    }),
  );
}

async function open(listener: RequestListener, port: number, closing: (() => Promise<void>)[]): Promise<string> {
  const { url, close } = await listenOnLoopback(listener, { admits: "anyone", port, cutsOff: true });
  closing.push(close);
  return url;
}

/** Whether an error says that a port is in use. */
function isTaken(error: unknown): boolean {
  return (error as { readonly code?: unknown } | undefined)?.code === "EADDRINUSE";
}
