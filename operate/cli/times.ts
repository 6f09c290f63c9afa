import { givenTime, timeForms } from "../given-time.ts";
import { UsageError } from "./usage-error.ts";

/**
 * A time as it is given to a command, in milliseconds since 1970: a time in ISO 8601, or how long ago (`90min`, `24h`, `14d`).
 *
 * @throws {UsageError} For another text.
 */
export function readTime(option: string, given: string, now: number): number {
  const time = givenTime(given, now);
  if (time !== undefined) return time;
  throw new UsageError(`Cannot tell a time: ${option} takes ${timeForms}, received "${given}"`);
}
