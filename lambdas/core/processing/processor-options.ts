import {
  byName,
  type Checking,
  checkOptions,
  listOf,
  matching,
  object,
  orFalse,
  required,
  type TableOf,
  text,
  whole,
} from "../checks/options.ts";
import type { StandardSchema } from "./schema.ts";

/** The options of an event file, as data: the stack reads them at synth. */
export type ProcessorOptions<Payload = unknown> = {
  /** The harm when the processor fails, in one sentence. It goes into the alarm. */
  readonly impact: string;
  /** Checks and types the payload. A payload that fails it, or is not the JSON that it should be, goes to the DLQ at once. */
  readonly schema?: StandardSchema<Payload>;
  /** Further event types of the same source; a trailing `*` stands for anything. */
  readonly types?: readonly string[];
  /** The longest run of one event, in seconds. Defaults to 30. */
  readonly timeoutSeconds?: number;
  /** The memory of the function. Defaults to 256. */
  readonly memoryMegabytes?: number;
  /** Events per invocation. Defaults to 10. */
  readonly batchSize?: number;
  /**
   * Invocations at a time. `false`: as many as Lambda starts, up to 1250 for a queue; then a backlog, or the redrive of a large DLQ, can take
   * the account's whole concurrency from the verifier. Lambda goes on polling an idle queue with five pollers where there is a limit, for
   * 0.26 USD a month; it may go down to two without one, for 0.10. Defaults to 5.
   */
  readonly maxConcurrency?: number | false;
  /** How failed runs are retried. */
  readonly retry?: {
    /** Receives before an event goes to the DLQ, each a run unless another run holds it. Defaults to 14, within 3 to 6 hours. */
    readonly attempts?: number;
    /** The longest pause between two runs, in seconds. Defaults to 3600. */
    readonly maxDelaySeconds?: number;
  };
  /** Environment variables of its function. Defaults to none. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Further AWS permissions of the processor; each is a statement of its role. */
  readonly grants?: readonly Grant[];
  /**
   * The first of two steps of removing an event file. New events are no longer routed to it: they go to `_other`, or are
   * ignored. Queue, DLQ, processor and alarms stay and finish the queued events. Deploy it so, wait until queue and DLQ
   * are empty, then delete the file.
   */
  readonly retired?: true;
};

/** A permission in AWS: `{ actions: ["s3:GetObject"], resources: ["arn:aws:s3:::invoices/*"] }`. */
export type Grant = {
  /** The actions in full, `<service>:<action>`, without `*`. */
  readonly actions: readonly string[];
  /** ARNs, `*` allowed in them, or `*` alone; `${AWS::Partition}`, `${AWS::AccountId}` and `${AWS::Region}` are the stack's own. */
  readonly resources: readonly string[];
};

/** {@linkcode ProcessorOptions} with each default in its place. */
export type ResolvedOptions<Payload = unknown> = ProcessorOptions<Payload> &
  Required<Pick<ProcessorOptions, "timeoutSeconds" | "memoryMegabytes" | "batchSize" | "maxConcurrency">> & {
    readonly retry: Required<NonNullable<ProcessorOptions["retry"]>>;
  };

export const defaults = {
  timeoutSeconds: 30,
  memoryMegabytes: 256,
  batchSize: 10,
  maxConcurrency: 5,
  attempts: 14,
  maxDelaySeconds: 3600,
} as const;

const checking: Checking = { doing: "define processor", tellsTexts: true };

const action = matching('an action that is named in full, as "s3:GetObject"', /^[a-z0-9-]+:[A-Za-z0-9]+$/);
const resource = matching('an ARN or "*", as "arn:aws:s3:::invoices/*"', /^(\*|arn:.*)$/s);

/** The options of each of `grants`. */
export const grantTable: TableOf<Grant> = {
  actions: required(listOf(action, 1)),
  resources: required(listOf(resource, 1)),
};

/** The options of an event file. */
export const processorTable: TableOf<ProcessorOptions> = {
  impact: required({
    expected: "a text that says the harm when it fails, in one sentence",
    fits: (value) => typeof value === "string" && value.trim() !== "",
  }),
  schema: { expected: "a Standard Schema", fits: (value) => typeof value === "object" || typeof value === "function" },
  types: listOf(matching('a type, which may end in "*" but not hold it elsewhere', /^([^*]+\*?|\*)$/)),
  // Six times the function's timeout must stay within 12 hours, SQS's longest visibility timeout.
  timeoutSeconds: whole(1, 840),
  memoryMegabytes: whole(128, 10_240),
  batchSize: whole(1, 10),
  maxConcurrency: orFalse(whole(2, 1000)),
  retry: object({ attempts: whole(1, 100), maxDelaySeconds: whole(1, 43_200) }),
  environment: byName("an object of texts", text),
  grants: listOf(object(grantTable)),
  retired: { expected: "true", fits: (value) => value === true },
};

/**
 * Checks the options, and returns them with each default in its place.
 *
 * @throws {TypeError} When an option is missing, misspelt or not what it has to be.
 * @throws {RangeError} When a number is out of its range.
 */
export function resolveOptions<Payload>(options: ProcessorOptions<Payload>): ResolvedOptions<Payload> {
  checkOptions(processorTable, options, checking);
  const resolved = {
    ...options,
    timeoutSeconds: options.timeoutSeconds ?? defaults.timeoutSeconds,
    memoryMegabytes: options.memoryMegabytes ?? defaults.memoryMegabytes,
    batchSize: options.batchSize ?? defaults.batchSize,
    maxConcurrency: options.maxConcurrency ?? defaults.maxConcurrency,
    retry: {
      attempts: options.retry?.attempts ?? defaults.attempts,
      maxDelaySeconds: options.retry?.maxDelaySeconds ?? defaults.maxDelaySeconds,
    },
  };
  checkRetries(resolved);
  return resolved;
}

/** The timeout of the Lambda function: one suspect runs after the others and has its own time; 900 s is Lambda's maximum. */
export function functionTimeoutSeconds({ timeoutSeconds }: Pick<ResolvedOptions, "timeoutSeconds">): number {
  return Math.min(2 * timeoutSeconds + 10, 900);
}

/** How long the queue hides a received copy. AWS's rule: with less, a copy can be received again while its batch still runs. */
export function visibilityTimeoutSeconds(options: Pick<ResolvedOptions, "timeoutSeconds">): number {
  return 6 * functionTimeoutSeconds(options);
}

/**
 * SQS deletes messages older than 7 days without moving them to the DLQ; one day is left for copies that wait for their turn.
 */
const mostRetryDays = 6;

function checkRetries(options: Pick<ResolvedOptions, "timeoutSeconds" | "retry">): void {
  const { attempts, maxDelaySeconds } = options.retry;
  // Where every run is killed, each attempt also waits for the end of its visibility timeout.
  const cut = visibilityTimeoutSeconds(options);
  const delays = Array.from({ length: attempts }, (_, tries) => Math.min(10 * 2 ** tries, maxDelaySeconds) + cut);
  const days = delays.reduce((sum, seconds) => sum + seconds, 0) / 86_400;
  if (days <= mostRetryDays) return;
  throw new RangeError(
    `Cannot define processor: its retries must end within ${mostRetryDays} days, before its queue deletes the event; ${attempts} attempts with pauses of up to ${maxDelaySeconds} s may take ${days.toFixed(1)}`,
  );
}
