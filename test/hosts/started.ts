import { spawn } from "node:child_process";
import process from "node:process";
import { createInterface } from "node:readline";

/** What hosts verify by. */
export const secret = "It's a Secret to Everybody";

/** A host that runs as a process of its own. */
export type Started = {
  /** Without a path: `http://127.0.0.1:40001`. */
  readonly url: string;
  /** What it has printed. */
  readonly lines: readonly string[];
  /** Resolves once it has printed a line that holds this text. */
  line(part: string): Promise<void>;
  stop(): Promise<void>;
};

/**
 * Starts a program that prints the port it listens on.
 *
 * @throws {Error} When it ends before, with what it printed.
 */
export async function start(
  [program = "", ...args]: readonly string[],
  given: { readonly folder: string; readonly database?: string },
): Promise<Started> {
  const { folder: cwd, database: DATABASE = ":memory:" } = given;
  const own = {
    DATABASE,
    GITHUB_SECRET: secret,
    WHATALO_SECRET: secret,
    PORT: "0",
    NO_COLOR: "1",
    NEXT_TELEMETRY_DISABLED: "1",
  };
  const child = spawn(program, args, { cwd, env: { ...process.env, ...own }, stdio: ["ignore", "pipe", "pipe"] });
  const lines: string[] = [];
  const awaited = new Map<string, () => void>();
  const { promise: port, resolve, reject } = Promise.withResolvers<string>();
  const ended = new Promise<void>((end) => {
    child.once("close", (code) => {
      reject(new Error(`Cannot start ${[program, ...args].join(" ")}: it ended with ${code}\n${lines.join("\n")}`));
      end();
    });
    child.once("error", reject);
  });
  for (const input of [child.stdout, child.stderr]) {
    createInterface({ input }).on("line", (line) => {
      lines.push(line);
      for (const [part, seen] of awaited) if (line.includes(part)) seen();
      const [, found] = /(?:\bport: |\/127\.0\.0\.1:)(\d+)/.exec(line) ?? [];
      if (found !== undefined) resolve(found);
    });
  }
  const stop = async () => {
    child.kill("SIGKILL");
    await ended;
  };
  const line = async (part: string) => {
    if (!lines.some((one) => one.includes(part))) await new Promise<void>((seen) => awaited.set(part, seen));
  };
  return { url: `http://127.0.0.1:${await port}`, lines, line, stop };
}
