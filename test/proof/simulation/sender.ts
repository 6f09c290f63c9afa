import type { SimulatedStack } from "./simulated-stack.ts";
import { httpEventOf, identityOf, providers, routes, type SentEvent, type SourceName } from "./sources.ts";

const verifierMilliseconds = 10_000;

/** The queues that want an event, worked out apart from the adapter under test. */
export const wanting = (source: string, type: string) =>
  routes.filter((route) => route.source === source && (type === "order.created" || route.queue.endsWith("audit")));

/** One delivery. Its status, or nothing where the provider heard none in time. */
export async function deliver(
  stack: SimulatedStack,
  source: SourceName,
  events: readonly SentEvent[],
): Promise<number | undefined> {
  const { time, invocations, perform } = stack;
  const heard = Promise.withResolvers<number | undefined>();
  const patience = providers[source].answerWithinSeconds * 1000;
  time.after(patience, () => heard.resolve(undefined));
  const ended = invocations.invoke("verifier", verifierMilliseconds, async (context, invocation) => {
    stack.journal.verifications.set(invocation, { source, events });
    const { statusCode = 0, body = "" } = await stack.verify(httpEventOf(source, events), context);
    const outcome = statusCode === 200 ? String(JSON.parse(body).outcome) : "";
    const identities = events.map((event) => identityOf(source, event));
    stack.journal.answers.push({ source, status: statusCode, outcome, identities, invocation });
    if (statusCode === 200) promise(stack, source, events);
    else if (statusCode !== 503) stack.journal.broken.push(`a rightly signed delivery was answered ${statusCode}`);
    // On its way to the provider an answer can be lost.
    await perform("the answer", () => heard.resolve(statusCode)).catch(() => {});
  });
  void ended.then((how) => {
    if (how === "cut") heard.resolve(undefined);
  });
  return await heard.promise;
}

/** From here on each event of the delivery must be in every queue that wants it. */
function promise({ journal }: SimulatedStack, source: SourceName, events: readonly SentEvent[]): void {
  for (const event of events) {
    const identity = identityOf(source, event);
    for (const { queue } of wanting(source, event.type)) {
      const place = `${queue} ${identity}`;
      journal.promised.set(place, { queue, source, event, identity });
      if (!journal.arrivals.has(place)) journal.broken.push(`200 for ${identity}, and ${queue} never had a copy`);
    }
  }
}

/** Delivers again, later and later, until the provider has heard a 2xx or has no more tries. */
export async function deliverUntilHeard(
  stack: SimulatedStack,
  source: SourceName,
  events: readonly SentEvent[],
  pauses: readonly number[],
): Promise<boolean> {
  if ((await deliver(stack, source, events)) === 200) return true;
  for (const milliseconds of pauses) {
    await new Promise<void>((resolve) => void stack.time.after(milliseconds, resolve));
    if ((await deliver(stack, source, events)) === 200) return true;
  }
  return false;
}
