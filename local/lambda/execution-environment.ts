import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { childCommand, childVariables, functionArn } from "./child-process.ts";
import type { FunctionDefinition, InvokeFailure, InvokeResult, LambdaLine } from "./function-definition.ts";
import type { Reaper } from "./reaper.ts";
import { type RuntimeApi, startRuntimeApi } from "./runtime-api.ts";

/** `finishing`: has answered and not yet asked for the next invocation. */
type EnvironmentState = "starting" | "idle" | "running" | "finishing" | "dead";

export type ExecutionEnvironment = {
  readonly state: EnvironmentState;
  /** undefined until the process is spawned and after it has ended */
  readonly pid: number | undefined;
  /** One invocation; only while `state` is `idle`. Never rejects. */
  run(payload: string, traceId: string | undefined): Promise<InvokeResult>;
  /** Kills the process and waits until it is gone and its output is read. */
  end(): Promise<void>;
};

type EnvironmentOptions = {
  readonly log: (line: LambdaLine) => void;
  readonly reaper: Reaper;
  readonly onChange: () => void;
  readonly onInitFailure: (failure: InvokeFailure) => void;
  /** On AWS init has 10 s, is then run again within the function timeout. Here: one run, the longer of the two. */
  readonly initLimitSeconds?: number;
};

type Running = { readonly requestId: string; settle(result: InvokeResult): void };

const exitGraceMilliseconds = 1_000;

/** Starts one execution environment: a Runtime API server and the child process that asks it for invocations. */
export function startEnvironment(definition: FunctionDefinition, options: EnvironmentOptions): ExecutionEnvironment {
  let state: EnvironmentState = "starting";
  let child: ChildProcess | undefined;
  let api: RuntimeApi | undefined;
  let running: Running | undefined;
  const initSeconds = options.initLimitSeconds ?? Math.max(10, definition.timeoutSeconds);
  let timer = setTimeout(timeOut, initSeconds * 1000, initSeconds);

  function log(kind: LambdaLine["kind"], text: string): void {
    options.log({ functionName: definition.name, pid: child?.pid ?? 0, kind, text });
  }

  /** Ends the environment and its work, a run or the start; a run that has answered keeps its result. */
  function fail(failure: InvokeFailure): void {
    const atInit = state === "starting";
    state = "dead";
    clearTimeout(timer);
    if (atInit) options.onInitFailure(failure);
    else running?.settle(failure);
    child?.kill("SIGKILL");
    options.onChange();
  }

  function exitFailure(reason: string, errorType = "Runtime.ExitError"): InvokeFailure {
    return { ok: false, errorType, errorMessage: `RequestId: ${running?.requestId ?? randomUUID()} Error: ${reason}` };
  }

  function timeOut(seconds: number): void {
    const phase = state === "starting" ? "Init" : "Task";
    const text = `${running?.requestId ?? randomUUID()} ${phase} timed out after ${seconds.toFixed(2)} seconds`;
    log("timeout", text);
    fail({ ok: false, errorType: "Sandbox.Timedout", errorMessage: `${new Date().toISOString()} ${text}` });
  }

  async function launch(): Promise<void> {
    api = await startRuntimeApi({
      onNext() {
        clearTimeout(timer);
        if (state === "dead") return;
        state = "idle";
        running = undefined;
        options.onChange();
      },
      onResult(requestId, result, trace) {
        if (requestId !== running?.requestId || state !== "running") return false;
        if (!result.ok) log("error", trace ?? `${result.errorType}: ${result.errorMessage}`);
        state = "finishing";
        running.settle(result);
        return true;
      },
      onInitError(failure, trace) {
        log("error", trace);
        if (state === "starting") fail(failure);
      },
    });
    if (state !== "dead") await live(api.address);
    await api.close();
  }

  async function live(address: string): Promise<void> {
    const { bootstrap: own, memoryMegabytes } = definition;
    const { command, args } =
      own === undefined ? childCommand("bootstrap.js", memoryMegabytes) : { command: own, args: [] };
    const env = childVariables(definition, address);
    child = spawn(command, args, { cwd: definition.directory, env, stdio: "pipe", windowsHide: true });
    const { stdin, stdout, stderr, pid } = child;
    const ended = new Promise<string>((resolve) => {
      child?.once("error", (error) => resolve(`cannot start: ${error.message}`));
      child?.once("exit", (code, signal) => resolve(signal ? `signal: ${signal}` : `exit status: ${code}`));
    });
    const read = Promise.all([readLines(stdout, "stdout"), readLines(stderr, "stderr")]);
    stdin?.on("error", () => {}); // a killed child breaks the pipe; its end is reported by "exit"
    if (pid !== undefined) options.reaper.watch(pid);
    log("start", `${command} ${args.join(" ")}`);
    const reason = await ended;
    if (pid !== undefined) options.reaper.forget(pid);
    if (state !== "dead") {
      // 13 is Node's code for a promise that can never settle: the run waits for something that will not come.
      const stuck = reason === "exit status: 13" && running !== undefined;
      fail(exitFailure(exitText(reason), stuck ? "Runtime.NodeJsExit" : "Runtime.ExitError"));
    }
    // A grandchild may hold the output pipes open for ever: give the last lines a moment, not more.
    const grace = setTimeout(() => [stdout, stderr].map((stream) => stream?.destroy()), exitGraceMilliseconds);
    await read;
    clearTimeout(grace);
    log("exit", reason);
    child = undefined;
  }

  async function readLines(stream: Readable | null, kind: "stdout" | "stderr"): Promise<void> {
    if (!stream) return;
    const lines = createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY });
    stream.once("close", () => lines.close());
    lines.on("line", (text) => log(kind, text));
    await new Promise<void>((resolve) => lines.once("close", resolve));
  }

  const gone = launch().catch((error: unknown) => fail(exitFailure(`cannot start: ${error}`)));
  return {
    get state() {
      return state;
    },
    get pid() {
      return child?.exitCode === null && child.signalCode === null ? child.pid : undefined;
    },
    run(payload, traceId = newTraceId()) {
      const requestId = randomUUID();
      const seconds = definition.timeoutSeconds;
      state = "running";
      timer = setTimeout(timeOut, seconds * 1000, seconds);
      return new Promise((settle) => {
        running = { requestId, settle };
        api?.give({ requestId, payload, traceId, deadline: Date.now() + seconds * 1000, arn: functionArn(definition) });
      });
    },
    end() {
      if (state !== "dead") fail(exitFailure("Runtime was shut down"));
      return gone;
    },
  };
}

function exitText(reason: string): string {
  if (reason === "exit status: 0") return "Runtime exited without providing a reason";
  return `Runtime exited with error: ${reason === "signal: SIGKILL" ? "signal: killed" : reason.replace(":", "")}`;
}

function newTraceId(): string {
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  return `Root=1-${seconds}-${randomBytes(12).toString("hex")};Sampled=0`;
}
