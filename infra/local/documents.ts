import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Fetch } from "../../lambdas/core/provider.ts";

/** What providers publish of their keys, on this machine: a local run reaches for no provider. */
export type Documents = {
  readonly url: string;
  /** Publishes documents by the URL that they have at the provider. */
  /** Fetches what is published, as it is at the provider. */
  readonly fetch: Fetch;
  publish(documents: Readonly<Record<string, string>>): void;
  close(): Promise<void>;
};

/** Serves documents on 127.0.0.1, each at `/?url=<its URL at the provider>`; 404 where none is published. */
export async function startDocuments(): Promise<Documents> {
  const published = new Map<string, string>();
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "", "http://127.0.0.1").searchParams.get("url") ?? "";
    const text = published.get(url);
    response.writeHead(text === undefined ? 404 : 200).end(text);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    fetch: async (url) => new Response(published.get(url) ?? null, { status: published.has(url) ? 200 : 404 }),
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    publish(documents) {
      for (const [url, text] of Object.entries(documents)) published.set(url, text);
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
