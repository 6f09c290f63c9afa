import type { DepositedEvent, WebhookEvent } from "./envelope.ts";
import { ingressKey } from "./identity.ts";
import { errorText } from "./log.ts";
import type { ProcessOptions, QueuedEvent } from "./process.ts";
import { defaults, PermanentError } from "./processor.ts";

/** The run that failed: whose claim it was, and why it failed. */
export type FailedRun = {
  readonly key: string;
  readonly owner: string;
  readonly attempt: number;
  readonly error: unknown;
  readonly messageId: string;
  readonly expires: Date;
};

/** Records why a run failed and has its copy delivered again: later, or at once where it is to be burned to the DLQ. */
export async function fail(
  copy: QueuedEvent,
  event: WebhookEvent | DepositedEvent,
  run: FailedRun,
  options: ProcessOptions,
): Promise<false> {
  const { name, log, store } = options;
  const { key, owner, attempt, error, messageId, expires } = run;
  const permanent = error instanceof PermanentError;
  const final = permanent || isLast(copy, options);
  const reason = errorText(error).slice(0, 500);
  const fields = { step: "process", processor: name, source: event.source, id: event.id, type: event.type, attempt };
  log.error(final ? "dead" : "failed", { ...fields, error: reason });
  const state = permanent ? "dead" : "failed";
  // Before the end: a crash between the two has the copy run again. After it, a resend would be told duplicate for ever.
  if (final) await reopen(event, expires, options);
  await tryThrice(
    () => store.end(key, owner, { state, reason, messageId, expires }),
    (cause) => log.error("failure not recorded", { ...fields, reason, error: errorText(cause) }),
  );
  // Burn what is left of the receives, so that SQS itself moves it: what we send to a DLQ cannot be redriven.
  return await again(copy, final ? 0 : backOff(copy, options), options);
}

/** Re-opens ingress for a copy that could not run on its last receive, so that "resend" at the provider is served. */
export async function reopenIfLast(
  copy: QueuedEvent,
  event: WebhookEvent | DepositedEvent,
  expires: Date,
  options: ProcessOptions,
): Promise<void> {
  if (isLast(copy, options)) await reopen(event, expires, options);
}

function isLast({ receives }: QueuedEvent, { processor }: ProcessOptions): boolean {
  return receives >= (processor.options.retry?.attempts ?? defaults.attempts);
}

async function reopen(event: WebhookEvent | DepositedEvent, expires: Date, options: ProcessOptions): Promise<void> {
  const { source, id, type } = event;
  await tryThrice(
    () => options.reopen(ingressKey(event), expires),
    (error) => {
      const fields = { step: "process", processor: options.name, source, id, type };
      options.log.error("not re-opened", { ...fields, error: errorText(error) });
    },
  );
}

/** Has a copy delivered again after so many seconds. */
export async function again(copy: QueuedEvent, seconds: number, options: ProcessOptions): Promise<false> {
  try {
    await copy.retryIn(seconds);
  } catch (error) {
    // It comes again after the visibility timeout.
    options.log.error("back-off not set", { step: "process", processor: options.name, error: errorText(error) });
  }
  return false;
}

/** Seconds until the next try: 10 s · 2ⁿ with equal jitter, at most an hour. */
export function backOff(copy: QueuedEvent, options: ProcessOptions): number {
  const most = options.processor.options.retry?.maxDelaySeconds ?? defaults.maxDelaySeconds;
  const full = Math.min(10 * 2 ** Math.min(copy.receives - 1, 20), most);
  return Math.round(full / 2 + (full / 2) * random(options));
}

export function random(options: ProcessOptions): number {
  return (options.random ?? Math.random)();
}

/** For a write that nothing else would make up for. */
export async function tryThrice(call: () => Promise<unknown>, failed: (error: unknown) => void): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await call();
      return;
    } catch (error) {
      if (tries >= 3) return failed(error);
    }
  }
}
