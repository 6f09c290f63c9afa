import type { Route } from "../core/events/event-routes.ts";
import type { EventQueue } from "../core/ingress/event-queue.ts";

/**
 * The source that a stage posts to itself. Its deliveries take the whole path, as a provider's do: signature, record, queue. No event
 * file can have it, nobody reads its queue, and neither archive nor figures hold what it sends.
 */
export const canarySource = "canary";

/** Its provider, by name. */
export const canaryProvider = "standard-webhooks";

/** The suffix of its queue, after the stage's prefix. Those of event types have a `-`: none of them is it. */
export const canaryQueue = "canary";

/** The only type of its events. */
export const canaryType = "canary.ping";

/** Where its events go. */
export const canaryRoute: Route = { source: canarySource, types: [canaryType], queue: canaryQueue };

/** The same queues, without the canary's events in the archive. */
export function unarchived(queues: EventQueue): EventQueue {
  return {
    ...queues,
    send(queue, events, signal) {
      const isLeftOut = queue === queues.archive && events.every(({ source }) => source === canarySource);
      return isLeftOut ? Promise.resolve(events.map(() => ({ sent: true }))) : queues.send(queue, events, signal);
    },
  };
}
