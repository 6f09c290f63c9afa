import { assumed } from "./bill.ts";
import { bytes, counts } from "./counts.ts";
import { quotas } from "./quotas.ts";

/** What one service is asked for at a rate, against its default quota or, for the archive, what our own setting can do. */
export type Asked = {
  readonly name: string;
  /** In the unit of the quota. */
  readonly asked: number;
  readonly most: number;
  readonly unit: string;
  /** What to do before it is used up. */
  readonly remedy: string;
};

/** Events of one event type with a body of 5 KB, one a batch: nothing spreads over queues, and nothing is saved by batches. */
export const bodyKilobytes = 5;

const sum = (requests: Readonly<Record<string, number>>) => Object.values(requests).reduce((all, one) => all + one, 0);

/** Runs at once of the verifier and of the processors, with the times that the bill assumes: Little's law. */
export function concurrencyAt(eventsASecond: number): { readonly verifier: number; readonly processors: number } {
  const milliseconds = assumed.verifierMilliseconds + assumed.archiveVerifierMilliseconds;
  return {
    verifier: (deliveriesAt(eventsASecond) * milliseconds) / 1000,
    processors: (eventsASecond * assumed.processorMilliseconds) / 1000,
  };
}

/** Events, and the duplicates among their deliveries. */
export function deliveriesAt(eventsASecond: number): number {
  return eventsASecond * (1 + assumed.duplicates);
}

/** Every record is one write unit; a condition that fails is one, too. */
export function writesAt(eventsASecond: number): number {
  const { accepted, duplicate, processed } = counts;
  const each = accepted.PutItem + accepted.UpdateItem + sum(processed) + assumed.duplicates * sum(duplicate);
  return eventsASecond * each;
}

/** The archive's function runs twice at once at most (`infra/constructs/archive.ts`), each with a batch of 6 MiB. */
const archiveRuns = 2;
const batchBytes = 6 * 1024 ** 2;

/** Events a second that the archive's function can store. */
export function archiveCapacity(): number {
  const events = batchBytes / (bytes.envelope + Math.ceil((bodyKilobytes * 1024 * 4) / 3));
  const seconds = (assumed.archiveMilliseconds + events * assumed.archiveMillisecondsAnEvent) / 1000;
  return (archiveRuns * events) / seconds;
}

/** What each service is asked for at a steady rate. */
export function askedAt(eventsASecond: number): readonly Asked[] {
  const { verifier, processors } = concurrencyAt(eventsASecond);
  const deliveries = deliveriesAt(eventsASecond);
  // An environment fetches the secrets of a source again after 5 minutes.
  const secrets = (Math.max(1, verifier) * counts.secrets.GetSecretValue) / 300;
  const of = (name: string, asked: number, quota: keyof typeof quotas, remedy: string, most?: number): Asked => {
    const { unit, most: usual } = quotas[quota];
    return { name, asked, most: most ?? usual, unit, remedy };
  };
  const raiseConcurrency = "raise Lambda's concurrency; reserve some for the verifier";
  return [
    of("HTTP API, where it is used", deliveries, "httpApi", "raise the account's throttle, or use the function URL"),
    of(
      "verifier, requests",
      deliveries,
      "requestRate",
      raiseConcurrency,
      quotas.concurrency.most * quotas.requestRate.most,
    ),
    of("Lambda, verifier and processors", verifier + processors, "concurrency", raiseConcurrency),
    of("processor's mapping", processors, "mapping", "split the event type, or have its runs take less time"),
    of("processor's queue", processors, "inFlight", "split the event type over queues"),
    of("table, when it is new", writesAt(eventsASecond), "newTable", "warm the table up, or grow within 30 minutes"),
    of("table", writesAt(eventsASecond), "table", "raise the table's quota, or give sources a stage of their own"),
    of("Secrets Manager", secrets, "secrets", "nothing: caches keep it far below"),
    {
      name: "archive's function",
      asked: eventsASecond,
      most: archiveCapacity(),
      unit: "events a second that it can store",
      remedy: "give sources a stage of their own, or switch the archive off",
    },
  ];
}

/** What is asked for that has no quota that was found, a second. */
export function unboundedAt(eventsASecond: number): readonly Pick<Asked, "name" | "asked" | "unit">[] {
  const { accepted, archived, batch } = counts;
  // The archive's copies are received and deleted ten at a time.
  const each = accepted.SendMessageBatch + archived.SendMessageBatch + sum(batch) + 2 / 10;
  const logged =
    deliveriesAt(eventsASecond) * bytes.verifierLog + eventsASecond * (bytes.processorLog + bytes.batchLog);
  return [
    { name: "SQS", asked: eventsASecond * each, unit: "requests a second" },
    { name: "Lambda's logs", asked: logged / 1_000_000, unit: "MB a second" },
  ];
}

/** The service that is nearest to its quota, or furthest above it. */
export function firstToBreak(eventsASecond: number): Asked {
  const [first, ...more] = askedAt(eventsASecond);
  if (first === undefined) throw new Error("nothing is asked for");
  return more.reduce((worst, one) => (one.asked / one.most > worst.asked / worst.most ? one : worst), first);
}

/** The rate at which a service's quota is used up: everything that is asked for grows with the rate. */
export function rateAtQuota(name: string): number {
  // High enough for the one environment that fetches secrets at any rate.
  const rate = 1000;
  const found = askedAt(rate).find((one) => one.name === name);
  if (found === undefined) throw new Error(`no service is named ${name}`);
  return (rate * found.most) / found.asked;
}
