import { Agent as HttpAgent, request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";

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
const tls = { request: httpsRequest, agent: new HttpsAgent(agentOptions) } as const;
const plain = { request: httpRequest, agent: new HttpAgent(agentOptions) } as const;

/**
 * Makes a client's request, and rejects with the signal's reason once it aborts. Answers of DynamoDB, SQS and Secrets Manager
 * are short: this buffers them, where the SDK's own handler makes a stream, a collector and up to five timers for each.
 */
export function exchange(
  { protocol, body, ...given }: HttpRequest,
  signal: AbortSignal | undefined,
): Promise<HttpResponse> {
  const { promise, resolve, reject } = Promise.withResolvers<HttpResponse>();
  const { request, agent } = protocol === "https:" ? tls : plain;
  const { hostname, port, path, method, headers } = given;
  const sent = request({ hostname: hostname.replace(/^\[(.+)\]$/, "$1"), port, path, method, headers, agent });
  const abort = () => sent.destroy(signal?.reason);
  sent.once("error", reject);
  sent.once("response", (response) => {
    const chunks: Uint8Array[] = [];
    response.on("data", (chunk) => chunks.push(chunk));
    response.once("error", reject);
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
