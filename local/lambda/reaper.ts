import { type ChildProcess, spawn } from "node:child_process";
import process from "node:process";
import { childCommand } from "./child-process.ts";

/** Sees to it that watched processes die with us, kill -9 included. */
export type Reaper = {
  watch(pid: number): void;
  forget(pid: number): void;
  /** The last holder's release ends the reaper's process and waits for it. */
  release(): Promise<void>;
};

let child: ChildProcess | undefined;
let holders = 0;

/** One small process for all functions of this process, started by the first holder. */
export function holdReaper(): Reaper {
  holders++;
  child ??= start();
  let released = false;
  return {
    watch: (pid) => child?.stdin?.write(`+${pid}\n`),
    forget: (pid) => child?.stdin?.write(`-${pid}\n`),
    async release() {
      if (released) return;
      released = true;
      if (--holders > 0) return;
      const last = child;
      child = undefined;
      if (last?.pid === undefined || last.exitCode !== null || last.signalCode !== null) return;
      last.ref();
      await new Promise<void>((resolve) => {
        last.once("exit", () => resolve());
        last.stdin?.end();
      });
    },
  };
}

/**
 * Sees to it that a process dies with us until it has ended; with its group where it leads one. Windows knows no groups: there it
 * dies alone.
 */
export function endWithUs(other: ChildProcess, leadsGroup = false): void {
  const { pid } = other;
  if (pid === undefined) return;
  const id = leadsGroup && process.platform !== "win32" ? -pid : pid;
  const reaper = holdReaper();
  reaper.watch(id);
  other.once("exit", () => {
    reaper.forget(id);
    void reaper.release();
  });
}

function start(): ChildProcess {
  const { command, args } = childCommand("reap.js");
  const started = spawn(command, args, { env: {}, stdio: ["pipe", "ignore", "ignore"], windowsHide: true });
  // Without it the children still end when their own stdin closes, unless they are busy.
  started.on("error", () => {});
  started.stdin?.on("error", () => {});
  started.unref();
  return started;
}
