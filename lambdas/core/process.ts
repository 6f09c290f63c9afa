import { Overrun, runAttempt } from "./attempt.ts";
import { ingressKey } from "./dedupe.ts";
import { fromEnvelope, type WebhookEvent } from "./enqueue.ts";
import { errorText, type Log } from "./log.ts";
import { defaults, PermanentError, type Processor } from "./processor.ts";

/** Where the records of processing are kept: one per processor, source and event. */
export type ProcessingStore = {
  /** Takes the event for `owner`, unless it is done, is being burned to the DLQ, or is held under a live lease. */
  claim(
    key: string,
    mine: {
      readonly owner: string;
      readonly messageId: string;
      readonly now: Date;
      readonly leaseUntil: Date;
      readonly expires: Date;
    },
  ): Promise<
    | { readonly won: true; readonly attempt: number }
    | { readonly won: false; readonly state: "processing" | "done" | "dead"; readonly leaseUntil: Date }
  >;
  /** Ends the owner's run; false where the record is no longer the owner's. */
  end(
    key: string,
    owner: string,
    as: {
      readonly state: "done" | "failed" | "dead";
      readonly messageId: string;
      readonly reason?: string;
      readonly expires: Date;
    },
  ): Promise<boolean>;
};

/** One copy of an event, as its queue delivered it. */
export type QueuedEvent = {
  /** Names this copy to the queue. Never part of a key: a redriven copy gets another. */
  readonly messageId: string;
  /** How often the queue has delivered this copy, this time included. */
  readonly receives: number;
  readonly envelope: string;
  /** Has the queue deliver the copy again after so many seconds. */
  retryIn(seconds: number): Promise<void>;
};

export type ProcessOptions = {
  readonly processor: Processor;
  /** `<source>/<type>`: names the processor in keys, logs and alarms. */
  readonly name: string;
  readonly store: ProcessingStore;
  /** Re-opens the ingress record, so that "resend" at the provider is served. */
  readonly reopen: (ingressKey: string) => Promise<void>;
  /** When the host will stop this batch. */
  readonly deadline: Date;
  readonly now: () => Date;
  readonly log: Log;
  /** From 0 to below 1, for the jitter of the back-off. */
  readonly random?: () => number;
};

/** `done` must outlive every copy: 7 days in the queue, 14 in the DLQ, and the same again after a redrive. */
const recordDays = 45;
const leaseMarginMilliseconds = 5000;

/** Processes a batch, its events concurrently, each for itself. Returns the ids of the copies to be delivered again. */
export async function processBatch(batch: readonly QueuedEvent[], options: ProcessOptions): Promise<readonly string[]> {
  const kept = await Promise.all(
    batch.map(async (copy) => ((await processOne(copy, options)) ? [] : [copy.messageId])),
  );
  return kept.flat();
}

/** True where the copy is to be acknowledged. */
async function processOne(copy: QueuedEvent, options: ProcessOptions): Promise<boolean> {
  const { name, log, now } = options;
  const event = fromEnvelope(copy.envelope);
  if (event === undefined) {
    log.error("unknown envelope", { step: "process", processor: name, messageId: copy.messageId });
    return await again(copy, 0, options);
  }
  const owner = crypto.randomUUID();
  const key = `${name}#${ingressKey(event)}`;
  const fields = { step: "process", processor: name, source: event.source, id: event.id, type: event.type };
  const expires = new Date(now().getTime() + recordDays * 86_400_000);
  let claimed: Awaited<ReturnType<ProcessingStore["claim"]>>;
  try {
    const leaseUntil = new Date(options.deadline.getTime() + leaseMarginMilliseconds);
    claimed = await options.store.claim(key, { owner, messageId: copy.messageId, now: now(), leaseUntil, expires });
  } catch (error) {
    // Fail closed: the queue keeps the copy.
    log.error("claim failed", { ...fields, error: errorText(error) });
    return await again(copy, backOff(copy, options), options);
  }
  if (!claimed.won) {
    log.info(claimed.state === "done" ? "duplicate" : claimed.state, fields);
    if (claimed.state === "done") return true;
    const left = Math.ceil((claimed.leaseUntil.getTime() - now().getTime()) / 1000);
    return await again(
      copy,
      claimed.state === "dead" ? 0 : Math.max(left, 0) + Math.ceil(5 * random(options)),
      options,
    );
  }
  const { attempt } = claimed;
  const started = now().getTime();
  const ending = { messageId: copy.messageId, expires };
  try {
    await runAttempt(event, key, attempt, options);
  } catch (error) {
    if (error instanceof Overrun) {
      // The run still goes on: its lease keeps others out until it cannot.
      log.error("overran", { ...fields, attempt });
      return false;
    }
    return await fail(copy, event, { key, owner, attempt, error, ...ending }, options);
  }
  log.info("done", { ...fields, attempt, milliseconds: now().getTime() - started });
  // The effect has happened: acknowledge whatever the write says.
  await tryThrice(
    () => options.store.end(key, owner, { state: "done", ...ending }),
    (error) => log.error("done not recorded", { ...fields, error: errorText(error) }),
  );
  return true;
}

async function fail(
  copy: QueuedEvent,
  event: WebhookEvent,
  run: {
    readonly key: string;
    readonly owner: string;
    readonly attempt: number;
    readonly error: unknown;
    readonly messageId: string;
    readonly expires: Date;
  },
  options: ProcessOptions,
): Promise<false> {
  const { name, log, processor, store } = options;
  const { key, owner, attempt, error, messageId, expires } = run;
  const permanent = error instanceof PermanentError;
  const final = permanent || copy.receives >= (processor.options.retry?.attempts ?? defaults.attempts);
  const reason = errorText(error).slice(0, 500);
  const fields = { step: "process", processor: name, source: event.source, id: event.id, type: event.type, attempt };
  log.error(final ? "dead" : "failed", { ...fields, error: reason });
  const state = permanent ? "dead" : "failed";
  await tryThrice(
    () => store.end(key, owner, { state, reason, messageId, expires }),
    (cause) => log.error("failure not recorded", { ...fields, reason, error: errorText(cause) }),
  );
  if (final) {
    await tryThrice(
      () => options.reopen(ingressKey(event)),
      (cause) => log.error("not re-opened", { ...fields, error: errorText(cause) }),
    );
  }
  // Burn what is left of the receives, so that SQS itself moves it: what we send to a DLQ cannot be redriven.
  return await again(copy, final ? 0 : backOff(copy, options), options);
}

async function again(copy: QueuedEvent, seconds: number, options: ProcessOptions): Promise<false> {
  try {
    await copy.retryIn(seconds);
  } catch (error) {
    // It comes again after the visibility timeout.
    options.log.error("back-off not set", { step: "process", processor: options.name, error: errorText(error) });
  }
  return false;
}

/** 10 s · 2ⁿ with equal jitter, at most an hour. */
function backOff(copy: QueuedEvent, options: ProcessOptions): number {
  const most = options.processor.options.retry?.maxDelaySeconds ?? defaults.maxDelaySeconds;
  const full = Math.min(10 * 2 ** Math.min(copy.receives - 1, 20), most);
  return Math.round(full / 2 + (full / 2) * random(options));
}

function random(options: ProcessOptions): number {
  return (options.random ?? Math.random)();
}

async function tryThrice(call: () => Promise<unknown>, failed: (error: unknown) => void): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await call();
      return;
    } catch (error) {
      if (tries >= 3) return failed(error);
    }
  }
}
