import { explain } from "../infra/why/explain.ts";
import { fromHttpEvent, type HttpEvent } from "../lambdas/aws/http/http-event.ts";
import { defined } from "../lambdas/core/events/fields.ts";
import type { Fetch } from "../lambdas/core/provider.ts";
import { providers } from "../lambdas/providers/mod.ts";
import type { LambdaFunction } from "./lambda/lambda-runtime.ts";
import type { LocalRun } from "./local-run.ts";

type Invoke = LambdaFunction["invoke"];

/**
 * An invoke that says, after each refusal, why: on this machine, never in an answer.
 *
 * @param sources Those of the run, once it is on.
 */
export function sayingWhy(
  invoke: Invoke,
  options: {
    readonly sources: () => LocalRun["sources"];
    readonly fetch?: Fetch;
    readonly say: (text: string) => void;
  },
): Invoke {
  return async (event, given) => {
    const result = await invoke(event, given);
    const now = new Date();
    const delivery = fromHttpEvent(event as HttpEvent);
    if ("kind" in delivery || !isRefused(result)) return result;
    const all = Object.entries(options.sources());
    const path = new URL(delivery.url).pathname.replaceAll("/", "");
    const [name, source] = all.find(([known]) => path === known) ?? [];
    const provider = source === undefined ? undefined : providers[source.provider];
    if (source === undefined || provider === undefined) return result;
    const others = all.filter(([known]) => known !== name).map(([known, { secret }]) => [`source ${known}`, [secret]]);
    const { lines } = await explain(
      { provider, secrets: [source.secret], delivery, url: source.url },
      { now, others: Object.fromEntries(others), ...defined({ fetch: options.fetch }) },
    );
    for (const line of lines) options.say(`why ${name}: ${line}`);
    return result;
  };
}

function isRefused(result: Awaited<ReturnType<Invoke>>): boolean {
  return result.ok && (result.payload as { readonly statusCode?: unknown } | null)?.statusCode === 401;
}
