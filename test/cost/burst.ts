import { assumed } from "./bill.ts";
import { quotas } from "./quotas.ts";
import { concurrencyAt, deliveriesAt, writesAt } from "./scale.ts";

/** What a burst does, second by second, under default quotas. */
export type Burst = {
  readonly before: number;
  readonly during: number;
  /** Of all deliveries in the burst, those that Lambda had no run for: answered 429 by the function URL, and retried by providers. */
  readonly throttledShare: number;
  /** Runs at once of all functions, at most. */
  readonly concurrency: number;
  /** Events that wait for their processor, at most. */
  readonly backlog: number;
  /** Seconds that an event waits, at most. */
  readonly longestWait: number;
  /** Seconds from the end of the burst until no event waits. */
  readonly drained: number;
  /** Of all writes in the burst, those above twice the peak before, or above the table's quota. */
  readonly writesAboveShare: number;
  /** Events that wait, each second. */
  readonly waiting: readonly number[];
};

const [calmSeconds, burstSeconds, mostSeconds] = [60, 300, 24 * 3600];

/**
 * A rate that grows tenfold for five minutes. Each second: the verifier has the runs that it asks for as far as the account has them
 * and new environments come; the mapping adds batches at once while events wait, and goes back to what it needs afterwards. A run of
 * a batch takes as long as its events one after the other. Retries of providers and cold starts are left out.
 */
export function burstOf(before: number, factor = 10): Burst {
  const during = before * factor;
  const ready = Math.min(quotas.table.most, Math.max(quotas.newTable.most, 2 * writesAt(before)));
  let environments = concurrencyAt(before).verifier;
  let pollers: number = Math.max(quotas.mappingStart.most, Math.ceil(concurrencyAt(before).processors));
  let [backlog, offered, throttled, concurrency, most, longestWait, second] = [0, 0, 0, 0, 0, 0, 0];
  const waiting: number[] = [];
  for (; second < mostSeconds; second += 1) {
    const isBurst = second >= calmSeconds && second < calmSeconds + burstSeconds;
    const rate = isBurst ? during : before;
    const { verifier } = concurrencyAt(rate);
    environments = Math.min(verifier, environments + quotas.scalingRate.most / 10);
    // The account's runs are shared: the mapping has what the verifier leaves.
    const running = Math.min(environments, quotas.concurrency.most);
    const accepted = rate * (running / verifier);
    if (isBurst) {
      offered += deliveriesAt(rate);
      throttled += deliveriesAt(rate - accepted);
    }
    const runs = Math.min(pollers, quotas.mapping.most, quotas.concurrency.most - running);
    const capacity = (runs * 1000) / assumed.processorMilliseconds;
    const done = Math.min(backlog + accepted, capacity);
    backlog += accepted - done;
    if (backlog < 1) backlog = 0;
    if (backlog > 0) pollers = Math.min(quotas.mapping.most, pollers + quotas.mappingGrowth.most / 60);
    concurrency = Math.max(concurrency, running + (done * assumed.processorMilliseconds) / 1000);
    most = Math.max(most, backlog);
    longestWait = Math.max(longestWait, capacity === 0 ? 0 : backlog / capacity);
    waiting.push(backlog);
    if (second >= calmSeconds + burstSeconds && backlog === 0) break;
  }
  const wanted = writesAt(during);
  return {
    ...{ before, during, concurrency, longestWait, waiting },
    backlog: most,
    throttledShare: throttled / offered,
    drained: Math.max(0, second - calmSeconds - burstSeconds),
    writesAboveShare: Math.max(0, wanted - ready) / wanted,
  };
}
