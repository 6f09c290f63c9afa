import type { WebhookEvent } from "../events/envelope.ts";
import { madeOnce } from "../made-once.ts";
import { type ProcessorOptions, type ResolvedOptions, resolveOptions } from "./processor-options.ts";

/** One run of a processor. */
export type Attempt<Payload> = {
  readonly event: WebhookEvent;
  /**
   * The JSON of the body, checked by the schema where there is one. Without a schema it is read on access, and throws
   * {@linkcode PermanentError} where the body is not JSON though its content type is JSON's or absent. Undefined for another
   * content type: a form, XML, a text.
   */
  readonly payload: Payload;
  /**
   * The same for every attempt of this event by this processor: pass it on to the services that you call. For an event without
   * an id, a handler that runs at once may get another one for a delivery in the event's next period.
   */
  readonly idempotencyKey: string;
  /** 1 for the first, also of a replay. */
  readonly attempt: number;
  /**
   * The id of the replay that runs the event again although it is done; absent otherwise. `idempotencyKey` is the same as in the
   * first run: a service that remembers it does nothing. Where a replay is to have its effect again, make another key of both.
   */
  readonly replay?: string;
  /** Aborts 2 s before the time is up. */
  readonly signal: AbortSignal;
  readonly log: RunLog;
};

/** The log of a run: each line has its processor and event. `data` is under a field of that name, and may be anything. */
export type RunLog = {
  info(text: string, data?: unknown): void;
  error(text: string, data?: unknown): void;
  /** Written for the share of deliveries with details. */
  debug(text: string, data?: unknown): void;
};

/** The default export of an event file. */
export interface Processor<Payload = unknown> {
  /** The options that the stack reads at synth, each default in its place. */
  readonly options: ResolvedOptions<Payload>;
  /** Processes one event; after a rejection the event is retried. */
  run(attempt: Attempt<Payload>): Promise<void>;
}

/** Throw it when a retry has no chance: the event goes to the DLQ with this reason. */
export class PermanentError extends Error {
  /** Tells it from other errors, also in logs. */
  override readonly name = "PermanentError";
}

/**
 * Defines the processor of one event type: `export default processor(options, run)`. Returning acknowledges the event, throwing
 * has it retried, throwing {@linkcode PermanentError} sends it to the DLQ. The second form runs `setup` once per execution
 * environment and passes its result to every run, so that the file has no side effects at its top level: the stack imports it
 * at synth.
 *
 * @throws {TypeError} When an option is missing, misspelt or not what it has to be.
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
  const resolved = resolveOptions(options);
  if (typeof work === "function") return { options: resolved, run: work };
  const tools = madeOnce(work.setup);
  return { options: resolved, run: async (attempt) => await work.run(attempt, await tools()) };
}

/** Whether it was made by {@linkcode processor}: an object written by hand lacks the defaults. */
export function isProcessor(value: unknown): value is Processor {
  const { options, run } = (value ?? {}) as { readonly options?: Partial<ResolvedOptions>; readonly run?: unknown };
  return typeof run === "function" && typeof options?.timeoutSeconds === "number" && options.retry !== undefined;
}
