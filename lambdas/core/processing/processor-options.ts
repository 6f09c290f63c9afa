import type { StandardSchema } from "./schema.ts";

/** The options of an event file, as data: the stack reads them at synth. */
export type ProcessorOptions<Payload = unknown> = {
  /** The harm when the processor fails, in one sentence. It goes into the alarm. */
  readonly impact: string;
  /** Checks and types the payload. A payload that fails it, or is not the JSON that it should be, goes to the DLQ at once. */
  readonly schema?: StandardSchema<Payload>;
  /** Further event types of the same source; a trailing `*` stands for anything. */
  readonly types?: readonly string[];
  /** The longest run of one event, in seconds, 1 to 840. Defaults to 30. */
  readonly timeoutSeconds?: number;
  /** The memory of the function, 128 to 10240. Defaults to 256. */
  readonly memoryMegabytes?: number;
  /** Events per invocation, 1 to 10. Defaults to 10. */
  readonly batchSize?: number;
  /** Invocations at a time, 2 to 1000. Defaults to no limit of its own. */
  readonly maxConcurrency?: number;
  readonly retry?: {
    /** Runs before an event goes to the DLQ, 1 to 100. Defaults to 14, about 6 hours. */
    readonly attempts?: number;
    /** The longest pause between two runs, in seconds, 1 to 43200. Defaults to 3600. */
    readonly maxDelaySeconds?: number;
  };
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
  Required<Pick<ProcessorOptions, "timeoutSeconds" | "memoryMegabytes" | "batchSize">> & {
    readonly retry: Required<NonNullable<ProcessorOptions["retry"]>>;
  };

export const defaults = {
  timeoutSeconds: 30,
  memoryMegabytes: 256,
  batchSize: 10,
  attempts: 14,
  maxDelaySeconds: 3600,
} as const;

/**
 * Checks the options, and returns them with each default in its place.
 *
 * @throws {TypeError} When `impact` is empty, a type is empty or a grant is not exact.
 * @throws {RangeError} When a number is out of its range.
 */
export function resolveOptions<Payload>(options: ProcessorOptions<Payload>): ResolvedOptions<Payload> {
  check(options);
  const resolved = {
    ...options,
    timeoutSeconds: options.timeoutSeconds ?? defaults.timeoutSeconds,
    memoryMegabytes: options.memoryMegabytes ?? defaults.memoryMegabytes,
    batchSize: options.batchSize ?? defaults.batchSize,
    retry: {
      attempts: options.retry?.attempts ?? defaults.attempts,
      maxDelaySeconds: options.retry?.maxDelaySeconds ?? defaults.maxDelaySeconds,
    },
  };
  checkRetries(resolved);
  return resolved;
}

/** What the Lambda function may take: one suspect runs after the others and has its own time; 900 s is Lambda's most. */
export function functionTimeoutSeconds({ timeoutSeconds }: Pick<ResolvedOptions, "timeoutSeconds">): number {
  return Math.min(2 * timeoutSeconds + 10, 900);
}

/** How long its queue hides a copy that was received. AWS's rule: with less, a copy can come again while its batch still runs. */
export function visibilityTimeoutSeconds(options: Pick<ResolvedOptions, "timeoutSeconds">): number {
  return 6 * functionTimeoutSeconds(options);
}

function check(options: Omit<ProcessorOptions, "schema">): void {
  if (typeof options?.impact !== "string" || options.impact.trim() === "") {
    throw new TypeError("Cannot define processor: impact must say the harm when it fails, in one sentence");
  }
  for (const type of options.types ?? []) {
    if (type === "" || type.slice(0, -1).includes("*")) {
      throw new TypeError(
        `Cannot define processor: a type may end in "*" but not hold it elsewhere, received "${type}"`,
      );
    }
  }
  for (const grant of options.grants ?? []) checkGrant(grant);
  const { timeoutSeconds, memoryMegabytes, batchSize, maxConcurrency, retry } = options;
  const ranges = [
    // Six times the function's timeout must stay within 12 hours, SQS's longest visibility timeout.
    ["timeoutSeconds", timeoutSeconds, 1, 840],
    ["memoryMegabytes", memoryMegabytes, 128, 10_240],
    ["batchSize", batchSize, 1, 10],
    ["maxConcurrency", maxConcurrency, 2, 1000],
    ["retry.attempts", retry?.attempts, 1, 100],
    ["retry.maxDelaySeconds", retry?.maxDelaySeconds, 1, 43_200],
  ] as const;
  for (const [name, value, least, greatest] of ranges) {
    if (value === undefined || (Number.isInteger(value) && value >= least && value <= greatest)) continue;
    throw new RangeError(
      `Cannot define processor: ${name} must be a whole number from ${least} to ${greatest}, received ${value}`,
    );
  }
}

/** SQS deletes what is older than 7 days, and moves nothing of that into the DLQ; a day is left for what waits its turn. */
const mostRetryDays = 6;

function checkRetries(options: Pick<ResolvedOptions, "timeoutSeconds" | "retry">): void {
  const { attempts, maxDelaySeconds } = options.retry;
  // Where every run is cut, each try also waits for the end of its visibility timeout.
  const cut = visibilityTimeoutSeconds(options);
  const delays = Array.from({ length: attempts }, (_, tries) => Math.min(10 * 2 ** tries, maxDelaySeconds) + cut);
  const days = delays.reduce((sum, seconds) => sum + seconds, 0) / 86_400;
  if (days <= mostRetryDays) return;
  throw new RangeError(
    `Cannot define processor: its retries must end within ${mostRetryDays} days, before its queue deletes the event; ${attempts} attempts with pauses of up to ${maxDelaySeconds} s may take ${days.toFixed(1)}`,
  );
}

function checkGrant({ actions, resources }: Grant): void {
  if (actions.length === 0 || resources.length === 0) {
    throw new TypeError("Cannot define processor: each of grants must name actions and resources, and one names none");
  }
  const action = actions.find((one) => !/^[a-z0-9-]+:[A-Za-z0-9]+$/.test(one));
  if (action !== undefined) {
    throw new TypeError(
      `Cannot define processor: an action in grants must be named in full, as "s3:GetObject", received "${action}"`,
    );
  }
  const resource = resources.find((one) => one !== "*" && !one.startsWith("arn:"));
  if (resource !== undefined) {
    throw new TypeError(
      `Cannot define processor: a resource in grants must be an ARN or "*", as "arn:aws:s3:::invoices/*", received "${resource}"`,
    );
  }
}
