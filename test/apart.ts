import { Worker } from "node:worker_threads";

/**
 * Calls a function in a thread of its own: node:test hooks into every promise of its thread, and code that makes
 * millions of them is five times as slow there. Deno does no such thing, and has it called in place.
 *
 * @param module The URL of the module that exports the function under its own name.
 * @param given Arguments that can be cloned, as must be what it returns.
 */
export async function callApart<G extends readonly unknown[], T>(
  module: URL,
  work: (...given: G) => Promise<T>,
  ...given: G
): Promise<T> {
  if ("Deno" in globalThis) return await work(...given);
  const worker = new Worker(new URL("apart-worker.ts", import.meta.url), {
    workerData: { module: module.href, name: work.name, given },
  });
  return await new Promise<T>((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
    worker.once("exit", (code) => reject(new Error(`The thread ended with ${code} and no result`)));
  });
}
