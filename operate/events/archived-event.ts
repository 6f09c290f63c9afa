import type { ArchiveFacts } from "../../lambdas/aws/s3/archive-object.ts";
import { queuesFor } from "../../lambdas/core/events/event-routes.ts";

/** An event in the archive: its facts, and the object that holds it. */
export type ArchivedEvent = ArchiveFacts & {
  readonly object: { readonly key: string; readonly size: number; readonly etag: string | undefined };
};

/** The events that are wanted; all that is given must fit. */
export type EventFilter = {
  readonly source?: string;
  /** An event type as an event file may name it, also with a `*` at its end. */
  readonly type?: string;
  readonly tenant?: string;
  readonly id?: string;
  /** The trace id of the delivery. */
  readonly trace?: string;
};

/** An id as somebody has it: of the provider, or of a trace as every log line has it. */
export function byIdOrTrace(id: string | undefined): Pick<EventFilter, "id" | "trace"> {
  if (id === undefined) return {};
  return /^1-[0-9a-f]{8}-[0-9a-f]{24}$/.test(id) ? { trace: id } : { id };
}

/** Whether an event is wanted. A coarse type fits its finer ones, as in an event file. */
export function fits(
  { source, type, tenant, id, trace }: EventFilter,
  event: Pick<ArchiveFacts, "id" | "source" | "coarseType" | "tenant" | "trace"> & {
    readonly type?: string | undefined;
  },
): boolean {
  if (id !== undefined && event.id !== id) return false;
  if (trace !== undefined && event.trace !== trace) return false;
  if (source !== undefined && event.source !== source) return false;
  if (tenant !== undefined && event.tenant !== tenant) return false;
  if (type === undefined) return true;
  const route = { source: event.source, types: [type], queue: "fits" };
  return queuesFor([route], event.source, event.type, event.coarseType).length > 0;
}
