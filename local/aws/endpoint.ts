import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { local } from "../template.ts";
import { type Admission, guard } from "./guard.ts";

/** A service that runs inside this process: where to reach it, and how to stop it and let go of its port and files. */
export type Endpoint = { readonly url: string; close(): Promise<void> };

/** One operation of an AWS JSON protocol: the parsed request body in, the answer's body out; refuses by `AwsRefusal`. */
export type Operation = (input: never) => object | Promise<object>;

/** An error that AWS itself would answer: status 400, its exception name in `__type`, its sentence in `message`. */
export class AwsRefusal extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

/** The options of an SDK client for an embedded service. `accessKeyId` defaults to any, for a service on its own. */
export function clientFor(endpoint: string, accessKeyId = "local") {
  return {
    endpoint,
    region: local.region,
    credentials: { accessKeyId, secretAccessKey: "local" },
    maxAttempts: 1,
  };
}

/** A server that listens, and whom it admits. */
export type Listening = { readonly url: string; readonly admits: Admission };

const listening = new Set<Listening>();

/** Every server of this process that listens now. */
export function listeningNow(): readonly Listening[] {
  return [...listening];
}

/**
 * Listens on 127.0.0.1 only, for those that it admits; port 0 takes any free one. Rejects when the port is taken.
 * `close()` lets requests under way finish first, since dynalite throws when its store closes beneath one; with
 * `cutsOff` it does not. Every server of a run listens by this, so that none can be forgotten.
 */
export async function listenOnLoopback(
  serve: RequestListener,
  options: { readonly admits: Admission; readonly port?: number | undefined; readonly cutsOff?: boolean },
): Promise<Endpoint> {
  const { admits, port = 0, cutsOff = false } = options;
  const server = createServer(guard(serve, admits));
  // After Node's 5 seconds a busy process would close a connection just as its client sends on it.
  server.keepAliveTimeout = 0;
  const unanswered = new Set<ServerResponse>();
  server.prependListener("request", (_request, response) => {
    unanswered.add(response);
    response.once("close", () => unanswered.delete(response));
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const address = server.address() as AddressInfo;
  const path = typeof admits === "object" && "path" in admits ? `/${admits.path}` : "";
  const here: Listening = { url: `http://127.0.0.1:${address.port}${path}`, admits };
  listening.add(here);

  async function close(): Promise<void> {
    const closed = new Promise<void>((resolve, reject) => {
      server.close((error) => (error ? reject(error) : resolve()));
    });
    if (!cutsOff) await Promise.all([...unanswered].map((response) => once(response, "close")));
    server.closeAllConnections();
    await closed;
    listening.delete(here);
  }

  return { url: here.url, close };
}

/** The operation that a request names in `x-amz-target`: `PutItem` of `DynamoDB_20120810.PutItem`. */
export function operationName(request: Pick<IncomingMessage, "headers">): string {
  return String(request.headers["x-amz-target"]).split(".").at(-1) ?? "";
}

/** Runs one operation and answers in the AWS JSON protocol, of which all versions that the SDK speaks look alike here. */
export async function answerJson(
  request: IncomingMessage,
  response: ServerResponse,
  operation: Operation,
): Promise<void> {
  let status = 200;
  let body: object;
  try {
    body = await operation(JSON.parse(await text(request)) as never);
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    status = error instanceof AwsRefusal ? 400 : 500;
    body = { __type: error instanceof AwsRefusal ? name : "InternalServerError", message };
  }
  response.writeHead(status, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(body));
}
