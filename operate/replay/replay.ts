import type { DeployedEvent } from "../../infra/receiver-facts.ts";
import type { EventFilter } from "../events/archived-event.ts";

/** The events that a replay runs, by what their processor has done with them. */
export type ReplayMode =
  /** Runs only what never ran to its end: plain copies, which a record that is done stops. */
  | "missing"
  /** Runs what is done once more: copies with the replay's id. */
  | "again";

/** A replay as it is wanted. */
export type WantedReplay = {
  readonly filter: EventFilter;
  /** Received at this time or later, in milliseconds since 1970. */
  readonly since: number;
  /** Received before this time. */
  readonly until: number;
  /** The processors that get copies; one at least. */
  readonly to: readonly DeployedEvent[];
  readonly mode: ReplayMode;
  /** Events that the provider marks as tests, too. */
  readonly tests: boolean;
};

/** A replay's id: its day, and a random part. Records of its runs live for 45 days. */
export function newReplayId(now: Date = new Date()): string {
  return `${now.toISOString().slice(0, 10)}-${crypto.randomUUID().slice(0, 8)}`;
}
