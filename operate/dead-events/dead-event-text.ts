import { defined } from "../../lambdas/core/bytes/defined.ts";
import { attemptsText } from "../events/event-text.ts";
import type { DeadEvent } from "./dead-event.ts";
import { inOneLine, type ReasonGroup } from "./dead-events.ts";

/** The price of a look at events, in lines. */
export const receiveText: readonly string[] = [
  "To look at events is to receive them, and to give them back: nobody else sees them meanwhile, and SQS counts a receive. None is",
  "lost by it. One that was received three times is no more in SQS's age of the DLQ. A redrive without a filter receives none.",
];

/** A dead event of a processor (`<source>/<type>`) in one line. */
export function lineOf(name: string, { id, event, attempts, received, reason }: DeadEvent): string {
  return [
    ...[name, id],
    ...(event?.tenant === undefined ? [] : [`tenant ${event.tenant}`]),
    ...(event?.replay === undefined ? [] : [`replay ${event.replay}`]),
    ...(attempts === undefined ? [] : [attemptsText(attempts)]),
    ...[ageOf(received), inOneLine(reason)],
  ].join("  ");
}

/** The same as data. A `received` that is unknown, as other missing facts, is left out. */
export function factsOf(
  processor: string,
  { id, event, received, reason, stack, attempts, letter }: DeadEvent,
): object {
  const { source, type, tenant, replay } = event ?? {};
  const facts = defined({ source, type, tenant, replay, received: isoOf(received), attempts });
  return { processor, id, ...facts, reason, ...defined({ stack }), message: letter.MessageId };
}

/** Dead events of a processor with one reason, in one line. */
export function groupLineOf(name: string, { count, oldest, reason }: ReasonGroup): string {
  return [name, count, `oldest ${ageOf(oldest)}`, reason].join("  ");
}

/** The same as data. */
export function groupFactsOf(processor: string, { count, oldest, reason }: ReasonGroup): object {
  return { processor, reason, count, ...defined({ oldest: isoOf(oldest) }) };
}

/** All that is known of it but its payload, a line each. */
export function detailsOf({ id, event, received, reason, stack = "", attempts, letter }: DeadEvent): readonly string[] {
  const { source, type, tenant, replay } = event ?? {};
  const fact = (name: string, value: unknown) => (value === undefined ? [] : [`${name.padEnd(10)}${value}`]);
  const time = isoOf(received);
  return [
    ...fact("id", id),
    ...fact("source", source),
    ...fact("type", type),
    ...fact("tenant", tenant),
    ...fact("replay", replay),
    ...fact("received", time === undefined ? undefined : `${time}, ${ageOf(received)}`),
    ...fact("reason", inOneLine(reason)),
    ...stack.split("\n").flatMap((frame) => (frame === "" ? [] : [`          ${frame}`])),
    ...fact("attempts", attempts),
    ...fact("message", letter.MessageId),
  ];
}

function isoOf(time: Date): string | undefined {
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}

function ageOf(time: Date, now: number = Date.now()): string {
  const seconds = Math.max(0, Math.round((now - time.getTime()) / 1000));
  if (Number.isNaN(seconds)) return "age unknown";
  if (seconds < 120) return `${seconds} s ago`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min ago`;
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h ago` : `${Math.round(seconds / 86_400)} days ago`;
}
