import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";

/**
 * How a service fails: `hangs` holds every request until the outage ends, and serves then the requests that are still open;
 * `fails` answers 500 and does nothing; `loses` does what it is asked, and answers 500.
 */
export type Outage = "hangs" | "fails" | "loses";

/** Makes an embedded service fail, for tests. */
export type Outages = {
  around(serve: RequestListener): RequestListener;
  /** Makes a call of this process, as `around` serves a request; one that is aborted while it hangs is not made. */
  during<Answer>(call: () => Promise<Answer>, signal?: AbortSignal): Promise<Answer>;
  /** Begins an outage, in place of the one that is on; returns what ends it. */
  begin(how: Outage): () => Promise<void>;
  /** Ends the outage that is on. */
  end(): void;
};

const outageText = "An outage that was asked for";

type Current = { readonly how: Outage; readonly over: Promise<void>; readonly end: () => void };

/** Outages of one service, which works at first. */
export function createOutages(): Outages {
  let current: Current | undefined;
  const end = (which = current) => {
    if (current === which) current = undefined;
    which?.end();
  };
  return {
    around: (serve) => (request, response) => {
      // An S3 request, which shares SQS's server, names no target.
      if (current === undefined || request.headers["x-amz-target"] === undefined) return serve(request, response);
      if (current.how === "fails") return fault(request, response);
      if (current.how === "loses") return serve(request, losing(response));
      return void current.over.then(() => request.destroyed || serve(request, response));
    },
    async during(call, signal) {
      if (current === undefined) return await call();
      const { how, over } = current;
      if (how === "loses") await call();
      if (how !== "hangs") throw new Error(outageText);
      await over;
      signal?.throwIfAborted();
      return await call();
    },
    begin(how) {
      end();
      const { promise: over, resolve } = Promise.withResolvers<void>();
      const mine: Current = { how, over, end: resolve };
      current = mine;
      return async () => end(mine);
    },
    end,
  };
}

function fault(request: IncomingMessage, response: ServerResponse): void {
  request.resume();
  const body = JSON.stringify({ __type: "InternalServerError", message: outageText });
  response.writeHead(500, { "content-type": "application/x-amz-json-1.0" }).end(body);
}

/** The response, with a fault in place of the written answer. */
function losing(response: ServerResponse): ServerResponse {
  const { writeHead, end } = response;
  response.writeHead = () => response;
  response.end = () => {
    Object.assign(response, { writeHead, end });
    for (const name of response.getHeaderNames()) response.removeHeader(name);
    fault(response.req, response);
    return response;
  };
  return response;
}
