import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const runtime = "Deno" in globalThis ? ["run", "-A"] : ["--import", `${root}infra/require-node.js`];

/** A start that goes on, and the lines that it has printed. */
export type Started = {
  readonly pid: number;
  readonly lines: readonly string[];
  /** Resolves once a line holds a text, or so many do; or at its end. */
  prints(text: string, times?: number): Promise<void>;
  /** Kills it. */
  end(): Promise<void>;
  /** Ends it as Ctrl-C does. */
  interrupt(): Promise<void>;
};

/** A copy of what a start reads, to be changed and broken, with one event file. */
export type Checkout = {
  readonly folder: string;
  write(path: string, text: string): void;
  /** Starts it; resolves at the first line that holds one of these texts, or at its end. */
  start(
    until: readonly string[],
    variables?: Readonly<Record<string, string>>,
    preload?: string,
    ...args: readonly string[]
  ): Promise<Started>;
  /** Runs another command to its end. */
  run(...args: readonly string[]): Promise<string>;
  remove(): void;
};

export const eventFile = "lambdas/events/github/push.ts";

/** An event file that imports a file from outside the copy, which imports another. */
export const eventText = `import { processor } from "../../core/mod.ts";
import { harm } from "../../../../outside/harm.ts";

export default processor({ impact: harm }, async ({ log }) => log.info("ran"));
`;

/** @param given `examples`: with the event files of the examples, in place of that one. */
export function copyCheckout({ examples = false } = {}): Checkout {
  const above = mkdtempSync(join(realpathSync(tmpdir()), "hookline-checkout-"));
  const folder = join(above, "checkout");
  mkdirSync(folder);
  const left = examples ? [] : [join(root, "lambdas/events")];
  for (const name of ["infra", "lambdas", "local", "operate"]) {
    cpSync(join(root, name), join(folder, name), { recursive: true, filter: (path) => !left.includes(path) });
  }
  for (const name of ["cdk.json", "deno.json", "deno.lock", "package.json", "package-lock.json", "tsconfig.json"]) {
    cpSync(join(root, name), join(folder, name));
  }
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));

  const write = (path: string, text: string) => {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  if (!examples) write(eventFile, eventText);
  write("../outside/harm.ts", `export { harm } from "./words.ts";\n`);
  write("../outside/words.ts", `export const harm = "Nobody is told";\n`);

  const launch = (args: readonly string[], variables = {}) => {
    // A copy compiles into a folder of its own, as a user's does: test/cheaper-start.js names one for whatever stays where it is.
    const { NODE_COMPILE_CACHE: _, ...outside } = process.env;
    const env = { ...outside, ...variables };
    return spawn(process.execPath, [...runtime, ...args], { cwd: folder, env, detached: true, stdio: "pipe" });
  };
  return {
    folder,
    write,
    async start(until, variables, preload, ...args) {
      const before = preload === undefined ? [] : ["--import", preload];
      const program = join(folder, "operate/cli/hookline.ts");
      const child = launch([...before, program, "start", "--port", "0", ...args], variables);
      const ended = once(child, "exit");
      const lines: string[] = [];
      const waiting: { readonly look: () => void }[] = [];
      const closed = once(child, "close");
      for (const stream of [child.stdout, child.stderr]) {
        createInterface({ input: stream }).on("line", (line) => {
          lines.push(line);
          for (const { look } of waiting) look();
        });
      }
      const reaches = async (texts: readonly string[], times = 1) => {
        const { promise, resolve } = Promise.withResolvers<void>();
        const holds = (line: string) => texts.some((text) => line.includes(text));
        const look = () => void (lines.filter(holds).length >= times && resolve());
        waiting.push({ look });
        look();
        await Promise.race([promise, closed]);
      };
      await reaches(until);
      return {
        pid: child.pid ?? 0,
        lines,
        prints: async (text, times) => await reaches([text], times),
        async end() {
          // The group: what it has started ends with it.
          if (child.exitCode === null && child.signalCode === null) process.kill(-(child.pid ?? 0), "SIGKILL");
          await ended;
        },
        async interrupt() {
          child.kill("SIGINT");
          await ended;
        },
      };
    },
    async run(...args) {
      const child = launch([join(folder, "operate/cli/hookline.ts"), ...args]);
      let said = "";
      for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (said += chunk));
      await once(child, "close");
      return said;
    },
    remove: () => rmSync(above, { recursive: true, force: true }),
  };
}
