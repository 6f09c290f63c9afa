import { Buffer } from "node:buffer";
import { createHmac } from "node:crypto";
import type { HttpEvent } from "../../../lambdas/aws/http/http-event.ts";
import { defineProvider, type EventFields, type Provider } from "../../../lambdas/core/mod.ts";

/** An event of a simulated provider. Its body says what it is, so that it is known again wherever it turns up. */
export type SentEvent = {
  readonly id: string;
  readonly type: string;
  /** What differs between two events of the same id. */
  readonly content: string;
  /**
   * Which of several events with equal bytes, where these alone say what an event is. The bytes do not bear it: it is
   * known of a delivery. Default: 0.
   */
  readonly sending?: number;
  /** Makes the body too large for a queue. */
  readonly fillerBytes?: number;
};

export const secret = "simulated";

const retryHours = 72;

/** How long equal bytes are one event, where nothing else says what an event is. */
export const windowMilliseconds = retryHours * 3_600_000;

/** A provider for each identity; a delivery is one event, or an array of them. */
const provider = (name: string, identity: Provider["identity"]) =>
  defineProvider({
    ...{ name, title: name, coversBody: true, answerWithinSeconds: 5, retryHours, identity },
    verification: {
      ...{ algorithm: "hmac-sha256", key: "utf8", encoding: "hex", signed: ["body"] },
      signature: { header: "x-signature" },
    },
    events: ({ body }) => {
      const json: unknown = JSON.parse(new TextDecoder().decode(body));
      if (!Array.isArray(json)) return [fieldsOf(json as SentEvent)];
      return json.map((one) => ({ ...fieldsOf(one), body: new TextEncoder().encode(JSON.stringify(one)) }));
    },
  });

const fieldsOf = ({ id, type }: SentEvent): EventFields => ({ id, type });

/** `acme` signs ids that are unique; `bolt` sends ids nobody vouches for; `crab` goes by the body alone. */
export const providers = {
  acme: provider("acme", "id"),
  bolt: provider("bolt", "id+body"),
  crab: provider("crab", "body"),
} as const;
export type SourceName = keyof typeof providers;

/** `order.created` is wanted by two queues, `order.paid` by one of them. */
export const routes = (Object.keys(providers) as SourceName[]).flatMap((source) => [
  { source, types: ["order.created"], queue: `${source}-created` },
  { source, types: ["order.*"], queue: `${source}-audit` },
]);

/** Whether nothing but its bytes and its time makes an event of the source what it is. */
export function goesByBody(source: string): boolean {
  return providers[source as SourceName].identity === "body";
}

/** What makes an event the same as another, worked out apart from the code under test. */
export function identityOf(source: string, { id, type, content, sending = 0 }: SentEvent): string {
  if (goesByBody(source)) return `${source} ${id} ${type} ${content} (${sending})`;
  return providers[source as SourceName].identity === "id" ? `${source} ${id} ${type}` : `${source} ${id} ${content}`;
}

/** The event whose body these are. A regular expression, since parsing a filler would take most of the time. */
export function sentEventOf(body: Uint8Array): SentEvent {
  const head = new TextDecoder().decode(body.subarray(0, 300));
  const [, id = "", type = "", content = ""] =
    /^\{"id":"([^"]*)","type":"([^"]*)","content":"([^"]*)"/.exec(head) ?? [];
  return { id, type, content };
}

/** Whether it is an event of these bytes, but for a filler. */
export function sameBytes({ id, type, content }: SentEvent): (other: SentEvent) => boolean {
  return (other) => other.id === id && other.type === type && other.content === content;
}

const json = ({ id, type, content, fillerBytes }: SentEvent) =>
  JSON.stringify({ id, type, content, ...(fillerBytes === undefined ? {} : { filler: "x".repeat(fillerBytes) }) });

/** The HTTP event of a delivery, signed by literal `node:crypto`, never by what is under test. */
export function httpEventOf(source: string, events: readonly SentEvent[]): HttpEvent {
  const [first, ...more] = events;
  const text = more.length === 0 && first !== undefined ? json(first) : `[${events.map(json).join(",")}]`;
  const body = Buffer.from(text);
  const signature = createHmac("sha256", secret).update(body).digest("hex");
  return {
    rawPath: `/${source}`,
    rawQueryString: "",
    headers: { "content-type": "application/json", "x-signature": signature },
    requestContext: { domainName: "hooks.example", http: { method: "POST" } },
    body: body.toString("base64"),
    isBase64Encoded: true,
  } as unknown as HttpEvent;
}
