import { execFile } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Refused } from "./abuse/unsigned.ts";
import type { Part } from "./part.ts";

const heapMegabytes = 64;
const shown = 5;

/** Sends every provider's source 6 MB that nobody signed, in a process with a small heap, and compares it with hashing. */
export async function proveRefusals(): Promise<Part> {
  const program = fileURLToPath(new URL("abuse/unsigned.ts", import.meta.url));
  const flag = `--max-old-space-size=${heapMegabytes}`;
  const runner = "Deno" in globalThis ? ["run", "-A", "--no-check", `--v8-flags=${flag}`] : ["--no-warnings", flag];
  const title = "What a body costs that nobody signed";
  let stdout: string;
  try {
    ({ stdout } = await promisify(execFile)(process.execPath, [...runner, program], { maxBuffer: 2 ** 24 }));
  } catch (error) {
    return { title, markdown: "", failures: [`its process ended: ${String(error).slice(0, 200)}`] };
  }
  const all = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Refused)
    .map((refused) => ({ ...refused, ratio: refused.milliseconds / refused.hashMilliseconds }))
    .sort((one, other) => other.ratio - one.ratio);
  const rows = all
    .slice(0, shown)
    .map(({ provider, body, status, ratio }) => `| ${provider} | ${body} | ${status} | ${ratio.toFixed(1)} |`);
  const median = all[Math.floor(all.length / 2)]?.ratio ?? 0;
  const markdown = `6 MB (nested lists, a list of numbers, a form) to the deployed Lambda with a source of every provider, in a process
with a heap of ${heapMegabytes} MB: ${all.length} requests. Time from the HTTP event to the answer, as a ratio to one SHA-256 over the same
bytes: median ${median.toFixed(1)}. The dearest:

| provider | body | answered | ratio |
|---|---|---|---|
${rows.join("\n")}
`;
  const taken = all.filter(({ status }) => status < 400);
  return { title, markdown, failures: taken.map(({ provider, body }) => `${provider} took ${body}`) };
}
