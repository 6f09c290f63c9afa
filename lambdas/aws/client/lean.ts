import { AsyncLocalStorage } from "node:async_hooks";
import type { DynamoDBClientConfig } from "@aws-sdk/client-dynamodb";
import { clientOptions } from "../calls.ts";
import { exchange, type HttpRequest } from "./exchange.ts";
import { Sha256 } from "./sha256.ts";

const signals = new AsyncLocalStorage<AbortSignal | undefined>();

type Options = Pick<
  DynamoDBClientConfig,
  "maxAttempts" | "cacheMiddleware" | "requestHandler" | "retryStrategy" | "sha256"
>;

/**
 * The options of a client that does no more than its calls need: see {@linkcode lean}. `retryStrategy` replaces retries by none,
 * without their bookkeeping: we retry ourselves, and without the middleware of retries the SDK signs nothing.
 */
export const leanOptions: Options = {
  ...clientOptions,
  cacheMiddleware: true,
  requestHandler: {
    metadata: { handlerProtocol: "http/1.1" },
    handle: async (request: HttpRequest) => ({ response: await exchange(request, signals.getStore()) }),
  },
  retryStrategy: { retry: (next, args) => next(args) },
  sha256: Sha256,
};

/** They name the caller, log to nobody, and hand on a trace that our messages carry themselves. */
const unneeded = ["getUserAgentMiddleware", "loggerMiddleware", "recursionDetectionMiddleware"] as const;

type Signer = (authScheme?: unknown) => Promise<unknown>;

type Client = {
  readonly config: { signer: Signer };
  readonly middlewareStack: { remove(name: string): boolean };
  send(command: unknown, options?: { readonly abortSignal?: AbortSignal }): Promise<unknown>;
};

/** One signer for all calls of a client, whose scheme never changes: the SDK copies its whole configuration for each. */
function once(signer: Signer): Signer {
  let made: ReturnType<Signer> | undefined;
  return (authScheme) =>
    (made ??= signer(authScheme).catch((error) => {
      made = undefined;
      throw error;
    }));
}

/**
 * A client made with {@linkcode leanOptions}: docs/measured/speed.md compares it with the SDK's own. The SDK resolves the
 * middlewares of each kind of command once, but only where `send` gets no options. So a call's signal reaches its request beside
 * them, as the context of the call.
 */
export function lean<T extends object>(client: T): T {
  const stripped = client as unknown as Client;
  for (const name of unneeded) stripped.middlewareStack.remove(name);
  const { config } = stripped;
  config.signer = once(config.signer);
  const send = stripped.send.bind(client);
  stripped.send = (command, { abortSignal } = {}) => signals.run(abortSignal, () => send(command));
  return client;
}
