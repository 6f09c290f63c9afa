import type { Html } from "./shell.ts";

/** An action that takes longer than an answer may: it goes on where its page is closed or loaded again. */
export type Job = {
  readonly id: number;
  readonly title: string;
  readonly state: "running" | "done" | "stopped" | "failed";
  /** Lines that it has told, the latest at the end. */
  readonly lines: readonly string[];
  readonly progress: Progress | undefined;
  /** The latest that it shows: a number while it counts, and its result at the end. */
  readonly shown: Html | "";
};

type Progress = { readonly done: number; readonly of: number };

/** The side of the code that does it. */
type Doing = {
  readonly signal: AbortSignal;
  tell(line: string): void;
  /** Replaces what it showed before. */
  show(content: Html): void;
  progress(done: number, of: number): void;
  /** The result of work that knows no signal: where that aborts, the work is left to itself. For work that changes nothing. */
  unlessStopped<Result>(work: Promise<Result>): Promise<Result>;
};

/** The jobs of a page, in memory. */
export type Jobs = {
  /** Begins one. `run` ends by itself where its signal is aborted, or throws its reason; what else it throws is told. */
  begin(title: string, run: (doing: Doing) => Promise<void>): Job;
  find(id: number): Job | undefined;
  /** The latest first. */
  list(): readonly Job[];
  stop(id: number): void;
  /** Resolves at the next change of a job, or where the signal aborts. */
  changed(id: number, signal: AbortSignal): Promise<void>;
  /** Stops all, and waits for their end. */
  close(): Promise<void>;
};

type Kept = {
  job: Job;
  readonly stop: AbortController;
  readonly ended: Promise<void>;
  readonly watchers: Set<() => void>;
};

const mostJobs = 100;

/** @param textOf The line of an error that a job has thrown. */
export function createJobs(textOf: (error: unknown) => string): Jobs {
  const kept = new Map<number, Kept>();
  let count = 0;
  const set = (one: Kept, change: Partial<Job>) => {
    one.job = { ...one.job, ...change };
    for (const watcher of [...one.watchers]) watcher();
  };
  return {
    begin(title, run) {
      count += 1;
      const stop = new AbortController();
      const { signal } = stop;
      const ended = Promise.withResolvers<void>();
      const job: Job = { id: count, title, state: "running", lines: [], progress: undefined, shown: "" };
      const one: Kept = { job, stop, ended: ended.promise, watchers: new Set() };
      kept.set(job.id, one);
      for (const [id, { job: old }] of kept) if (kept.size > mostJobs && old.state !== "running") kept.delete(id);
      const tell = (line: string) => set(one, { lines: [...one.job.lines, line] });
      const show = (shown: Html) => set(one, { shown });
      const progress = (done: number, of: number) => set(one, { progress: { done, of } });
      const stopped = Promise.withResolvers<never>();
      stopped.promise.catch(() => {});
      signal.addEventListener("abort", () => stopped.reject(signal.reason), { once: true });
      const unlessStopped: Doing["unlessStopped"] = async (work) => await Promise.race([work, stopped.promise]);
      run({ signal, tell, show, progress, unlessStopped })
        .then(
          () => set(one, { state: signal.aborted ? "stopped" : "done" }),
          (error: unknown) => {
            if (signal.aborted && error === signal.reason) set(one, { state: "stopped" });
            else set(one, { state: "failed", lines: [...one.job.lines, textOf(error)] });
          },
        )
        .finally(ended.resolve);
      return one.job;
    },
    find: (id) => kept.get(id)?.job,
    list: () => [...kept.values()].map(({ job }) => job).reverse(),
    stop: (id) => kept.get(id)?.stop.abort(),
    async changed(id, signal) {
      const one = kept.get(id);
      const { promise, resolve } = Promise.withResolvers<void>();
      one?.watchers.add(resolve);
      signal.addEventListener("abort", () => resolve(), { once: true });
      if (one === undefined || signal.aborted) resolve();
      await promise;
      one?.watchers.delete(resolve);
    },
    async close() {
      const all = [...kept.values()];
      for (const { stop } of all) stop.abort();
      await Promise.all(all.map(({ ended }) => ended));
    },
  };
}
