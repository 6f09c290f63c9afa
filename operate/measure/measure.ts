import type { Provider } from "../../lambdas/core/provider.ts";
import { sign } from "../../lambdas/core/verify/sign.ts";
import { createPace } from "../pace.ts";
import { stamp } from "../samples/sample.ts";
import { readAnswer } from "../send/post.ts";

/** The receiver of a measurement: the address of a source, and the secret that signs for it. */
export type MeasuredSource = {
  readonly url: string;
  readonly secret: string;
  readonly provider: Provider;
  /** The event type of each delivery. */
  readonly type: string;
};

/** How many deliveries, and how many a second. */
export type Load = { readonly events: number; readonly rate: number };

/** One delivery: the answer, and the time until all of it was here. */
export type Answered = {
  readonly milliseconds: number;
  /** 0: none came within the provider's time. */
  readonly status: number;
  readonly outcome: string;
};

/**
 * Posts signed deliveries at their times, however slow the answers are: a receiver that is slow is not spared by it. Each has an id of
 * its own, which begins with `prefix`.
 *
 * @param given.signal Ends it: what was posted is waited for, and the rest is left.
 */
export async function measure(
  source: MeasuredSource,
  { events, rate }: Load,
  given: {
    readonly prefix: string;
    readonly signal?: AbortSignal;
    readonly onAnswered?: () => void;
    /** Waits so many milliseconds; for tests. */
    readonly pause?: (milliseconds: number) => Promise<unknown>;
  },
): Promise<readonly Answered[]> {
  const { prefix, signal, onAnswered = () => {}, pause = pauseFor } = given;
  const pace = createPace(rate, pause);
  const answered: Answered[] = [];
  const posted: Promise<void>[] = [];
  for (let index = 0; index < events; index += 1) {
    await pace(index);
    if (signal?.aborted) break;
    const done = post(source, `${prefix}${index}`).then((one) => {
      answered.push(one);
      onAnswered();
    });
    // A secret in a wrong form is told below, and ends no process before.
    done.catch(() => {});
    posted.push(done);
  }
  await Promise.all(posted);
  return answered;
}

async function post({ url, secret, provider, type }: MeasuredSource, id: string): Promise<Answered> {
  const unsigned = stamp(provider, { url, body: new TextEncoder().encode("{}"), id, type }, false);
  const { method, headers, body } = await sign(unsigned, { provider, secret, now: new Date(), url });
  const begun = performance.now();
  try {
    const signal = AbortSignal.timeout(provider.answerWithinSeconds * 1000);
    const response = await fetch(url, { method, headers, body, signal });
    const { outcome } = readAnswer(await response.text(), id);
    return { milliseconds: performance.now() - begun, status: response.status, outcome };
  } catch (error) {
    const isLate = error instanceof Error && error.name === "TimeoutError";
    const outcome = isLate ? `no answer within ${provider.answerWithinSeconds} s` : "no connection";
    return { milliseconds: performance.now() - begun, status: 0, outcome };
  }
}

async function pauseFor(milliseconds: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
}
