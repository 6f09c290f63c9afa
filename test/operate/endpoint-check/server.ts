import { once } from "node:events";
import type { IncomingHttpHeaders, RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { answering } from "../../answering.ts";

/** A request to an endpoint, with its bytes. */
export type Received = { readonly headers: IncomingHttpHeaders; readonly raw: Buffer };

/** An endpoint as somebody would write it. */
export type Endpoint = (received: Received) => Reply | Promise<Reply>;

type Reply = { readonly status: number; readonly text?: string; readonly headers?: Readonly<Record<string, string>> };

/** Runs something against a server on this machine, and stops the server. */
export async function withServer<T>(listener: RequestListener, run: (url: string) => Promise<T>): Promise<T> {
  const server = answering(listener);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    return await run(`http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks`);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** An endpoint that throws is answered for as Express does in production. */
export function listenerOf(endpoint: Endpoint): RequestListener {
  return async (request, response) => {
    const raw = await buffer(request);
    const reply = await Promise.resolve()
      .then(() => endpoint({ headers: request.headers, raw }))
      .catch(() => ({ status: 500, text: "Internal Server Error", headers: {} }));
    response.writeHead(reply.status, reply.headers);
    response.end(reply.text ?? "");
  };
}
