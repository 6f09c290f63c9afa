import { defined } from "../bytes/defined.ts";
import { errorFrames } from "../bytes/error-frames.ts";
import { errorText } from "../bytes/error-text.ts";
import type { DepositedEvent, WebhookEvent } from "../events/envelope.ts";
import { report } from "../log.ts";
import { type AttemptOptions, Overrun, runAttempt } from "./attempt.ts";
import { never, tryThrice, withFailure } from "./failure.ts";
import type { FailedRun, ProcessingStore } from "./processing-store.ts";
import { PermanentError } from "./processor.ts";

/** For clocks that differ, in addition to the longest run. */
export const leaseMarginMilliseconds = 5000;

/** The owner of the record that a run claims. */
type RunClaim = {
  readonly key: string;
  readonly messageId: string;
  readonly leaseUntil: Date;
  readonly expires: Date;
};

type RunOptions = AttemptOptions & { readonly store: ProcessingStore; readonly now: () => Date };

/** The steps of the event's deliverer for a run that fails. */
type FailurePlan = {
  /** The event is not delivered again, and ingress is re-opened already. */
  readonly isLast: boolean;
  /** Seconds until it is delivered again, where it is and where that is known. */
  readonly pauseSeconds?: number;
  /** Called before it is recorded that the event is dead for another reason. */
  readonly reopen: () => Promise<unknown>;
  /** Waits for a run that takes longer than its time and records its end, where the host continues. Defaults to false. */
  readonly waitsForLate?: boolean;
};

/** How the run ended: `refused` by a record of another run, `unclaimed` where the store did not answer. */
export type RunEnd =
  | { readonly kind: "done" }
  | { readonly kind: "overran" }
  | { readonly kind: "refused"; readonly state: "processing" | "done" | "dead"; readonly leaseUntil: Date }
  | { readonly kind: "unclaimed"; readonly error: unknown }
  | { readonly kind: "failed"; readonly permanent: boolean; readonly final: boolean; readonly error: unknown };

/**
 * Runs a processor on an event under a claim of its own: never beside another run of the same key, and not after a done one.
 * Its end is recorded only while the record is still its own. It never rejects.
 */
export async function runOnce(
  event: WebhookEvent | DepositedEvent,
  claim: RunClaim,
  options: RunOptions,
  plan: FailurePlan,
): Promise<RunEnd> {
  const { log, now, store } = options;
  const { key, messageId, leaseUntil, expires } = claim;
  const { received } = event;
  const owner = crypto.randomUUID();
  const of = fieldsOf(event, options.name);
  let claimed: Awaited<ReturnType<ProcessingStore["claim"]>>;
  try {
    claimed = await store.claim(key, { owner, messageId, received, now: now(), leaseUntil, expires });
  } catch (error) {
    report(log, { level: "error", ...of, kind: "claim failed", error: errorText(error) });
    return { kind: "unclaimed", error };
  }
  if (!claimed.won) {
    // The copy is received until its receives are used up, and was reported once.
    if (claimed.state === "dead") report(log, { level: "debug", ...of, kind: "burned" });
    else report(log, { level: "info", ...of, kind: claimed.state === "done" ? "duplicate" : "processing" });
    return { kind: "refused", state: claimed.state, leaseUntil: claimed.leaseUntil };
  }
  const { attempt, failures = [] } = claimed;
  if (claimed.cut) {
    const error = "its time, memory or process ended";
    report(log, { level: "error", ...of, kind: "cut", attempt: attempt - 1, error });
  }
  const running: Running = { ...claim, of, owner, attempt, failures };
  const started = now().getTime();
  try {
    await runAttempt(event, attempt, options).catch(async (error: unknown) => {
      if (error instanceof Overrun && !plan.isLast) report(log, { level: "error", ...of, kind: "overran", attempt });
      if (!(error instanceof Overrun && plan.waitsForLate)) throw error;
      await error.run;
    });
  } catch (error) {
    if (error instanceof Overrun) {
      // The run continues: its lease excludes others until it cannot.
      if (plan.isLast) {
        await end({ state: "processing", reason: error.message, retryAt: never }, running, options);
        report(log, { level: "error", ...of, kind: "dead", attempt, error: error.message });
      }
      return { kind: "overran" };
    }
    return await fail(error, running, options, plan);
  }
  const milliseconds = now().getTime() - started;
  // The run has had its effect: the event is done even where the write fails.
  await tryThrice(
    () => store.end(key, owner, { state: "done", messageId, expires }),
    (error) => report(log, { level: "error", ...of, kind: "done not recorded", error: errorText(error) }),
  );
  report(log, { level: "info", ...of, kind: "done", attempt, milliseconds });
  return { kind: "done" };
}

type Running = RunClaim & {
  readonly owner: string;
  readonly attempt: number;
  readonly failures: readonly FailedRun[];
  readonly of: ReturnType<typeof fieldsOf>;
};

/** Records why a run failed, and whether permanently. */
async function fail(error: unknown, run: Running, options: RunOptions, plan: FailurePlan): Promise<RunEnd> {
  const permanent = error instanceof PermanentError;
  const final = permanent || plan.isLast;
  const reason = errorText(error).slice(0, 500);
  // With both, and the line break between them, the record stays under the kilobyte that a write unit of DynamoDB holds.
  const stack = errorFrames(error, 599 - reason.length) || undefined;
  const { pauseSeconds } = plan;
  const later = pauseSeconds === undefined ? undefined : new Date(options.now().getTime() + pauseSeconds * 1000);
  // Before the end: a crash between the two has the event run again. After it, a resend would be told duplicate until the
  // last receive, which may never get as far as this code.
  if (permanent && !plan.isLast) await plan.reopen();
  await end({ state: permanent ? "dead" : "failed", reason, stack, retryAt: final ? never : later }, run, options);
  const { of, attempt } = run;
  const kind = final ? "dead" : "failed";
  report(options.log, { level: "error", ...of, kind, attempt, error: reason, ...defined({ stack }) });
  return { kind: "failed", permanent, final, error };
}

/** Records why a run failed; behind the reason, a line each, where. */
async function end(
  as: {
    readonly state: "dead" | "failed" | "processing";
    readonly reason: string;
    readonly stack?: string | undefined;
    readonly retryAt: Date | undefined;
  },
  run: Running,
  { log, now, store }: RunOptions,
): Promise<void> {
  const { key, owner, messageId, expires, of, attempt } = run;
  const { state, reason, stack, retryAt } = as;
  const failures = withFailure(run.failures, reason, now());
  const told = { reason: stack === undefined ? reason : `${reason}\n${stack}`, failures, ...defined({ retryAt }) };
  const record = { state, ...told, messageId, expires };
  await tryThrice(
    () => store.end(key, owner, record),
    (cause) => {
      const error = errorText(cause);
      report(log, { level: "error", ...of, kind: "failure not recorded", attempt, reason, error });
    },
  );
}

/** The fields of a log entry about an event and its processor. */
export function fieldsOf(
  { source, id, type, replay }: WebhookEvent | DepositedEvent,
  processor: string,
): { readonly step: "process"; readonly processor: string } & Pick<WebhookEvent, "source" | "id" | "type" | "replay"> {
  return { step: "process", processor, source, id, type, ...defined({ replay }) };
}
