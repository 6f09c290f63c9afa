import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";

/**
 * How a service is unwell: `hangs` holds every request until it is well again, and does then what is still wanted;
 * `fails` answers 500 and does nothing; `loses` does what it is asked, and answers 500.
 */
export type Outage = "hangs" | "fails" | "loses";

/** Makes an embedded service unwell, to try what that does. */
type Outages = {
  around(serve: RequestListener): RequestListener;
  /** Begins an outage, in place of the one that is on; returns what ends it. */
  begin(how: Outage): () => Promise<void>;
  /** Ends the outage that is on. */
  end(): void;
};

type Unwell = { readonly how: Outage; readonly over: Promise<void>; readonly end: () => void };

/** Outages of one service, which is well to begin with. */
export function createOutages(): Outages {
  let unwell: Unwell | undefined;
  const end = (which = unwell) => {
    if (unwell === which) unwell = undefined;
    which?.end();
  };
  return {
    around: (serve) => (request, response) => {
      // An S3 request, which shares SQS's server, names no target.
      if (unwell === undefined || request.headers["x-amz-target"] === undefined) return serve(request, response);
      if (unwell.how === "fails") return fault(request, response);
      if (unwell.how === "loses") return serve(request, losing(response));
      return void unwell.over.then(() => request.destroyed || serve(request, response));
    },
    begin(how) {
      end();
      const { promise: over, resolve } = Promise.withResolvers<void>();
      const mine: Unwell = { how, over, end: resolve };
      unwell = mine;
      return async () => end(mine);
    },
    end,
  };
}

function fault(request: IncomingMessage, response: ServerResponse): void {
  request.resume();
  const body = JSON.stringify({ __type: "InternalServerError", message: "An outage that was asked for" });
  response.writeHead(500, { "content-type": "application/x-amz-json-1.0" }).end(body);
}

/** The response, but what is written to it becomes a fault. */
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
