import type { LocalRun } from "../../local/local-run.ts";
import type { TunnelProgram } from "../tunnel/programs.ts";
import { publicLines } from "../tunnel/public-lines.ts";
import { startTunnel, type Tunnel } from "../tunnel/tunnel.ts";
import type { Print } from "./command.ts";

/** The row of `--tunnel` for the commands that start a run. */
export const tunnelOption = {
  type: "boolean",
  says: "give each source a public address, by cloudflared or ngrok, until the run ends",
} as const;

/** Starts a tunnel to the function URL of a run, and prints the public address of each source. */
export function openTunnel(program: TunnelProgram, run: LocalRun, print: Print): Tunnel {
  print(`Starts ${program.name} for a public address.`);
  return startTunnel(program, Number(new URL(run.functionUrl).port), {
    address: (url) => {
      for (const line of publicLines(run, url)) print(line);
    },
    failure: (sentence) => print(sentence),
  });
}
