import { mapBounded } from "../bytes/bounded.ts";
import { defined } from "../bytes/defined.ts";
import { errorText } from "../bytes/error-text.ts";
import { type Deadline, isOver, within } from "../deadline.ts";
import { isTest, type WebhookEvent } from "../events/envelope.ts";
import { createRepeats, inPeriodBefore, processingKey, windowMilliseconds } from "../events/identity.ts";
import type { ParsedBody } from "../events/read-delivery.ts";
import { type Log, report } from "../log.ts";
import { type EventOutcome, foremost, type Outcome, summary, type Unavailable } from "../outcome.ts";
import type { Provider } from "../provider.ts";
import { type Run, runsOf } from "./handler-runs.ts";
import type { Handlers, RoutedHandlers } from "./handlers.ts";
import type { ProcessingStore } from "./processing-store.ts";
import type { Attempt } from "./processor.ts";
import { fieldsOf, leaseMarginMilliseconds, type RunEnd, runOnce } from "./run-once.ts";

/** For small apps, in place of queues: handlers that run at once, under the claims of processors: DECISIONS 36. */
export type InlineOptions<Payloads = Record<string, unknown>> = {
  /**
   * Returning answers 200. Throwing answers 500, so that the provider retries. Throwing `PermanentError`, or a
   * payload that fails its schema, is recorded `dead` and answered 200, since a retry has no chance. A resend at the
   * provider runs the event again.
   */
  readonly handlers: Handlers<Payloads>;
  /** Gets an event without a matching handler. Absent: such an event is answered 200 and ignored. */
  readonly onUnhandledEvent?: (attempt: Attempt<unknown>) => unknown;
  /** Keeps one record for each event and handler, for as long as the provider may send the event again. */
  readonly processing: ProcessingStore;
};

/** {@linkcode InlineOptions} of any payloads. */
type AnyInlineOptions = RoutedHandlers & {
  readonly processing: ProcessingStore;
  readonly now: () => Date;
  readonly log?: Log;
};

/** The events of a verified delivery, their source, and the deadline of the answer. */
type InlineDelivery = {
  readonly events: Iterable<WebhookEvent>;
  readonly parsed: ParsedBody;
  readonly provider: Provider;
  readonly liveOnly: boolean;
  readonly deadline: Deadline;
};

type Verdict = EventOutcome["kind"] | Unavailable;

/** As many as SQS gives at once. */
const mostAtOnce = 10;

/**
 * Runs the events of a delivery, each under a claim of its own: `done` is a duplicate, `processing` is unavailable. A run that
 * has not ended when the provider stops waiting continues and is recorded: the next delivery finds it done. 2xx only when all
 * are done; the next delivery runs the others.
 */
export async function runInline(delivery: InlineDelivery, options: AnyInlineOptions): Promise<Outcome> {
  const { liveOnly, deadline } = delivery;
  const events: Pick<WebhookEvent, "id" | "type">[] = [];
  const firstOf = createRepeats();
  let isCut = false;
  // The rest is not created once the time is up: a few megabytes may hold a million events.
  const inTime = function* () {
    for (const event of delivery.events) {
      if (isOver(deadline.end)) {
        isCut = true;
        const at = { source: event.source, events: events.length };
        return report(options.log, { level: "info", step: "process", kind: "no time left", ...at });
      }
      yield event;
    }
  };
  const verdicts = await mapBounded(inTime(), mostAtOnce, async (event): Promise<readonly Verdict[]> => {
    events.push({ id: event.id, type: event.type });
    const runs = isTest(event, liveOnly) ? [] : runsOf(event, options);
    if (runs.length > 0 && firstOf(event) !== undefined) return ["duplicate"];
    const { source, id, type } = event;
    const reason = isTest(event, liveOnly) ? "test-event" : "no-processor";
    if (runs.length === 0) {
      report(options.log, { level: "info", step: "process", kind: "ignored", source, id, type, reason });
    }
    return await Promise.all(runs.map(async (run) => await verdictOf(run, delivery, options)));
  });
  const faults = verdicts.flat().filter((verdict) => typeof verdict === "object");
  for (const reason of ["handler", "internal", "processing"] as const) {
    const fault = faults.find((one) => one.reason === reason);
    if (fault !== undefined) return fault;
  }
  if (isCut) return { kind: "unavailable", reason: "processing" };
  return summary(
    events.map(({ id, type }, index) => {
      return { id, type, kind: foremost((verdicts[index] ?? []).filter((verdict) => typeof verdict === "string")) };
    }),
  );
}

async function verdictOf(
  run: Run,
  { deadline, provider, parsed }: InlineDelivery,
  options: AnyInlineOptions,
): Promise<Verdict> {
  const { name, processor } = run;
  const { log, now, processing: store } = options;
  const of = fieldsOf(run.event, name);
  if (isOver(deadline.end)) {
    report(log, { level: "info", ...of, kind: "no time left" });
    return { kind: "unavailable", reason: "processing" };
  }
  const budget = processor.options.timeoutSeconds * 1000;
  const claimAndRun = async (): Promise<RunEnd> => {
    let event: WebhookEvent;
    try {
      event = await inFirstPeriod(run, provider, options);
    } catch (error) {
      report(log, { level: "error", ...of, kind: "record not read", error: errorText(error) });
      return { kind: "unclaimed", error };
    }
    const claim = {
      key: processingKey(name, event),
      // Another delivery than the recorded one counts as a redrive of a dead event, since somebody had it sent again.
      messageId: crypto.randomUUID(),
      leaseUntil: new Date(now().getTime() + budget + leaseMarginMilliseconds),
      expires: new Date(now().getTime() + windowMilliseconds(provider, event)),
    };
    return await runOnce(event, claim, { processor, name, store, now, parsed, ...defined({ log }) }, neverLast);
  };
  try {
    return verdict(await within(deadline.end, claimAndRun), now());
  } catch (cause) {
    report(log, { level: "error", ...of, kind: "not over in time" });
    return { kind: "unavailable", reason: "processing", cause };
  }
}

/**
 * The event in the period of the delivery that was claimed first, so that all its attempts have one key: no ingress record
 * holds that time.
 */
async function inFirstPeriod({ event, name }: Run, provider: Provider, options: AnyInlineOptions) {
  const earlier = inPeriodBefore(event, provider);
  const held = earlier && (await options.processing.read(processingKey(name, earlier)));
  return earlier !== undefined && held !== undefined && held.expires >= options.now() ? earlier : event;
}

/** The provider decides how often it tries, and there is no ingress record. */
const neverLast = { isLast: false, reopen: async () => {}, waitsForLate: true } as const;

function verdict(end: RunEnd, now: Date): Verdict {
  switch (end.kind) {
    case "done":
      return "accepted";
    case "overran":
      return { kind: "unavailable", reason: "processing" };
    case "unclaimed":
      // Fail closed: without its claim it could run twice.
      return { kind: "unavailable", reason: "internal", cause: end.error };
    case "failed":
      return end.permanent ? "dead" : { kind: "unavailable", reason: "handler", cause: end.error };
    case "refused": {
      if (end.state !== "processing") return end.state === "done" ? "duplicate" : "dead";
      const left = Math.ceil((end.leaseUntil.getTime() - now.getTime()) / 1000);
      return { kind: "unavailable", reason: "processing", retryAfterSeconds: Math.max(left, 1) };
    }
  }
}
