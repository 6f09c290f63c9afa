import type { Delivery } from "../../lambdas/core/provider.ts";
import { fetchFailure } from "../fetch-failure.ts";

/** A delivery that is to be posted, and the event's id, where it is known. */
type Outgoing = { readonly delivery: Delivery; readonly id: string };

/** The result of one delivery. */
export type Sent = {
  readonly status: number;
  readonly outcome: string;
  readonly id: string;
  readonly milliseconds: number;
};

/** Makes the delivery of one of several events, by its number from 0. */
export type MakeOutgoing = (event: number) => Promise<Outgoing>;

/**
 * Posts each of several events so many times, one event after the other, and so many deliveries at a time.
 *
 * @param make Makes the delivery of an event when its turn comes.
 * @throws {Error} Where nothing answers; the others are not posted any more.
 */
export async function postEvents(
  make: MakeOutgoing,
  given: {
    readonly events: number;
    readonly times: number;
    readonly concurrency?: number;
    readonly onSent?: () => void;
  },
): Promise<readonly Sent[]> {
  const { events, times, concurrency = 1, onSent = () => {} } = given;
  const made: Promise<Outgoing>[] = [];
  const makeOf = async (index: number) => {
    const event = Math.floor(index / times);
    made[event] ??= make(event);
    return await made[event];
  };
  return await postAll(makeOf, { count: times * events, concurrency, onSent });
}

async function postAll(
  make: (index: number) => Promise<Outgoing>,
  options: { readonly count: number; readonly concurrency: number; readonly onSent: () => void },
): Promise<readonly Sent[]> {
  const sent: Sent[] = [];
  let next = 0;
  const worker = async () => {
    while (next < options.count) {
      next += 1;
      try {
        sent.push(await post(await make(next - 1)));
      } catch (error) {
        next = options.count;
        throw error;
      }
      options.onSent();
    }
  };
  await Promise.all(Array.from({ length: Math.min(options.concurrency, options.count) }, worker));
  return sent;
}

async function post({ delivery, id }: Outgoing): Promise<Sent> {
  const { method, headers, body, url } = delivery;
  const begun = performance.now();
  const hasBody = method !== "GET" && method !== "HEAD";
  const response = await fetch(url, { method, headers, ...(hasBody ? { body } : {}) }).catch((cause: unknown) => {
    const { origin, hostname } = new URL(url);
    const isHere = hostname === "127.0.0.1" || hostname === "localhost";
    const remedy = isHere
      ? "see that it is on (npm start)"
      : "see that the address is right, and that this machine may reach it";
    throw new Error(`Cannot post to ${origin}: ${fetchFailure(cause)}; ${remedy}`, { cause });
  });
  const answer = readAnswer(await response.text(), id);
  return { status: response.status, ...answer, milliseconds: performance.now() - begun };
}

/** The outcome or the reason in an answer of ours; those of API Gateway and Lambda have none. */
export function readAnswer(body: string, id: string): Pick<Sent, "outcome" | "id"> {
  try {
    const answer = JSON.parse(body);
    return { outcome: String(answer.outcome ?? answer.error ?? "answered"), id: String(answer.id ?? id) };
  } catch {
    return { outcome: "answered", id };
  }
}
