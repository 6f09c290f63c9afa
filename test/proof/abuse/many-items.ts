import { existsSync, readFileSync } from "node:fs";
import process from "node:process";
import type { Context } from "aws-lambda";
import { createEventQueues } from "../../../lambdas/aws/sqs/event-queues.ts";
import type { DedupeStore } from "../../../lambdas/core/ingress/dedupe-store.ts";
import { sign } from "../../../lambdas/core/verify/sign.ts";
import { providers } from "../../../lambdas/providers/mod.ts";
import { verifier } from "../../../lambdas/verifier.ts";
import { acknowledged } from "../../aws/fake-client.ts";
import { functionUrlEvent } from "../../contract/provider-ways.ts";

/**
 * A delivery of many items that each take what surrounds them along: prints how it was answered, how many events were
 * queued, and the most memory that the process had.
 *
 *     many-items.ts <provider> <items> <bytes around them> [<seconds to answer in, in place of the provider's>]
 */
const [name = "", items = "0", around = "0", seconds] = process.argv.slice(2);
const known = providers[name];
if (known === undefined) throw new TypeError(`${name} is no provider`);
const provider = seconds === undefined ? known : { ...known, answerWithinSeconds: Number(seconds) };
const { secret, signingSecret = secret } = provider.sampleSecret?.() ?? { secret: "a secret of this trial" };
const beside = "x".repeat(Number(around));
const list = (make: (n: number) => unknown) => Array.from({ length: Number(items) }, (_, n) => make(n));
const bodies: Readonly<Record<string, () => unknown>> = {
  pusher: () => ({ time_ms: 1, events: list((n) => ({ name: "channel_occupied", channel: `${n}` })), beside }),
  hubspot: () => list(() => 0),
  meta: () => ({ entry: [{ id: "1", beside, messaging: list((n) => ({ message: { mid: `m_${n}` } })) }] }),
};
const body = new TextEncoder().encode(JSON.stringify(bodies[name]?.()));
const now = new Date("2026-01-05T10:00:00Z");
const url = `https://hooks.example/${name}`;
const queued = new Set<string>();

type Call = { readonly input: { readonly Entries: readonly { readonly Id: string; readonly MessageBody: string }[] } };
const client = {
  async send({ input: { Entries } }: Call) {
    for (const { MessageBody } of Entries) queued.add(JSON.parse(MessageBody).hooklinekey);
    return { Successful: acknowledged(Entries) };
  },
};
/** Remembers keys alone, so that the memory measured is the verifier's. */
const marked = new Set<string>();
const dedupe: DedupeStore = {
  async claim(key, mine) {
    return marked.has(key) ? { won: false, held: { ...mine, state: "enqueued", owner: "another" } } : { won: true };
  },
  async read() {
    return undefined;
  },
  async mark(key) {
    marked.add(key);
  },
  async reopen() {},
};
const claims = { deposit: async ({ source }: { readonly source: string }) => `claims/${source}/${queued.size}` };
const queue = createEventQueues(client as never, "", [{ source: name, types: [], queue: "all" }], claims);
const sources = { [name]: { provider, url, secrets: async () => [secret] } };
const lambda = verifier({ sources, dedupe, queue, now: () => now });
const context = { functionName: "verifier", getRemainingTimeInMillis: () => 3_600_000 } as unknown as Context;
const delivery = await sign(
  { method: "POST", url, headers: new Headers(), body },
  { provider, secret: signingSecret, now, url },
);
const { statusCode } = await lambda(functionUrlEvent(delivery, true), context);
console.log(JSON.stringify({ bytes: body.length, statusCode, queued: queued.size, megabytes: mostMegabytes() }));

/** The most that was resident. Linux counts what the parent had into `maxRSS`, and leaves it out of `VmHWM`. */
function mostMegabytes(): number {
  const status = "/proc/self/status";
  const found = existsSync(status) ? /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(status, "utf8"))?.[1] : undefined;
  return Math.round(Number(found ?? process.resourceUsage().maxRSS) / 1024);
}
