import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

export type Runtime = "Node" | "Deno";

/** What is tried on which runtime: the app in `apps`, and the example that shows it, where there is one. */
export type Host = {
  readonly name: string;
  /** Its packages, the first being the one whose version counts. */
  readonly packages?: readonly string[];
  readonly runtime: Runtime;
  readonly app: string;
  readonly example: { readonly file: string; readonly path: string };
};

/** This folder, with the packages of frameworks. */
export const folder: string = fileURLToPath(new URL(".", import.meta.url));

const nodeHttp = { file: "node-http/app.ts", path: "/github" };
const express = { file: "express/app.ts", path: "/webhooks/github" };
const fastify = { file: "fastify/app.ts", path: "/webhooks/github" };
const hono = { packages: ["hono", "@hono/node-server"], path: "/webhooks/github" };

export const hosts: readonly Host[] = [
  {
    ...{ name: "`Deno.serve`", runtime: "Deno", app: "deno-serve.ts" },
    example: { file: "deno-serve/app.ts", path: "/github" },
  },
  { name: "`node:http`", runtime: "Node", app: "node-http.ts", example: nodeHttp },
  { name: "`node:http`", runtime: "Deno", app: "node-http.ts", example: nodeHttp },
  {
    ...{ name: "Hono", packages: hono.packages, runtime: "Node", app: "hono-node.ts" },
    example: { file: "hono/node.ts", path: hono.path },
  },
  {
    ...{ name: "Hono", packages: hono.packages, runtime: "Deno", app: "hono-deno.ts" },
    example: { file: "hono/deno.ts", path: hono.path },
  },
  {
    ...{ name: "Next", packages: ["next"], runtime: "Node", app: "next" },
    example: { file: "next", path: "/api/webhooks/github" },
  },
  { name: "Express", packages: ["express"], runtime: "Node", app: "express.ts", example: express },
  { name: "Express", packages: ["express"], runtime: "Deno", app: "express.ts", example: express },
  { name: "Fastify", packages: ["fastify"], runtime: "Node", app: "fastify.ts", example: fastify },
  { name: "Fastify", packages: ["fastify"], runtime: "Deno", app: "fastify.ts", example: fastify },
];

/** A runtime's program and its version, as docs/using.md has it. */
type FoundRuntime = { readonly program: string; readonly version: string };

/**
 * Both runtimes, as far as they are here: the one that runs this, and the other by `HOOKLINE_NODE` or `HOOKLINE_DENO`, from
 * the path, or for Node from `node_modules`.
 */
export function findRuntimes(): Readonly<Partial<Record<Runtime, FoundRuntime>>> {
  const isDeno = "Deno" in globalThis;
  const { HOOKLINE_DENO = "deno", HOOKLINE_NODE } = process.env;
  const pinned = join(folder, "../../node_modules/.bin/node");
  const node = isDeno ? (HOOKLINE_NODE ?? (existsSync(pinned) ? pinned : "node")) : process.execPath;
  const deno = isDeno ? process.execPath : HOOKLINE_DENO;
  const [nodeVersion] = /(?<=^v)(2[4-9]|[3-9]\d)(?=\.)/.exec(versionOf(node)) ?? [];
  const [denoVersion] = /(?<=^deno )\d+\.\d+/.exec(versionOf(deno)) ?? [];
  return {
    ...(nodeVersion === undefined ? {} : { Node: { program: node, version: nodeVersion } }),
    ...(denoVersion === undefined ? {} : { Deno: { program: deno, version: denoVersion } }),
  };
}

function versionOf(program: string): string {
  const { stdout } = spawnSync(program, ["--version"], { encoding: "utf8", env: { ...process.env, NO_COLOR: "1" } });
  return stdout ?? "";
}

/** How a runtime runs a file. */
export function command({ runtime }: Pick<Host, "runtime">, program: string, file: string): readonly string[] {
  return runtime === "Deno" ? [program, "run", "--no-check", "-A", file] : [program, file];
}

/** The version of a host's package that is pinned here; what comes with a runtime has none. */
export function versionIn({ packages: [name] = [] }: Pick<Host, "packages">): string {
  const { dependencies } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  return name === undefined ? "" : dependencies[name];
}
