import { errorText } from "../bytes/error-text.ts";
import type { DepositedEvent, WebhookEvent } from "../events/envelope.ts";
import { ingressKey } from "../events/identity.ts";
import { report } from "../log.ts";
import { retried } from "../retry.ts";
import type { ProcessOptions, QueuedEvent } from "./process-options.ts";
import type { FailedRun } from "./processing-store.ts";

/** `done` must outlive every copy: 7 days in the queue, 14 in the DLQ, and both again after a redrive. */
export const recordDays = 45;

/** The expiry of a record that is written now. */
export function expiresFrom({ now }: Pick<ProcessOptions, "now">): Date {
  return new Date(now().getTime() + recordDays * 86_400_000);
}

/** The time of the retry of an event that is not retried. */
export const never: Date = new Date(0);

/** The failed runs with one more; its reason in full stands on the record until the next run. */
export function withFailure(before: readonly FailedRun[] = [], reason: string, at: Date): readonly FailedRun[] {
  return [...before, { at, reason: reason.slice(0, 100) }];
}

/** Whether this was the last receive of the copy. */
export function isLast({ receives }: QueuedEvent, { processor }: ProcessOptions): boolean {
  return receives >= processor.options.retry.attempts;
}

/**
 * Re-opens the ingress record of an event, so that a resend is accepted: DECISIONS 18. Returns false where it failed. Nothing is done
 * for a replay: the archive has the event, and can replay it again.
 */
export async function reopen(event: WebhookEvent | DepositedEvent, options: ProcessOptions): Promise<boolean> {
  const { source, id, type, replay } = event;
  if (replay !== undefined) return true;
  let done = true;
  await tryThrice(
    () => options.reopen(ingressKey(event), expiresFrom(options)),
    (error) => {
      done = false;
      const of = { processor: options.name, source, id, type };
      const [level, step] = ["error", "process"] as const;
      report(options.log, { level, step, kind: "not re-opened", ...of, error: errorText(error) });
    },
  );
  return done;
}

/** Has a copy delivered again after so many seconds. */
export async function again(copy: QueuedEvent, seconds: number, options: ProcessOptions): Promise<false> {
  try {
    await copy.retryIn(seconds);
  } catch (error) {
    // The queue retries it after the visibility timeout.
    const [level, step, processor] = ["error", "process", options.name] as const;
    report(options.log, { level, step, kind: "back-off not set", processor, error: errorText(error) });
  }
  return false;
}

/** Seconds until the next receive: 10 s · 2ⁿ with equal jitter, at most `maxDelaySeconds`. */
export function backOff(copy: QueuedEvent, options: ProcessOptions): number {
  const most = options.processor.options.retry.maxDelaySeconds;
  const full = Math.min(10 * 2 ** Math.min(copy.receives - 1, 20), most);
  return Math.round(full / 2 + (full / 2) * random(options));
}

export function random(options: ProcessOptions): number {
  return (options.random ?? Math.random)();
}

/** Retries a write that no later step repeats. */
export async function tryThrice(call: () => Promise<unknown>, failed: (error: unknown) => void): Promise<void> {
  try {
    await retried(call, { tries: 3 });
  } catch (error) {
    failed(error);
  }
}
