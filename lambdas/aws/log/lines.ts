import process from "node:process";

/** Where lines go, each with its line feed. */
export type Write = (line: string) => void;

/**
 * To standard output, where Lambda takes lines as they are: its JSON format changes what goes through `console` alone, and figures
 * must not stand in a field of another object.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html
 */
export const toStandardOutput: Write = (line) => process.stdout.write(line);

/** The lines of an execution environment, each a JSON object. */
export type Lines = {
  readonly write: Write;
  /** Has the lines that `work` writes wait for the next line, or for the end of the invocation. */
  hold<T>(work: () => T): T;
  /** Ends an invocation: its figures become part of the line that waits, or are a line of their own. */
  end(figures?: string): void;
};

/**
 * Makes lines that write one line where an invocation has one line and figures: each line of a million costs.
 *
 * @param initMilliseconds The time that the environment took to start, which its first line has as `init`: Lambda's own line about it
 * is not written at the system log level that our functions have.
 */
export function createLines(write: Write = toStandardOutput, initMilliseconds?: number): Lines {
  let held: string | undefined;
  let holds = false;
  let init = initMilliseconds;
  const out = (line: string) => {
    const first = init;
    init = undefined;
    write(first === undefined ? line : joined(line, `${JSON.stringify({ init: first })}\n`));
  };
  const release = () => {
    const line = held;
    held = undefined;
    if (line !== undefined) out(line);
  };
  return {
    write(line) {
      release();
      if (holds) held = line;
      else out(line);
    },
    hold(work) {
      holds = true;
      try {
        return work();
      } finally {
        holds = false;
      }
    },
    end(figures) {
      if (figures !== undefined && held !== undefined) held = joined(held, figures);
      else if (figures !== undefined) {
        release();
        out(figures);
      }
      release();
    },
  };
}

/** Two lines as one object; their fields have no name in common. */
function joined(line: string, more: string): string {
  return `${line.slice(0, -2)},${more.slice(1)}`;
}

/** Lines of this execution environment, with the time since its process began: to be made when its modules are loaded. */
export function environmentLines(): Lines {
  return createLines(toStandardOutput, Math.round(performance.now()));
}
