import { setTimeout as delay } from "node:timers/promises";
import { sign } from "../../../lambdas/core/verify/sign.ts";
import { providers } from "../../../lambdas/providers/mod.ts";
import type { LocalRun } from "../../../local/local-run.ts";
import { stamp } from "../../../operate/samples/sample.ts";
import { type PlannedEvent, sources } from "./plan.ts";

/** What one delivery came to. */
export type Answer = {
  readonly id: string;
  /** When it was sent, in milliseconds since 1970. */
  readonly at: number;
  readonly milliseconds: number;
  /** 0: none within the provider's patience. */
  readonly status: number;
  /** What we said became of it: `accepted`, `duplicate`, or an error's name. */
  readonly outcome: string;
  /** 1 for the first. */
  readonly tries: number;
};

/** Stripe's own pauses are minutes and hours. */
const firstPauseMilliseconds = 500;
const longestPauseMilliseconds = 8000;
const mostTries = 10;

/**
 * Delivers every planned event at its time, however slow the answers are. Resolves when all are answered and the
 * provider that retries has given up on none that it could still try.
 */
export async function sendLoad(
  events: readonly PlannedEvent[],
  run: LocalRun,
  options: { readonly random: () => number; readonly answered: (answer: Answer) => void },
): Promise<void> {
  const begin = Date.now();
  const deliveries: Promise<void>[] = [];
  for (const event of events) {
    const early = begin + event.at - Date.now();
    if (early > 0) await delay(early);
    for (let copy = 0; copy < event.copies; copy += 1) deliveries.push(deliver(event, run, options));
  }
  await Promise.all(deliveries);
}

async function deliver(
  event: PlannedEvent,
  run: LocalRun,
  { random, answered }: { readonly random: () => number; readonly answered: (answer: Answer) => void },
): Promise<void> {
  const retries = (providers[event.source]?.retryHours ?? 0) > 0;
  for (let tries = 1; ; tries += 1) {
    const answer = await post(event, run, tries);
    answered(answer);
    if ((answer.status >= 200 && answer.status < 300) || !retries || tries >= mostTries) return;
    const pause = Math.min(firstPauseMilliseconds * 2 ** (tries - 1), longestPauseMilliseconds);
    await delay(pause * (0.5 + random()));
  }
}

async function post({ id, source, fate }: PlannedEvent, run: LocalRun, tries: number): Promise<Answer> {
  const provider = providers[source];
  const target = run.sources[source];
  if (provider === undefined || target === undefined) throw new TypeError(`The local run has no source "${source}"`);
  const { url, secret } = target;
  const body = new TextEncoder().encode(JSON.stringify({ fate, note: id }));
  const unsigned = stamp(provider, { url, body, id, type: sources[source] }, false);
  const signed = await sign(unsigned, { provider, secret, now: new Date(), url });
  const at = Date.now();
  const from = performance.now();
  const said = await read(signed, provider.answerWithinSeconds);
  return { id, at, milliseconds: performance.now() - from, ...said, tries };
}

async function read(
  { url, method, headers, body }: { url: string; method: string; headers: Headers; body: Uint8Array<ArrayBuffer> },
  patienceSeconds: number,
): Promise<{ readonly status: number; readonly outcome: string }> {
  try {
    const signal = AbortSignal.timeout(patienceSeconds * 1000);
    const response = await fetch(url, { method, headers, body, signal });
    const text = await response.text();
    return { status: response.status, outcome: outcomeOf(text) };
  } catch {
    return { status: 0, outcome: "no answer" };
  }
}

function outcomeOf(text: string): string {
  try {
    const { outcome, error } = JSON.parse(text);
    return String(outcome ?? error);
  } catch {
    return text;
  }
}
