import type { Context } from "aws-lambda";
import type { DrainPorts } from "./aws/ports.ts";
import type { SpilledEvent } from "./aws/s3/spill.ts";
import { mapBounded } from "./core/bytes/bounded.ts";
import { errorText } from "./core/bytes/error-text.ts";
import type { WebhookEvent } from "./core/events/envelope.ts";
import { report } from "./core/log.ts";

/** How many spilled events a drain brought to their queues, and how many it left for the next. */
type Drained = { readonly drained: number; readonly left: number };

/** A Lambda function for a schedule. */
type SpillDrainLambda = (event: unknown, context: Context) => Promise<Drained>;

/** The size of an SQS batch. */
const most = 10;
const queuesAtOnce = 4;
/** For the figures and the end of what is under way. */
const endMilliseconds = 10_000;

/**
 * Brings what was spilled to its queues. A queue that does not take a batch is left alone until the next drain; an event
 * whose removal fails comes twice, and its processors' claims take the second copy off.
 */
export function spillDrainLambda(ports: Omit<DrainPorts, "measured">): SpillDrainLambda {
  return async (_event, context) => {
    const signal = AbortSignal.timeout(Math.max(context.getRemainingTimeInMillis() - endMilliseconds, 0));
    const failing = new Set<string>();
    let [drained, left] = [0, 0];
    for await (const page of ports.spill.list(signal)) {
      const byQueue = [...Map.groupBy(page, ({ queue }) => queue)];
      await mapBounded(byQueue, queuesAtOnce, async ([queue, spilled]) => {
        for (let at = 0; at < spilled.length; at += most) {
          const batch = spilled.slice(at, at + most);
          const result = failing.has(queue) || signal.aborted ? none : await drainBatch(queue, batch, ports, signal);
          if (result.failing) failing.add(queue);
          drained += result.done;
          left += batch.length - result.done;
        }
      });
    }
    return { drained, left };
  };
}

type BatchResult = {
  /** How many are in their queue and out of the spill. */
  readonly done: number;
  /** The queue did not take one of them. */
  readonly failing: boolean;
};
const none: BatchResult = { done: 0, failing: false };

async function drainBatch(
  queue: string,
  batch: readonly SpilledEvent[],
  { spill, queues, log }: Omit<DrainPorts, "measured">,
  signal: AbortSignal,
): Promise<BatchResult> {
  const failed = (error: unknown, of: { readonly reference: string } | Pick<WebhookEvent, "source" | "id" | "type">) =>
    report(log, { level: "error", step: "drain", kind: "left", queue, ...of, error: errorText(error) });
  const read: { readonly spilled: SpilledEvent; readonly event: WebhookEvent }[] = [];
  await mapBounded(batch, most, async (spilled) => {
    try {
      read.push({ spilled, event: await spill.read(spilled, signal) });
    } catch (error) {
      failed(error, { reference: spilled.reference });
    }
  });
  const events = read.map(({ event }) => event);
  const results = await queues.send(queue, events, signal);
  const done = await mapBounded(read, most, async ({ spilled, event }, index) => {
    const { source, id, type } = event;
    const result = results[index];
    if (result?.sent !== true) {
      failed(result?.cause, { source, id, type });
      return false;
    }
    try {
      await spill.remove(spilled, signal);
    } catch (error) {
      failed(error, { source, id, type });
      return false;
    }
    report(log, { level: "info", step: "drain", kind: "drained", queue, source, id, type });
    return true;
  });
  return { done: done.filter(Boolean).length, failing: results.some(({ sent }) => !sent) };
}
