import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { setTimeout as wait } from "node:timers/promises";
import type { LocalRun } from "../local/local-run.ts";

/** A local run of a checkout, in a process of its own. */
export type StartedRun = {
  /** From the start of its process to its ready line. */
  readonly seconds: number;
  readonly run: LocalRun;
  /** Of its main process, resident. */
  megabytes(): number;
  /** Of its main process and all children, ended ones included; undefined where there is no `/proc`. */
  cpuSeconds(): number | undefined;
  /** Waits until it does nothing more of its start: it goes on to check the types of the project. */
  settled(): Promise<void>;
  /** What the examples have written. */
  entries(): number;
  end(): Promise<void>;
};

/** The bundles and the template of a start, in old checkouts and new ones. */
const madeFiles = ["bundles", "cdk.out", "stack"];
const longestStartMilliseconds = 120_000;

/** Removes from a checkout what its starts have made: all of it, or what a change of an event file has made anew. */
export function forget(checkout: string, how: "all" | "changed"): void {
  for (const name of how === "all" ? [...madeFiles, "compiled"] : madeFiles)
    rmSync(join(checkout, ".hookline", name), { recursive: true, force: true });
}

/** @throws {Error} Where it does not come up, with what it printed. */
export async function startRun(checkout: string): Promise<StartedRun> {
  const begun = performance.now();
  const args = ["--import", "./infra/require-node.js", "operate/cli/hookline.ts", "start", "--port", "0"];
  const child = spawn(process.execPath, args, { cwd: checkout, stdio: ["ignore", "pipe", "inherit"] });
  const timer = setTimeout(() => child.kill("SIGKILL"), longestStartMilliseconds);
  const ended = once(child, "exit");
  const printed: string[] = [];
  const isReady = await new Promise<boolean>((resolve) => {
    const lines = createInterface({ input: child.stdout });
    lines.on("line", (line) => {
      if (printed.length < 100) printed.push(line);
      if (line.startsWith("Ready after")) resolve(true);
    });
    lines.once("close", () => resolve(false));
  });
  clearTimeout(timer);
  if (!isReady) throw new Error(`${checkout} does not start:\n${printed.join("\n")}`);
  const seconds = (performance.now() - begun) / 1000;
  const run: LocalRun = JSON.parse(readFileSync(join(checkout, ".hookline/local.json"), "utf8"));
  return {
    seconds,
    run,
    megabytes: () => Number(execFileSync("ps", ["-o", "rss=", "-p", String(run.pid)], { encoding: "utf8" })) / 1024,
    cpuSeconds: () => cpuSecondsOf(run.pid),
    async settled() {
      let before = Number.NEGATIVE_INFINITY;
      for (let looks = 0; looks < 120; looks++) {
        const now = cpuSecondsOf(run.pid) ?? 0;
        if (now - before < 0.05) return;
        before = now;
        await wait(1000);
      }
    },
    entries: () => entriesIn(run.outbox),
    async end() {
      child.kill("SIGTERM");
      await ended;
      rmSync(run.outbox, { recursive: true, force: true });
    },
  };
}

function entriesIn(folder: string): number {
  if (!existsSync(folder)) return 0;
  const texts = readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8"));
  return texts.reduce((sum, text) => sum + text.split("\n").length - 1, 0);
}

/** @see https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function cpuSecondsOf(pid: number): number | undefined {
  if (!existsSync("/proc/self/stat")) return undefined;
  const all = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  const ticks = all.map((name) => ticksOf(name, pid)).reduce((sum, one) => sum + one, 0);
  return ticks / 100;
}

/** User and system time of the process, and of children that it has waited for, where it is this one or its child. */
function ticksOf(name: string, pid: number): number {
  try {
    const stat = readFileSync(`/proc/${name}/stat`, "utf8");
    // The program's name, in brackets, may hold spaces.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (Number(name) !== pid && Number(fields[1]) !== pid) return 0;
    return fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  } catch {
    // It has ended meanwhile.
    return 0;
  }
}
