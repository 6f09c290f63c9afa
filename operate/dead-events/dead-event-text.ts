import { defined } from "../../lambdas/core/bytes/defined.ts";
import { attemptsText, type DeadEvent } from "./dead-event.ts";

/** A dead event of a processor (`<source>/<type>`) in one line. */
export function lineOf(name: string, event: DeadEvent): string {
  const attempts = event.attempts === undefined ? [] : [attemptsText(event.attempts)];
  return [name, event.id, ...attempts, ageOf(event.received), inOneLine(event.reason)].join("  ");
}

/** The same as data. A `received` that is unknown, as other missing facts, is left out. */
export function factsOf(
  processor: string,
  { id, source, type, received, reason, stack, attempts, letter }: DeadEvent,
): object {
  const at = Number.isNaN(received.getTime()) ? undefined : received.toISOString();
  return {
    processor,
    id,
    ...defined({ source, type, received: at, attempts }),
    reason,
    ...defined({ stack }),
    message: letter.MessageId,
  };
}

/** All that is known of it but its payload, a line each. */
export function detailsOf(event: DeadEvent): readonly string[] {
  const { id, source, type, received, reason, stack = "", attempts, letter } = event;
  return [
    `id        ${id}`,
    ...(source === undefined ? [] : [`source    ${source}`]),
    ...(type === undefined ? [] : [`type      ${type}`]),
    ...(Number.isNaN(received.getTime()) ? [] : [`received  ${received.toISOString()}, ${ageOf(received)}`]),
    `reason    ${inOneLine(reason)}`,
    ...stack.split("\n").flatMap((frame) => (frame === "" ? [] : [`          ${frame}`])),
    ...(attempts === undefined ? [] : [`attempts  ${attempts}`]),
    `message   ${letter.MessageId}`,
  ];
}

/** The payload as text; of one that was too large for its queue, where it lies. */
export function bodyOf({ event }: DeadEvent): string {
  if (event === undefined) return "payload   not in the message";
  return "body" in event ? new TextDecoder().decode(event.body) : `payload   in S3: ${event.deposit}`;
}

function inOneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}

function ageOf(time: Date, now: number = Date.now()): string {
  const seconds = Math.max(0, Math.round((now - time.getTime()) / 1000));
  if (Number.isNaN(seconds)) return "age unknown";
  if (seconds < 120) return `${seconds} s ago`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min ago`;
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h ago` : `${Math.round(seconds / 86_400)} days ago`;
}
