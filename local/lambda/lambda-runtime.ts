import { isAbsolute } from "node:path";
import { type ExecutionEnvironment, startEnvironment } from "./execution-environment.ts";
import type { FunctionDefinition, InvokeFailure, InvokeResult, LambdaLine } from "./function-definition.ts";
import { holdReaper } from "./reaper.ts";

export type LambdaFunction = {
  readonly name: string;
  /** Never rejects: every fault is an `ok: false` with AWS's error type. `traceId` is an X-Ray header. */
  invoke(event: unknown, options?: { readonly traceId?: string }): Promise<InvokeResult>;
  /** New code: running invocations finish on the old, waiting and later ones use the new. */
  replace(directory: string): Promise<void>;
  /** process ids of the live environments, those still finishing on replaced code included */
  pids(): readonly number[];
  /** Kills every environment, running invocations too, and waits until all processes are gone. */
  close(): Promise<void>;
};

/** The limit of a synchronous invocation each way, in bytes of JSON. */
export const payloadLimitBytes = 6 * 1024 * 1024;

/**
 * How many processes a function has at most: two, so that one slow invocation does not keep the next waiting, and many
 * event types do not mean hundreds of processes. No function waits for another's: a busy one cannot starve the verifier.
 */
export const processesPerFunction = 2;

type Waiting = {
  readonly payload: string;
  readonly traceId: string | undefined;
  readonly settle: (result: InvokeResult) => void;
};

/**
 * A Lambda function on this machine: one child process per execution environment, driven by the Lambda Runtime API,
 * under the runtime (Node or Deno) that runs the caller. One invocation at a time per environment; environments stay
 * warm and grow on demand up to two; further invocations queue.
 *
 * Gaps against AWS: no throttling (a queue instead), no IAM, no freeze between invocations (timers and sockets go on),
 * a waiting invocation takes whichever environment is ready first, memory is capped on the JavaScript heap only, idle
 * environments are not ended, no response streaming, plain log lines.
 *
 * @throws TypeError, RangeError when the definition cannot be run
 */
export function createLambdaFunction(
  definition: FunctionDefinition,
  options: { readonly log: (line: LambdaLine) => void },
): LambdaFunction {
  checkDefinition(definition);
  let directory = definition.directory;
  let closing: Promise<void> | undefined;
  let reaper: ReturnType<typeof holdReaper> | undefined;
  const current = new Set<ExecutionEnvironment>();
  /** on replaced code, or killed and not yet gone */
  const leaving = new Set<ExecutionEnvironment>();
  const waiting: Waiting[] = [];

  function start(): void {
    reaper ??= holdReaper();
    const environment: ExecutionEnvironment = startEnvironment(
      { ...definition, directory },
      {
        log: options.log,
        reaper,
        onChange() {
          if (environment.state === "dead" || (environment.state === "idle" && leaving.has(environment))) {
            void dismiss(environment);
          }
          assign();
        },
        // Each failed start uses up one waiting invocation, so broken code cannot start processes for ever.
        onInitFailure: (failure) => waiting.shift()?.settle(failure),
      },
    );
    current.add(environment);
  }

  async function dismiss(environment: ExecutionEnvironment): Promise<void> {
    current.delete(environment);
    leaving.add(environment);
    await environment.end();
    leaving.delete(environment);
  }

  function assign(): void {
    let coming = 0;
    for (const environment of current) {
      // "finishing" has answered and is about to ask for more: starting another beside it would only cost a cold start.
      if (environment.state === "starting" || environment.state === "finishing") coming++;
      const next = environment.state === "idle" ? waiting.shift() : undefined;
      if (next) environment.run(next.payload, next.traceId).then(next.settle);
    }
    for (; closing === undefined && coming < waiting.length && current.size < processesPerFunction; coming++) start();
  }

  async function shutDown(): Promise<void> {
    for (const { settle } of waiting.splice(0)) settle(closedFailure(definition.name));
    await Promise.all([...current, ...leaving].map(dismiss));
    await reaper?.release();
  }

  return {
    name: definition.name,
    async invoke(event, { traceId } = {}) {
      if (closing) return closedFailure(definition.name);
      const payload = toPayload(event);
      if (typeof payload !== "string") return payload;
      return new Promise((settle) => {
        waiting.push({ payload, traceId, settle });
        assign();
      });
    },
    async replace(next) {
      if (!isAbsolute(next)) throw new TypeError(`Cannot replace code: directory is not absolute: ${next}`);
      directory = next;
      const old = [...current];
      current.clear();
      for (const environment of old) leaving.add(environment);
      const unused = old.filter(({ state }) => state === "idle" || state === "starting");
      assign();
      await Promise.all(unused.map(dismiss));
    },
    pids: () => [...current, ...leaving].flatMap(({ pid }) => pid ?? []),
    close: () => (closing ??= shutDown()),
  };
}

function toPayload(event: unknown): string | InvokeFailure {
  let payload: string;
  try {
    payload = JSON.stringify(event ?? null);
  } catch (error) {
    return { ok: false, errorType: "InvalidRequestContentException", errorMessage: `Cannot serialize event: ${error}` };
  }
  const bytes = Buffer.byteLength(payload);
  if (bytes <= payloadLimitBytes) return payload;
  const errorMessage = `${bytes} byte payload is too large for the RequestResponse invocation type (limit ${payloadLimitBytes} bytes)`;
  return { ok: false, errorType: "RequestEntityTooLarge", errorMessage };
}

function closedFailure(name: string): InvokeFailure {
  return { ok: false, errorType: "Sandbox.Closed", errorMessage: `Cannot invoke ${name}: the function is closed` };
}

function checkDefinition({ directory, entry, timeoutSeconds, memoryMegabytes }: FunctionDefinition): void {
  if (!isAbsolute(directory)) throw new TypeError(`Cannot create function: directory is not absolute: ${directory}`);
  if (!/[^/.]\.[^/.]+$/.test(entry))
    throw new TypeError(`Cannot create function: entry is not "file.export": ${entry}`);
  for (const [name, value] of Object.entries({ timeoutSeconds, memoryMegabytes })) {
    if (!(value > 0)) throw new RangeError(`Cannot create function: ${name} is not above 0: ${value}`);
  }
}
