import { defined } from "../lambdas/core/bytes/defined.ts";
import type { ProcessorOptions } from "../lambdas/core/processing/processor-options.ts";
import type { EventFile } from "./build/event-files.ts";

/** An event type as it is deployed: what its file says and commands need. */
export type DeployedEvent = Pick<EventFile, "source" | "type" | "name" | "queue" | "types"> & {
  /** `maxConcurrency` is absent where an earlier version deployed it without a limit. */
  readonly options: Pick<ProcessorOptions, "maxConcurrency" | "retired">;
};

/** Where alarms go that go to no address: the stage asked for nobody, or names another topic. */
export type AlarmTarget = "none" | "topic";

/** The facts of a deployed receiver that commands read, from its stack's metadata. */
export type ReceiverFacts = {
  readonly stage: string;
  /** The provider of each source, by name. */
  readonly sources: Readonly<Record<string, string>>;
  readonly events: readonly DeployedEvent[];
  /** Its processors run a copy with a replay's id under a key of its own. Earlier ones take it for done. */
  readonly replays?: true;
  /** Its stage has `allowSend: true`. */
  readonly allowSend?: true;
  /** Its alarms go to a topic of somebody's own, or to nobody. Absent: to an address, or an earlier version deployed it. */
  readonly alarmTarget?: AlarmTarget;
  /** The hours within which an event of a source is expected, by source, where an alarm is to tell that none came. Earlier receivers have none. */
  readonly expectedWithinHours?: Readonly<Record<string, number>>;
  /** The keys of its outputs in its stack, by what they are called in the stack of a stage. */
  readonly outputs: Readonly<Record<string, string>>;
};

/** The key in a stack's metadata of the receiver of a stage. */
export const factsKey = (stage: string): string => `${prefix}${stage}`;

const prefix = "Hookline::";

/** The part of an event file that is deployed as a fact. */
export function deployedEvent({ source, type, name, queue, types, options }: EventFile): DeployedEvent {
  const { maxConcurrency, retired } = options;
  return { source, type, name, queue, types, options: defined({ maxConcurrency, retired }) };
}

/** The facts of every receiver in a stack, by the stack's metadata. */
export function factsIn(metadata: Readonly<Record<string, unknown>>): readonly ReceiverFacts[] {
  return Object.entries(metadata).flatMap(([key, facts]) => (key.startsWith(prefix) ? [facts as ReceiverFacts] : []));
}
