import { errorText } from "../bytes/error-text.ts";
import { type DepositedEvent, fromEnvelope, type WebhookEvent } from "../events/envelope.ts";
import { plainKey, processingKey } from "../events/identity.ts";
import { report } from "../log.ts";
import { again, backOff, expiresFrom, isLast, never, random, reopen, tryThrice, withFailure } from "./failure.ts";
import type { ProcessOptions, QueuedEvent } from "./process-options.ts";
import { fieldsOf, leaseMarginMilliseconds, type RunEnd, runOnce } from "./run-once.ts";

/** A copy with an envelope of ours. */
type ReadCopy = QueuedEvent & { readonly event: WebhookEvent | DepositedEvent; readonly key: string };

/** From so many receives on, a copy may have killed the runs before: DECISIONS 12. */
const suspectReceives = 3;

/**
 * Processes a batch, its events concurrently. A copy that may have killed an earlier run is processed last and alone, so that
 * the others are done before. First, the ingress record of each copy on its last receive is re-opened, so that a resend is
 * accepted in any case; a permanent failure before that re-opens it at once.
 *
 * @returns The ids of the copies to be delivered again.
 */
export async function processBatch(batch: readonly QueuedEvent[], options: ProcessOptions): Promise<readonly string[]> {
  const kept: string[] = [];
  const closed = new Set<ReadCopy>();
  const process = async (copy: ReadCopy) => {
    if (await processOne(copy, options)) return;
    kept.push(copy.messageId);
    if (closed.has(copy)) await reopen(copy.event, options);
  };
  const copies: ReadCopy[] = [];
  for (const copy of batch) {
    const event = fromEnvelope(copy.envelope);
    if (event === undefined) {
      const of = { processor: options.name, messageId: copy.messageId };
      // It is received until its receives are used up, and reported once.
      if (copy.receives === 1)
        report(options.log, { level: "error", step: "process", kind: "unknown envelope", ...of });
      await again(copy, 0, options);
      kept.push(copy.messageId);
    } else copies.push({ ...copy, event, key: processingKey(options.name, event) });
  }
  // Before any run: a run that kills the process leaves nobody to do it, for its own copy or for the others.
  const reopening = copies
    .filter((copy) => isLast(copy, options))
    .map(async (copy) => {
      if (!(await reopen(copy.event, options))) closed.add(copy);
    });
  // Concurrently: a table that hangs costs one time-out, not one for each copy.
  const [suspects] = await Promise.all([suspectsOf(copies, options), ...reopening]);
  await Promise.all(copies.filter((copy) => !suspects.includes(copy)).map(process));
  for (const suspect of suspects) await process(suspect);
  return kept;
}

/** The copies after a killed run, least often received first: one that kills the process must not block the rest. */
async function suspectsOf(copies: readonly ReadCopy[], options: ProcessOptions): Promise<readonly ReadCopy[]> {
  const found: { readonly copy: ReadCopy; readonly attempts: number }[] = [];
  const look = async (copy: ReadCopy) => {
    try {
      const record = await options.store.read(copy.key);
      const cut = record?.state === "processing" && record.leaseUntil < options.now();
      if (cut) found.push({ copy, attempts: record.attempts });
    } catch (error) {
      const [level, step, processor] = ["error", "process", options.name] as const;
      report(options.log, { level, step, kind: "record not read", processor, error: errorText(error) });
    }
  };
  await Promise.all(copies.filter(({ receives }) => receives >= suspectReceives).map(look));
  return found.sort((one, other) => one.attempts - other.attempts).map(({ copy }) => copy);
}

/** True where the copy is to be acknowledged. */
async function processOne(copy: ReadCopy, options: ProcessOptions): Promise<boolean> {
  const { name, log, now } = options;
  const { event, key } = copy;
  const budget = options.processor.options.timeoutSeconds * 1000;
  const last = isLast(copy, options);
  const pauseSeconds = backOff(copy, options);
  if (options.deadline.getTime() - now().getTime() < budget) {
    // A run that would be killed helps nobody. Only suspects begin so late.
    report(log, { level: "info", ...fieldsOf(event, name), kind: "no time left" });
    if (last) return await giveUp(copy, `no time was left for its ${budget / 1000} s`, options);
    return await again(copy, pauseSeconds, options);
  }
  const leaseUntil = new Date(options.deadline.getTime() + leaseMarginMilliseconds);
  const claim = { key, messageId: copy.messageId, leaseUntil, expires: expiresFrom(options) };
  const plan = { isLast: last, pauseSeconds, reopen: () => reopen(event, options) };
  const ended = (await heldPlain(copy, options)) ?? (await runOnce(event, claim, options, plan));
  switch (ended.kind) {
    case "done":
      return true;
    case "overran":
      return false;
    case "failed":
      // Burns the remaining receives, so that SQS itself moves it: what we send to a DLQ cannot be redriven.
      return await again(copy, ended.final ? 0 : pauseSeconds, options);
    case "unclaimed": {
      const error = `its record could not be claimed (${errorText(ended.error)})`;
      if (last) report(log, { level: "error", ...fieldsOf(event, name), kind: "dead", error });
      // Fail closed: the queue keeps the copy.
      return await again(copy, pauseSeconds, options);
    }
    case "refused": {
      if (ended.state === "done") return true;
      const left = Math.ceil((ended.leaseUntil.getTime() - now().getTime()) / 1000);
      const pause = Math.max(left, 0) + Math.ceil(5 * random(options));
      return await again(copy, ended.state === "dead" ? 0 : pause, options);
    }
  }
}

/**
 * The end of a replay's run that does not begin, since a run of the event itself holds its lease. Undefined: it may begin. The other
 * way round nothing is looked up: a copy of a delivery may begin while the replay runs.
 */
async function heldPlain(copy: ReadCopy, options: ProcessOptions): Promise<RunEnd | undefined> {
  const { event } = copy;
  const { name, log, now, store } = options;
  if (event.replay === undefined) return undefined;
  try {
    const record = await store.read(plainKey(name, event));
    if (record?.state !== "processing" || record.leaseUntil < now()) return undefined;
    report(log, { level: "info", ...fieldsOf(event, name), kind: "processing" });
    // The end of that run is not its own: nothing else says why it lies in the DLQ.
    const error = "a run of the event itself held its lease";
    if (isLast(copy, options)) report(log, { level: "error", ...fieldsOf(event, name), kind: "dead", error });
    return { kind: "refused", state: "processing", leaseUntil: record.leaseUntil };
  } catch (error) {
    report(log, { level: "error", ...fieldsOf(event, name), kind: "claim failed", error: errorText(error) });
    return { kind: "unclaimed", error };
  }
}

/** Records why a copy on its last receive was not run. Returns true where it need not have been. */
async function giveUp(copy: ReadCopy, reason: string, options: ProcessOptions): Promise<boolean> {
  const { name, log, now, store } = options;
  const { event, key, messageId } = copy;
  const at = { level: "error", ...fieldsOf(event, name) } as const;
  const [owner, expires] = [crypto.randomUUID(), expiresFrom(options)];
  let held: "processing" | "done" | "dead" | undefined;
  await tryThrice(
    async () => {
      const mine = { owner, messageId, received: event.received, now: now(), leaseUntil: now(), expires };
      const claimed = await store.claim(key, mine);
      held = claimed.won ? undefined : claimed.state;
      if (!claimed.won) return;
      const failures = withFailure(claimed.failures, reason, now());
      await store.end(key, owner, { state: "failed", reason, retryAt: never, failures, messageId, expires });
    },
    (error) => report(log, { ...at, kind: "failure not recorded", reason, error: errorText(error) }),
  );
  if (held === "done") return true;
  // A burned copy was reported before, and the end of another run is that run's to report.
  if (held === undefined) report(log, { ...at, kind: "dead", error: reason });
  return await again(copy, 0, options);
}
