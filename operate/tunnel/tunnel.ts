import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { createInterface } from "node:readline";
import { holdReaper } from "../../local/lambda/reaper.ts";
import type { TunnelProgram } from "./programs.ts";

/** A tunnel to a port of this machine. */
export type Tunnel = {
  /** Ends its program. */
  close(): Promise<void>;
};

/**
 * Starts a tunnel program. It ends with the tunnel, and with this process even where that is killed.
 *
 * @param told Called with the public address, once it is known, or with one sentence where the tunnel has none or ends.
 * Nothing else that the program prints is told: it may hold an account's token.
 */
export function startTunnel(
  program: TunnelProgram,
  port: number,
  told: { readonly address: (url: string) => void; readonly failure: (sentence: string) => void },
): Tunnel {
  const { name, args, address } = program;
  // In a group of its own: Ctrl-C in the terminal ends the run, and the run ends the tunnel.
  const child = spawn(name, args(port), {
    stdio: ["ignore", "pipe", "pipe"],
    detached: process.platform !== "win32",
    windowsHide: true,
  });
  const reaper = holdReaper();
  if (child.pid !== undefined) reaper.watch(child.pid);
  const remedy = `Run "${[name, ...args(port)].join(" ")}" alone to see why, and start again`;
  let known: string | undefined;
  let isClosing = false;

  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => {
      if (known !== undefined) return;
      known = address(line);
      if (known !== undefined) told.address(known);
    });
  }
  const slow = setTimeout(() => {
    if (known === undefined) told.failure(`The tunnel has no address after ${patienceSeconds} s. ${remedy}.`);
  }, patienceSeconds * 1000);
  slow.unref();
  const ended = endOf(child).then((how) => {
    clearTimeout(slow);
    if (child.pid !== undefined) reaper.forget(child.pid);
    if (isClosing) return;
    const what = known === undefined ? "Cannot open the tunnel" : "The tunnel is gone, and its address with it";
    told.failure(`${what}: ${name} ${how}. The run goes on without it. ${remedy}.`);
  });
  return {
    async close() {
      isClosing = true;
      child.kill();
      await ended;
      await reaper.release();
    },
  };
}

const patienceSeconds = 30;

/** How a program ended, for a sentence. */
async function endOf(child: ChildProcess): Promise<string> {
  try {
    const [code, signal] = await once(child, "exit");
    return code === null ? `was ended by ${signal}` : `ended with ${code}`;
  } catch (error) {
    const { code = "unknown" } = error as { readonly code?: string };
    return `could not be started (${code})`;
  }
}
