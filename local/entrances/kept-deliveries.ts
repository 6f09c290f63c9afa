import { Buffer } from "node:buffer";
import { fromHttpEvent, type HttpEvent } from "../../lambdas/aws/http/http-event.ts";
import { type Endpoint, listenOnLoopback } from "../aws/endpoint.ts";
import { unguessable } from "../aws/guard.ts";
import type { AnsweredDelivery } from "./deliveries.ts";

/** The facts of a delivery that the run has kept. */
export type DeliveryFacts = AnsweredDelivery & {
  /** Its place among the deliveries of this run, from 1. */
  readonly number: number;
  /** When it was answered: ISO 8601. */
  readonly answered: string;
};

/** A delivery that the run has kept, as it was sent. */
export type KeptDelivery = DeliveryFacts & {
  /** The path and query that it was posted to, as sent. */
  readonly target: string;
  /** Without the headers that the entrance adds. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** The exact bytes, in base64. */
  readonly body: string;
};

/** The deliveries of a local run that it still has. */
type KeptDeliveries = {
  /** Keeps a delivery. The oldest ones go where there are too many. */
  add(delivery: AnsweredDelivery, event: HttpEvent): void;
  /** Facts of all that are kept, the latest first. */
  list(): readonly DeliveryFacts[];
  /** One of them, by its number. */
  find(number: number): KeptDelivery | undefined;
};

/** So many deliveries are kept, of so many bytes: a sender cannot make the memory of the run grow. */
const limits = { deliveries: 500, bytes: 64 * 1_048_576 };

/** Keeps the last deliveries in memory. Their bytes are read when they are asked for: a run under load keeps references. */
export function createKeptDeliveries(most: typeof limits = limits): KeptDeliveries {
  const kept: { readonly facts: DeliveryFacts; readonly event: HttpEvent; readonly size: number }[] = [];
  let bytes = 0;
  let count = 0;
  return {
    add(delivery, event) {
      count += 1;
      const size = sizeOf(event);
      kept.push({ facts: { ...delivery, number: count, answered: new Date().toISOString() }, event, size });
      bytes += size;
      while (kept.length > most.deliveries || bytes > most.bytes) bytes -= kept.shift()?.size ?? 0;
    },
    list: () => kept.map(({ facts }) => facts).reverse(),
    find(number) {
      const found = kept.find(({ facts }) => facts.number === number);
      if (found === undefined) return undefined;
      const { url, headers, body } = fromHttpEvent(found.event);
      return {
        ...found.facts,
        target: url.replace(/^https?:\/\/[^/?#]*/, ""),
        headers: [...headers].filter(([name]) => !isAdded(name)),
        body: Buffer.from(body).toString("base64"),
      };
    },
  };
}

/** A character takes two bytes at most. */
function sizeOf({ headers, body }: HttpEvent): number {
  const lengths = Object.entries(headers ?? {}).map(([name, value = ""]) => name.length + value.length);
  return 2 * lengths.reduce((sum, length) => sum + length, body?.length ?? 0);
}

/** The entrance adds these, as AWS does. */
function isAdded(name: string): boolean {
  return name.startsWith("x-amzn-") || name.startsWith("x-forwarded-");
}

/**
 * Serves them to other programs of this machine's user: `/` answers {@linkcode DeliveryFacts} in a list, the latest first, and
 * `/<number>` a {@linkcode KeptDelivery}, or 404 where it is not kept any more.
 */
export async function serveKeptDeliveries({ list, find }: KeptDeliveries): Promise<Endpoint> {
  return await listenOnLoopback(
    ({ url = "/" }, response) => {
      const answer = url === "/" ? list() : find(Number(url.slice(1)));
      response.writeHead(answer === undefined ? 404 : 200, { "content-type": "application/json" });
      response.end(JSON.stringify(answer ?? {}));
    },
    { admits: { path: unguessable() }, cutsOff: true },
  );
}
