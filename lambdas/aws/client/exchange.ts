import type { IncomingHttpHeaders } from "node:http";
import { Agent, request } from "node:https";
import process from "node:process";

/** The request of a client: JSON, by POST. */
export type HttpRequest = {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly path: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
};

type HttpResponse = { readonly statusCode: number; readonly headers: IncomingHttpHeaders; readonly body: Uint8Array };

/** As in the SDK's own handler. */
const agentOptions = { keepAlive: true, maxSockets: 50 } as const;
const tls = { request, agent: new Agent(agentOptions) } as const;
// Not imported: an import reads every export, and the getters of this module's load undici, 25 ms of a cold start.
const http = process.getBuiltinModule("node:http");
const plain = { request: http.request, agent: new http.Agent(agentOptions) } as const;

/**
 * Makes a client's request, and rejects with the signal's reason once it aborts. Answers of DynamoDB, SQS and Secrets Manager
 * are short: this buffers them, where the SDK's own handler makes a stream, a collector and up to five timers for each.
 */
export function exchange(
  { protocol, body, ...given }: HttpRequest,
  signal: AbortSignal | undefined,
): Promise<HttpResponse> {
  const { promise, resolve, reject } = Promise.withResolvers<HttpResponse>();
  const { request: ask, agent } = protocol === "https:" ? tls : plain;
  const { hostname, port, path, method, headers } = given;
  const sent = ask({ hostname: hostname.replace(/^\[(.+)\]$/, "$1"), port, path, method, headers, agent });
  const abort = () => sent.destroy(signal?.reason);
  sent.on("error", reject);
  // Without it the promise would stay open: such a request closes without an error.
  sent.once("upgrade", (_, socket) => {
    socket.destroy();
    reject(new Error("The answer is another protocol: the connection was closed"));
  });
  sent.once("response", (response) => {
    const chunks: Uint8Array[] = [];
    response.on("data", (chunk) => chunks.push(chunk));
    response.on("error", reject);
    response.once("end", () => {
      resolve({ statusCode: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) });
    });
  });
  sent.once("close", () => signal?.removeEventListener("abort", abort));
  if (signal?.aborted) abort();
  else signal?.addEventListener("abort", abort);
  sent.end(body);
  return promise;
}
