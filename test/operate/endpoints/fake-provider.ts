import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { answering } from "../../answering.ts";

export type FakeRequest = {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
};

export type FakeAnswer = {
  readonly status: number;
  readonly json?: unknown;
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
};

/** An endpoint as a fake keeps it. */
export type KeptEndpoint = { id: string; url: string; types: string[]; secret: string; on: boolean };

/** A provider's API as its documentation has it; `undefined` is answered 404. */
export type FakeApi = {
  readonly key: string;
  /** Where the key is looked for, as the documentation has it. */
  readonly isKnown: (headers: FakeRequest["headers"]) => boolean;
  readonly answer: (request: FakeRequest, kept: KeptEndpoint[]) => FakeAnswer | undefined | Promise<FakeAnswer>;
};

export type FakeProvider = Awaited<ReturnType<typeof startFakeProvider>>;

/** A provider's API on 127.0.0.1. */
export async function startFakeProvider(api: FakeApi) {
  const kept: KeptEndpoint[] = [];
  const requests: FakeRequest[] = [];
  /** Given in place of what the next requests would get, `done` all the same or not; "silence" is no answer. */
  const faults: ((FakeAnswer & { readonly done?: true }) | "silence")[] = [];
  /** Runs once a request is read, before its answer. */
  const hooks: { beforeAnswer: (request: FakeRequest) => Promise<void> } = { beforeAnswer: async () => {} };
  const server = answering(async (incoming, response) => {
    const url = new URL(incoming.url ?? "/", "http://127.0.0.1");
    const request: FakeRequest = {
      method: incoming.method ?? "",
      path: url.pathname,
      query: url.searchParams,
      headers: incoming.headers,
      body: await text(incoming),
    };
    requests.push(request);
    await hooks.beforeAnswer(request);
    const fault = faults.shift();
    if (fault === "silence") return;
    const due = fault === undefined || fault.done;
    const unknown: FakeAnswer = { status: 401, json: { error: `Invalid key ${api.key}` } };
    const known = !due ? undefined : api.isKnown(request.headers) ? await api.answer(request, kept) : unknown;
    const { status, json, text: plain, headers = {} }: FakeAnswer = fault ?? known ?? { status: 404 };
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(plain ?? (json === undefined ? "" : JSON.stringify(json)));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    kept,
    requests,
    faults,
    hooks,
    /** Its calls without the queries and bodies: "GET /v1/webhooks". */
    calls: () => requests.map(({ method, path }) => `${method} ${path}`),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
