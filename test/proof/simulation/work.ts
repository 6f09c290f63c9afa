import { ingressKey, plainKey } from "../../../lambdas/core/events/identity.ts";
import { PermanentError, type Processor, processor } from "../../../lambdas/core/mod.ts";
import type { Perform } from "./aws/calls.ts";
import { copyName, type Effect, identityIn, type Journal } from "./promises/journal.ts";
import { timeoutSeconds } from "./simulated-stack.ts";
import { identityOf, sentEventOf } from "./sources.ts";
import type { Invocation } from "./virtual-time.ts";

/** What a processor does with an event. `hang` does nothing, longer than it may. */
export type Behaviour = "succeed" | "fail" | "fail for good" | "hang";
/** What the so-manieth run of an event by the processor of a queue does; 1 is the first. */
export type Behave = (queue: string, identity: string, run: number) => Behaviour;

/** Faults by which a run may have had its effect and not its `done`, or its lease was misjudged. */
const cutting = /^(crash|freeze|hang|killed|threw)|at (the effect|processing\.end)$/;

/**
 * SQS keeps a copy 7 days in its queue and 14 in its DLQ, and both again after a redrive; the queues here keep it for ever. A
 * record of what is done outlives that by three days, and no more is promised.
 */
const longestCopyMilliseconds = (7 + 14 + 7 + 14) * 86_400_000;

/** Whether an invocation was cut between an effect and its `done`, or may have misjudged a lease. */
const wasCut = ({ faults, skew }: Invocation) => skew !== 0 || faults.some((fault) => cutting.test(fault));

/** A processor whose effect is a line in the journal: twice only where a run was cut, or a clock was wrong. */
export function createWork(
  queue: string,
  given: {
    readonly behave: Behave;
    readonly attempts: number;
    readonly journal: Journal;
    readonly perform: Perform;
    readonly current: () => Invocation | undefined;
    /** When the lease of a processing record was taken, where it lasts. */
    readonly heldSince: (key: string) => number | undefined;
  },
): Processor {
  const { journal, perform } = given;
  return processor(
    { impact: "Nothing is shipped", timeoutSeconds, retry: { attempts: given.attempts } },
    async ({ event, replay }) => {
      const sent = sentEventOf(event.body);
      const known = journal.identities.get(copyName(event, sent)) ?? identityOf(event.source, sent);
      const identity = identityIn(known, replay);
      const { id, period } = event;
      const place = `${queue} ${identity}`;
      // Who could not claim, or found what an event of long ago had re-opened, cannot know of the period before.
      const isLone =
        journal.reopened.has(ingressKey(event)) ||
        journal.lines.some((line) => line.text === "dedupe unavailable" && line.id === id);
      const isApart = (one: Effect) => one.period !== period && isLone;
      const run = (journal.runs.get(place) ?? 0) + 1;
      journal.runs.set(place, run);
      const invocation = given.current();
      if (invocation === undefined) throw new TypeError("A processor runs in an invocation");
      const since = replay === undefined ? undefined : given.heldSince(plainKey(queue, event));
      if (since !== undefined && since < invocation.began && invocation.skew === 0) {
        journal.broken.push(`${queue} began to run ${identity} beside a run of the event itself`);
      }
      const behaviour = given.behave(queue, identity, run);
      if (behaviour === "hang") await new Promise(() => {});
      if (behaviour === "fail") throw new Error("the shop is closed");
      if (behaviour === "fail for good") throw new PermanentError("there is no such order");
      await perform("the effect", () => {
        const earlier = journal.effects.filter((one) => one.queue === queue && one.identity === identity);
        if (earlier.length > 0) journal.repeats += 1;
        const at = Date.now();
        const isForgotten = earlier.every((one) => at - one.at > longestCopyMilliseconds);
        const isExcused =
          isForgotten || wasCut(invocation) || earlier.some((one) => wasCut(one.invocation) || isApart(one));
        if (earlier.length > 0 && !isExcused) {
          journal.broken.push(`${queue} had its effect of ${identity} again, and no run of it was cut`);
        }
        journal.effects.push({ queue, identity, period, invocation, at });
      });
    },
  );
}
