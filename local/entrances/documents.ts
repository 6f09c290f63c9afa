import type { RequestListener } from "node:http";
import type { Fetch } from "../../lambdas/core/provider.ts";
import { listenOnLoopback } from "../aws/endpoint.ts";
import { unguessable } from "../aws/guard.ts";

/** The documents with providers' keys, on this machine: a local run does not call providers. */
type Documents = {
  readonly url: string;
  /** Fetches a document under its address at the provider. */
  readonly fetch: Fetch;
  /** Publishes documents by the URL that they have at the provider. */
  publish(documents: Readonly<Record<string, string>>): void;
  close(): Promise<void>;
};

/** Serves documents, each at `<url>?url=<its URL at the provider>`; 404 where none is published. */
export async function startDocuments(): Promise<Documents> {
  const published = new Map<string, string>();
  const serve: RequestListener = (request, response) => {
    // Only its query counts, and a path may be anything.
    const [, query = ""] = (request.url ?? "").split("?", 2);
    const url = new URLSearchParams(query).get("url") ?? "";
    const text = published.get(url);
    response.writeHead(text === undefined ? 404 : 200).end(text);
  };
  const { url, close } = await listenOnLoopback(serve, { admits: { path: unguessable() }, cutsOff: true });
  return {
    fetch: async (url) => new Response(published.get(url) ?? null, { status: published.has(url) ? 200 : 404 }),
    url: `${url}/`,
    publish(documents) {
      for (const [url, text] of Object.entries(documents)) published.set(url, text);
    },
    close,
  };
}
