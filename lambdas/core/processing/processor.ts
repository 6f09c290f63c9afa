import type { WebhookEvent } from "../events/envelope.ts";
import { madeOnce } from "../made-once.ts";
import type { StandardSchema } from "./schema.ts";

/** What an event file asks for, as data: the stack reads it at synth. */
export type ProcessorOptions<Payload = unknown> = {
  /** The harm when it fails, one sentence. It goes into the alarm. */
  readonly impact: string;
  /** Checks and types the payload; what fails it, or is no JSON though it should be, goes to the DLQ at once. */
  readonly schema?: StandardSchema<Payload>;
  /** Further event types of the same source; a trailing `*` stands for anything. */
  readonly types?: readonly string[];
  /** What one event may take, in seconds. Default: 30. */
  readonly timeoutSeconds?: number;
  /** Default: 256. */
  readonly memoryMegabytes?: number;
  /** Events per invocation, 1 to 10. Default: 10. */
  readonly batchSize?: number;
  /** Invocations at a time, 2 to 1000. Default: no bound of its own. */
  readonly maxConcurrency?: number;
  readonly retry?: {
    /** Runs before an event goes to the DLQ, 1 to 100. Default: 14, about 6 hours. */
    readonly attempts?: number;
    /** The longest pause between two runs, in seconds. Default: 3600. */
    readonly maxDelaySeconds?: number;
  };
  readonly environment?: Readonly<Record<string, string>>;
  /** What it may do in AWS beyond its own work; each is a statement of its role. */
  readonly grants?: readonly Grant[];
  /**
   * The first of two steps of removing an event file: new events are no longer routed to it (they are what they would be
   * without the file: `_other`'s, or ignored), while queue, DLQ, processor and alarm stay and finish what is queued.
   * Deploy it so, wait until queue and DLQ are empty, then delete the file.
   */
  readonly retired?: true;
};

/** Leave to call AWS: `{ actions: ["s3:GetObject"], resources: ["arn:aws:s3:::invoices/*"] }`. */
export type Grant = {
  /** Each in full, `<service>:<action>`, without `*`. */
  readonly actions: readonly string[];
  /** ARNs, `*` allowed in them, or `*` alone; `${AWS::Partition}`, `${AWS::AccountId}` and `${AWS::Region}` are the stack's own. */
  readonly resources: readonly string[];
};

/** One run of a processor. */
export type Attempt<Payload> = {
  readonly event: WebhookEvent;
  /**
   * The JSON of the body, checked by the schema where there is one. Without one it is read when it is asked for, and
   * throws {@linkcode PermanentError} where the body is no JSON though its content type is JSON's, or it has none.
   * Undefined where another content type says what it is instead: a form, XML, a text.
   */
  readonly payload: Payload;
  /**
   * The same for every attempt of this event by this processor: pass it on to what you call. Of an event without an id,
   * a handler that runs at once may get another for a delivery of the event's next period.
   */
  readonly idempotencyKey: string;
  /** 1 for the first. */
  readonly attempt: number;
  /** Aborts 2 s before the time is up. */
  readonly signal: AbortSignal;
  readonly log: RunLog;
};

/** Lines of a run's own, each with its processor and event. `data` stands in a field of that name, and may be anything. */
export type RunLog = {
  info(text: string, data?: unknown): void;
  error(text: string, data?: unknown): void;
  /** Written for the share of deliveries whose details are written. */
  debug(text: string, data?: unknown): void;
};

/** What an event file exports. */
export interface Processor<Payload = unknown> {
  /** What the stack reads at synth. */
  readonly options: ProcessorOptions<Payload>;
  /** Processes one event; a rejection has it tried again. */
  run(attempt: Attempt<Payload>): Promise<void>;
}

/** Throw it when trying again is in vain: the event goes to the DLQ with this reason. */
export class PermanentError extends Error {
  /** Tells it from other errors, in logs too. */
  override readonly name = "PermanentError";
}

export const defaults = {
  timeoutSeconds: 30,
  memoryMegabytes: 256,
  batchSize: 10,
  attempts: 14,
  maxDelaySeconds: 3600,
} as const;

/**
 * Defines the processor of one event type: `export default processor(options, run)`. Returning acknowledges the
 * event, throwing has it tried again, throwing {@linkcode PermanentError} sends it to the DLQ.
 *
 * The second form runs `setup` once per execution environment and hands its result to every run, so that the top level
 * of the file stays pure: the stack imports it at synth.
 *
 * @throws {TypeError} When `impact` says nothing, a type is empty or a grant is not exact.
 * @throws {RangeError} When a number is out of its range.
 *
 * @example
 * ```ts
 * import { processor } from "@hookline/hookline";
 *
 * export default processor<{ ref: string }>(
 *   { impact: "Deployments do not start", timeoutSeconds: 10 },
 *   async ({ payload, log }) => log.info("pushed", { ref: payload.ref }),
 * );
 * ```
 */
export function processor<Payload = unknown, Tools = void>(
  options: ProcessorOptions<Payload>,
  work:
    | ((attempt: Attempt<Payload>) => Promise<void>)
    | {
        readonly setup: () => Promise<Tools> | Tools;
        readonly run: (attempt: Attempt<Payload>, tools: Tools) => Promise<void>;
      },
): Processor<Payload> {
  check(options);
  if (typeof work === "function") return { options, run: work };
  const tools = madeOnce(work.setup);
  return { options, run: async (attempt) => await work.run(attempt, await tools()) };
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
  const { attempts = defaults.attempts, maxDelaySeconds = defaults.maxDelaySeconds } = retry ?? {};
  checkRetries(attempts, maxDelaySeconds, timeoutSeconds ?? defaults.timeoutSeconds);
}

/** SQS deletes what is older than 7 days, and moves nothing of that into the DLQ; a day is left for what waits its turn. */
const mostRetryDays = 6;

function checkRetries(attempts: number, maxDelaySeconds: number, timeoutSeconds: number): void {
  // Where every run is cut, each try also waits for the end of its visibility timeout: see infra/constructs/event-pipeline.ts.
  const cut = 6 * Math.min(2 * timeoutSeconds + 10, 900);
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
