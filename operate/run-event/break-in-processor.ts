import { Session, url } from "node:inspector";
import type { Processor } from "../../lambdas/core/processing/processor.ts";

type Property = { readonly name: string; readonly value?: { readonly objectId?: string } };
type Properties = { readonly result: readonly Property[]; readonly internalProperties?: readonly Property[] };

/** Whether this process waits for a debugger, or has one. */
export function isInspected(): boolean {
  return url() !== undefined;
}

/**
 * Has the debugger of this process stop at the first line of the code of a processor. A breakpoint that one session sets stops
 * for all of them.
 *
 * @see https://chromedevtools.github.io/devtools-protocol/v8/Debugger/#method-setBreakpointOnFunctionCall (2026-11)
 */
export async function breakInProcessor(processor: Processor): Promise<void> {
  const session = new Session();
  session.connect();
  const ask = async <Answer>(method: string, params: object = {}) =>
    await new Promise<Answer>((resolve, reject) => {
      session.post(method, params, (error, answer) => (error ? reject(error) : resolve(answer as Answer)));
    });
  const properties = async (objectId = "") =>
    await ask<Properties>("Runtime.getProperties", { objectId, ownProperties: true });

  /** The function that `processor(options, { setup, run })` keeps in its scope. */
  const inScope = async (run: string): Promise<string | undefined> => {
    const { internalProperties = [] } = await properties(run);
    const scopes = await properties(internalProperties.find(({ name }) => name === "[[Scopes]]")?.value?.objectId);
    for (const { value } of scopes.result) {
      const work = (await properties(value?.objectId)).result.find(({ name }) => name === "work")?.value?.objectId;
      if (work === undefined) continue;
      return (await properties(work)).result.find(({ name }) => name === "run")?.value?.objectId;
    }
    return undefined;
  };

  const shared = globalThis as { hooklineProcessor?: unknown };
  shared.hooklineProcessor = processor.run;
  try {
    await ask("Debugger.enable");
    const { result } = await ask<{ readonly result: { readonly objectId?: string } }>("Runtime.evaluate", {
      expression: "globalThis.hooklineProcessor",
    });
    const { objectId = "" } = result;
    await ask("Debugger.setBreakpointOnFunctionCall", { objectId: (await inScope(objectId)) ?? objectId });
  } finally {
    delete shared.hooklineProcessor;
  }
}
