import { devNull, tmpdir } from "node:os";
import { resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { FunctionDefinition } from "./function-definition.ts";

const underDeno = "Deno" in globalThis;

/** A program beside this file, run by the runtime that runs us. `memoryMegabytes` caps the JavaScript heap. */
type ChildCommand = { readonly command: string; readonly args: readonly string[] };

/**
 * The command for the bootstrap (network: 127.0.0.1 alone under Deno) or the reaper (may only signal processes).
 * Under Node, HOOKLINE_CHILD_IMPORT in the caller's environment names a module the bootstrap preloads.
 */
export function childCommand(program: "bootstrap.js" | "reap.js", memoryMegabytes = 64): ChildCommand {
  const path = fileURLToPath(new URL(program, import.meta.url));
  const heap = `--max-old-space-size=${Math.ceil(memoryMegabytes * 0.9)}`;
  if (underDeno) {
    const permissions =
      program === "reap.js"
        ? ["--allow-run"]
        : ["--allow-net=127.0.0.1", "--allow-read", "--allow-env", "--allow-sys", `--allow-write=${tmpdir()}`];
    // Imports by URL are not covered by --allow-net.
    const offline = ["--no-prompt", "--no-remote", "--no-npm", "--no-config", "--no-lock"];
    return { command: process.execPath, args: ["run", `--v8-flags=${heap}`, ...offline, ...permissions, path] };
  }
  const preload = program === "bootstrap.js" ? process.env.HOOKLINE_CHILD_IMPORT : undefined;
  const imports = preload ? ["--import", /^[./]/.test(preload) ? pathToFileURL(resolve(preload)).href : preload] : [];
  const maps = program === "bootstrap.js" ? ["--enable-source-maps"] : [];
  return { command: process.execPath, args: [heap, ...maps, ...imports, path] };
}

/**
 * The whole environment of a function's child process. Nothing of the caller's is passed on, so that no real AWS
 * credentials, profile or endpoint can reach it: the config files are pointed at nothing too, since the SDK would find
 * them by the user's home directory.
 */
export function childVariables(definition: FunctionDefinition, runtimeApi: string): Record<string, string> {
  const region = definition.environment.AWS_REGION ?? definition.environment.AWS_DEFAULT_REGION ?? "us-east-1";
  const version = definition.version ?? "$LATEST";
  return {
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_SESSION_TOKEN: "local",
    TZ: ":UTC",
    LANG: "en_US.UTF-8",
    ...hostVariables(),
    ...definition.environment,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
    AWS_LAMBDA_RUNTIME_API: runtimeApi,
    AWS_LAMBDA_FUNCTION_NAME: definition.name,
    AWS_LAMBDA_FUNCTION_VERSION: version,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.memoryMegabytes),
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${definition.name}`,
    ...(definition.logsJson === true ? { AWS_LAMBDA_LOG_FORMAT: "JSON" } : {}),
    AWS_LAMBDA_LOG_STREAM_NAME: `${new Date().toISOString().slice(0, 10).replaceAll("-", "/")}/[${version}]local`,
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    LAMBDA_TASK_ROOT: definition.directory,
    _HANDLER: definition.entry,
  };
}

/** Invoked by name alone: the ARN carries no version or alias. */
export function functionArn({ name, environment }: FunctionDefinition): string {
  return `arn:aws:lambda:${environment.AWS_REGION ?? "us-east-1"}:000000000000:function:${name}`;
}

/** Variables without which the runtime cannot start on some hosts: Windows' system folder, Deno's cache. */
function hostVariables(): Record<string, string> {
  const names = ["SystemRoot", ...(underDeno ? ["DENO_DIR"] : [])];
  const found = names.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(found), ...(underDeno ? { DENO_NO_UPDATE_CHECK: "1" } : {}) };
}
