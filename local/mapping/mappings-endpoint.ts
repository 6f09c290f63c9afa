import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { type Endpoint, listenOnLoopback } from "../aws/endpoint.ts";
import { answerInvocation, type Invocable } from "../lambda/invocations.ts";
import type { EventSourceMapping } from "./event-source-mapping.ts";

/** A mapping of the run, by the ARNs that it joins. */
export type RunningMapping = {
  readonly queueArn: string;
  readonly functionArn: string;
  readonly mapping: Pick<EventSourceMapping, "resume" | "pause">;
};

type Answer = {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};

const path = "/2015-03-31/event-source-mappings";

/**
 * Lambda's ListEventSourceMappings and UpdateEventSourceMapping over the mappings of a run, for `pause` and `doctor`, and Invoke
 * over its functions, for `replay`.
 *
 * Gaps against AWS: of an update only `Enabled` counts, it is done when it is answered, lists have one page, and a run
 * starts with every mapping enabled.
 *
 * @param mappings Those of the run; it may get more.
 * @param functions Those of the run; it may get more, too.
 */
export async function openMappings(
  mappings: readonly RunningMapping[],
  accessKeyId?: string,
  functions: Invocable = new Map(),
): Promise<Endpoint> {
  const paused = new Set<string>();
  const describe = ({ queueArn, functionArn }: RunningMapping) => ({
    UUID: uuidOf(queueArn),
    EventSourceArn: queueArn,
    FunctionArn: functionArn,
    State: paused.has(queueArn) ? "Disabled" : "Enabled",
  });

  async function answer(request: IncomingMessage): Promise<Answer> {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    const invoked = await answerInvocation(request, url, functions);
    if (invoked !== undefined) return invoked;
    const [, uuid] = /^\/([\w-]{36})\/?$/.exec(url.pathname.slice(path.length)) ?? [];
    if (!url.pathname.startsWith(path)) return fault(404, "ResourceNotFoundException", "Only mappings are here.");
    if (request.method === "GET" && uuid === undefined) {
      const queueArn = url.searchParams.get("EventSourceArn");
      const found = mappings.filter((one) => queueArn === null || one.queueArn === queueArn);
      return { status: 200, body: { EventSourceMappings: found.map(describe) } };
    }
    const one = mappings.find((mapping) => uuidOf(mapping.queueArn) === uuid);
    if (one === undefined) return fault(404, "ResourceNotFoundException", "The mapping does not exist.");
    if (request.method !== "PUT") return fault(405, "InvalidRequestException", `Not here: ${request.method}.`);
    const { Enabled } = JSON.parse(await text(request)) as { readonly Enabled?: unknown };
    if (Enabled === true) paused.delete(one.queueArn);
    if (Enabled === false) paused.add(one.queueArn);
    if (paused.has(one.queueArn)) await one.mapping.pause();
    else one.mapping.resume();
    return { status: 202, body: describe(one) };
  }

  return await listenOnLoopback(
    (request, response) => {
      answer(request)
        .catch((error: unknown) => fault(400, "InvalidParameterValueException", String(error)))
        .then(({ status, body, headers }) => {
          response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
        });
    },
    { admits: { accessKeyId } },
  );
}

function fault(status: number, type: string, message: string): Answer {
  return { status, body: { __type: type, message }, headers: { "x-amzn-errortype": type } };
}

/** The same at every start. */
function uuidOf(queueArn: string): string {
  const hex = createHash("sha256").update(queueArn).digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join("-");
}
