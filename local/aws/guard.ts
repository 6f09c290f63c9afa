import { randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingMessage, RequestListener } from "node:http";

/**
 * Who may use a server of the run. 127.0.0.1 is open to everybody on this machine: to other users, and to any page in the
 * browser, which can post to it, and read from it once its own name leads here (DNS rebinding).
 */
export type Admission =
  /** An entrance for providers: its deliveries are signed, and come through tunnels under any name. */
  | "anyone"
  /** AWS clients that have this access key; with undefined, any: for a service on its own, in a test. */
  | { readonly accessKeyId: string | undefined }
  /** Clients that cannot sign: those that know the first segment of its path. */
  | { readonly path: string };

/** A secret that cannot be guessed: an access key, or a path. */
export function unguessable(): string {
  return randomBytes(16).toString("hex");
}

/**
 * The listener for those who may; anybody else is answered 403, and it never sees them.
 *
 * dynalite answers a request from a page with `Access-Control-Allow-Origin: *`; as none gets there, no answer has it.
 */
export function guard(serve: RequestListener, admits: Admission): RequestListener {
  if (admits === "anyone") return serve;
  return (request, response) => {
    const why = refusalOf(request, admits);
    if (why === undefined) {
      if ("path" in admits) request.url = request.url?.slice(admits.path.length + 1) || "/";
      return serve(request, response);
    }
    request.resume();
    // As an AWS client reads it, so that it names the reason, too.
    const body = JSON.stringify({ __type: "AccessDeniedException", message: `Refused: ${why}` });
    response.writeHead(403, { "content-type": "application/json", "x-amzn-errortype": "AccessDeniedException" });
    response.end(body);
  };
}

function refusalOf(request: IncomingMessage, admits: Exclude<Admission, "anyone">): string | undefined {
  const { host, origin } = request.headers;
  const { localPort } = request.socket;
  if (origin !== undefined) return "web pages have no business here";
  if (host !== `127.0.0.1:${localPort}` && host !== `localhost:${localPort}`) {
    return `this is no host of that name, only 127.0.0.1:${localPort}`;
  }
  if ("path" in admits) return isSame(segmentOf(request), admits.path) ? undefined : "the path is not known";
  if (admits.accessKeyId === undefined || isSame(accessKeyOf(request), admits.accessKeyId)) return undefined;
  return "the access key is not that of this run, accessKeyId in .hookline/local.json";
}

function segmentOf({ url = "" }: IncomingMessage): string {
  return /^\/([^/?]*)/.exec(url)?.[1] ?? "";
}

/** The access key that a request is signed with, in its header or, where it is presigned, in its query. */
function accessKeyOf({ headers, url = "" }: IncomingMessage): string {
  const { authorization = "" } = headers;
  const isSigned = authorization.startsWith("AWS4-HMAC-SHA256 ");
  const signed = isSigned ? /[ ,]Credential=([^/,]*)\//.exec(authorization)?.[1] : undefined;
  return signed ?? /[?&]X-Amz-Credential=([^&/%]*)(?:%2F|\/)/i.exec(url)?.[1] ?? "";
}

/** In a time that tells nothing of where they differ; how long ours are is no secret. */
function isSame(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}
