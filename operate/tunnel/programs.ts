import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import process from "node:process";

/** A program that gives a port of this machine a public address. */
export type TunnelProgram = {
  readonly name: string;
  readonly args: (port: number) => readonly string[];
  /** The public address in a line that it prints, where the line has it. */
  readonly address: (line: string) => string | undefined;
};

/**
 * `cloudflared` opens a quick tunnel, which needs no account, and prints its address in a frame.
 *
 * @see https://developers.cloudflare.com/cloudflare-one/networks/connectors/cloudflare-tunnel/do-more-with-tunnels/trycloudflare/ (2026-11)
 */
const cloudflared: TunnelProgram = {
  name: "cloudflared",
  args: (port) => ["tunnel", "--url", `http://127.0.0.1:${port}`],
  // It names the host "api" where it could not get one.
  address: (line) => /https:\/\/(?!api\.)[a-z0-9-]+\.trycloudflare\.com/.exec(line)?.[0],
};

/**
 * `ngrok` says "started tunnel" in its log, with the address.
 *
 * @see https://ngrok.com/docs/agent/cli/ (2026-11)
 */
const ngrok: TunnelProgram = {
  name: "ngrok",
  args: (port) => ["http", `http://127.0.0.1:${port}`, "--log", "stdout", "--log-format", "json"],
  address(line) {
    try {
      const { msg, url } = JSON.parse(line);
      return msg === "started tunnel" && typeof url === "string" ? url : undefined;
    } catch {
      return undefined;
    }
  },
};

/**
 * The first tunnel program that is installed.
 *
 * @throws {TypeError} Where none is.
 */
export function findTunnelProgram(path: string = process.env.PATH ?? ""): TunnelProgram {
  const found = [cloudflared, ngrok].find(({ name }) =>
    path.split(delimiter).some((folder) => isProgram(folder, name)),
  );
  if (found !== undefined) return found;
  throw new TypeError(
    "Cannot start a tunnel: neither cloudflared nor ngrok is on your PATH; install one (https://developers.cloudflare.com/cloudflare-one/networks/connectors/cloudflare-tunnel/downloads/ or https://ngrok.com/download), or leave --tunnel out",
  );
}

function isProgram(folder: string, name: string): boolean {
  if (folder === "") return false;
  return [name, `${name}.exe`].some((file) => {
    try {
      accessSync(join(folder, file), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
