import { toBase64Url } from "../bytes/base64.ts";
import { defined } from "../bytes/defined.ts";
import { sha256 } from "../bytes/sha256.ts";
import type { DepositedEvent, WebhookEvent } from "../events/envelope.ts";
import { idempotencyKey } from "../events/identity.ts";
import type { ParsedBody } from "../events/read-delivery.ts";
import { type Log, type LogEntry, report } from "../log.ts";
import { payloadOf } from "./payload.ts";
import { type Attempt, PermanentError, type Processor } from "./processor.ts";

/** The options of a batch that an attempt uses. */
export type AttemptOptions = {
  readonly processor: Processor;
  readonly name: string;
  readonly log?: Log;
  readonly parsed?: ParsedBody;
  readonly collect?: (deposit: string, signal: AbortSignal) => Promise<Uint8Array<ArrayBuffer>>;
};

/** The time of an attempt is up, and its run has not ended. */
export class Overrun extends Error {
  /** The run, which continues. */
  readonly run: Promise<void>;

  constructor(run: Promise<void>, milliseconds: number) {
    super(`timed out after ${milliseconds / 1000} s`);
    this.run = run;
  }
}

/**
 * Runs a processor once on an event, within the processor's `timeoutSeconds`.
 *
 * @throws {Overrun} When the time is up; what the run throws; {@linkcode PermanentError} when the schema refuses,
 * or has no JSON to check.
 */
export async function runAttempt(
  queued: WebhookEvent | DepositedEvent,
  attempt: number,
  options: AttemptOptions,
): Promise<void> {
  const { processor, name, log } = options;
  const budget = processor.options.timeoutSeconds * 1000;
  const abort = new AbortController();
  const warning = setTimeout(
    () => abort.abort(new Error("The time of this attempt is nearly up")),
    Math.max(budget - 2000, budget / 2),
  );
  const run = async () => {
    const event = await collected(queued, options, abort.signal);
    const read = await payloadReader(event, options);
    const said = (level: LogEntry["level"]) => (text: string, data?: unknown) => {
      const of = { processor: name, source: event.source, id: event.id };
      report(log, { level, step: "run", kind: "said", ...of, text, ...defined({ data }) });
    };
    const given: Attempt<unknown> = {
      event,
      // Read on access: a run that reads the bytes alone does not depend on their format.
      get payload() {
        return read();
      },
      idempotencyKey: idempotencyKey(name, queued),
      attempt,
      ...defined({ replay: queued.replay }),
      signal: abort.signal,
      log: { info: said("info"), error: said("error"), debug: said("debug") },
    };
    await processor.run(given);
  };
  const running = run();
  let overrun: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    overrun = setTimeout(() => reject(new Overrun(running, budget)), budget);
  });
  try {
    await Promise.race([running, late]);
  } finally {
    clearTimeout(warning);
    clearTimeout(overrun);
  }
}

/**
 * The event with its body, fetched where it is stored elsewhere. The body is stored under the hash of its bytes: see `deposit`.
 */
async function collected(
  queued: WebhookEvent | DepositedEvent,
  { collect }: AttemptOptions,
  signal: AbortSignal,
): Promise<WebhookEvent> {
  if ("body" in queued) return queued;
  const { deposit, ...event } = queued;
  if (collect === undefined) throw new Error("The body lies elsewhere, and this processor has no way to collect it");
  const body = await collect(deposit, signal);
  if (!deposit.endsWith(toBase64Url(sha256(body)))) throw new Error("The collected body is not the one deposited");
  return { ...event, body };
}

/** Reads the payload once. With a schema it is read and checked here. */
async function payloadReader(event: WebhookEvent, { processor, parsed }: AttemptOptions): Promise<() => unknown> {
  const { schema } = processor.options;
  if (schema === undefined) {
    let read: { readonly payload: unknown } | undefined;
    return () => {
      read ??= { payload: payloadOf(event, parsed) };
      return read.payload;
    };
  }
  const result = await schema["~standard"].validate(payloadOf(event, parsed));
  if (result.issues === undefined) return () => result.value;
  throw new PermanentError(`The payload fails its schema: ${result.issues.map((issue) => issue.message).join("; ")}`);
}
