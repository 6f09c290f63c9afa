import { toBase64Url } from "./base64.ts";
import type { WebhookEvent } from "./enqueue.ts";
import { parseJson } from "./fields.ts";
import type { Log } from "./log.ts";
import { type Attempt, defaults, PermanentError, type Processor } from "./processor.ts";
import { sha256 } from "./signature.ts";

/** What an attempt needs of the options of a batch. */
export type AttemptOptions = { readonly processor: Processor; readonly name: string; readonly log: Log };

/** The time of an attempt is up, and its run has not ended. */
export class Overrun extends Error {}

/**
 * Runs a processor once on an event, within the processor's `timeoutSeconds`.
 *
 * @param key Of the processing record: the idempotency key is made from it.
 * @throws {Overrun} When the time is up; what the run throws; {@linkcode PermanentError} when the schema refuses.
 */
export async function runAttempt(
  event: WebhookEvent,
  key: string,
  attempt: number,
  options: AttemptOptions,
): Promise<void> {
  const { processor, name, log } = options;
  const budget = (processor.options.timeoutSeconds ?? defaults.timeoutSeconds) * 1000;
  const abort = new AbortController();
  const warning = setTimeout(
    () => abort.abort(new Error("The time of this attempt is nearly up")),
    Math.max(budget - 2000, budget / 2),
  );
  let overrun: ReturnType<typeof setTimeout> | undefined;
  try {
    const payload = await checkedPayload(event, processor);
    const fields = { step: "run", processor: name, source: event.source, id: event.id };
    const given: Attempt<unknown> = {
      event,
      payload,
      idempotencyKey: toBase64Url(sha256(new TextEncoder().encode(key))),
      attempt,
      signal: abort.signal,
      log: {
        info: (text, more) => log.info(text, { ...fields, ...more }),
        error: (text, more) => log.error(text, { ...fields, ...more }),
      },
    };
    const late = new Promise<never>((_, reject) => {
      overrun = setTimeout(() => reject(new Overrun()), budget);
    });
    await Promise.race([processor.run(given), late]);
  } finally {
    clearTimeout(warning);
    clearTimeout(overrun);
  }
}

async function checkedPayload(event: WebhookEvent, processor: Processor): Promise<unknown> {
  const payload = parseJson(event.body);
  if (processor.options.schema === undefined) return payload;
  const result = await processor.options.schema["~standard"].validate(payload);
  if (result.issues === undefined) return result.value;
  throw new PermanentError(`The payload fails its schema: ${result.issues.map((issue) => issue.message).join("; ")}`);
}
