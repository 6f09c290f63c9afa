import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { setImmediate as nextTurn } from "node:timers/promises";
import { listenOnLoopback } from "../aws/endpoint.ts";
import { unguessable } from "../aws/guard.ts";
import type { InvokeFailure, InvokeResult } from "./function-definition.ts";

/** One invocation as the child gets it; `deadline` in milliseconds since 1970, `payload` is JSON. */
type Invocation = {
  readonly requestId: string;
  readonly payload: string;
  readonly traceId: string;
  readonly deadline: number;
  readonly arn: string;
};

/** A report of the child. `trace` is the stack, for the log. */
type RuntimeEvents = {
  /** asks for an invocation; its first time is the end of init */
  onNext(): void;
  /** false: not the invocation under way */
  onResult(requestId: string, result: InvokeResult, trace?: string): boolean;
  onInitError(failure: InvokeFailure, trace: string): void;
};

export type RuntimeApi = {
  /** The value of AWS_LAMBDA_RUNTIME_API: host:port, and a path that the child alone knows, since it signs nothing. */
  readonly address: string;
  /** Answers the child's open request for an invocation. */
  give(invocation: Invocation): void;
  close(): Promise<void>;
};

const root = "/2018-06-01/runtime";
// 100 bytes above the request's 6 MB, as AWS counts it
const responseLimitBytes = 6 * 1024 * 1024 + 100;

/** AWS's Lambda Runtime API for one execution environment, on a port of its own. */
export async function startRuntimeApi(events: RuntimeEvents): Promise<RuntimeApi> {
  let waiting: ServerResponse | undefined;

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, url } = request;
    if (method === "GET" && url === `${root}/invocation/next`) {
      waiting = response;
      return events.onNext();
    }
    const body = await read(request);
    if (method === "POST" && url === `${root}/init/error`) {
      const { failure, trace } = toFailure(body ?? "");
      events.onInitError(failure, trace);
      return reply(response, 202, { status: "OK" });
    }
    const [, requestId = "", kind] = url?.match(/\/invocation\/([^/]+)\/(response|error)$/) ?? [];
    if (method !== "POST" || kind === undefined) return reply(response, 404, { errorType: "InvalidPath" });
    if (body === undefined) {
      const errorMessage = `Response payload size exceeded maximum allowed payload size (${responseLimitBytes} bytes).`;
      events.onResult(requestId, { ok: false, errorType: "Function.ResponseSizeTooLarge", errorMessage });
      return reply(response, 413, { errorType: "RequestEntityTooLarge", errorMessage });
    }
    const { failure, trace } = kind === "error" ? toFailure(body) : {};
    // The lines that the child wrote before are in its pipe by now, and are read in the next turn of the loop: they come first.
    await nextTurn();
    await nextTurn();
    const known = events.onResult(requestId, failure ?? toResult(body), trace);
    if (known) reply(response, 202, { status: "OK" });
    else reply(response, 400, { errorType: "InvalidRequestID", errorMessage: "Invalid request ID" });
  }

  const listener: RequestListener = (request, response) => {
    serve(request, response).catch(() => response.destroy()); // the child died halfway; its exit says so
  };
  const { url, close } = await listenOnLoopback(listener, { admits: { path: unguessable() }, cutsOff: true });
  return {
    address: url.slice("http://".length),
    give({ requestId, payload, traceId, deadline, arn }) {
      waiting?.writeHead(200, {
        "Content-Type": "application/json",
        "Lambda-Runtime-Aws-Request-Id": requestId,
        "Lambda-Runtime-Deadline-Ms": String(deadline),
        "Lambda-Runtime-Invoked-Function-Arn": arn,
        "Lambda-Runtime-Trace-Id": traceId,
      });
      waiting?.end(payload);
      waiting = undefined;
    },
    close() {
      waiting?.destroy();
      return close();
    },
  };
}

/** undefined when the body is over the limit; the rest is read and dropped, so that the child can read our answer */
async function read(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes <= responseLimitBytes) chunks.push(chunk);
  }
  return bytes <= responseLimitBytes ? Buffer.concat(chunks).toString("utf8") : undefined;
}

function reply(response: ServerResponse, status: number, body: Record<string, string>): void {
  response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
}

function toResult(body: string): InvokeResult {
  try {
    return { ok: true, payload: JSON.parse(body) };
  } catch {
    return { ok: false, errorType: "Runtime.InvalidResponse", errorMessage: "The function's answer is not JSON" };
  }
}

function toFailure(body: string): { failure: InvokeFailure; trace: string } {
  let said: { errorType?: unknown; errorMessage?: unknown; stackTrace?: unknown } = {};
  try {
    said = Object(JSON.parse(body));
  } catch {
    // an error that cannot be read is an error still
  }
  const errorType = typeof said.errorType === "string" ? said.errorType : "Unhandled";
  const errorMessage = typeof said.errorMessage === "string" ? said.errorMessage : "";
  const lines = Array.isArray(said.stackTrace) ? said.stackTrace : [];
  const trace = lines.length > 0 ? lines.join("\n") : `${errorType}: ${errorMessage}`;
  return { failure: { ok: false, errorType, errorMessage }, trace };
}
