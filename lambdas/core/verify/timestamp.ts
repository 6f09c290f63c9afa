import { type Refusal, refused } from "../outcome.ts";
import type { Scheme } from "../provider.ts";

type TimeUnit = NonNullable<Scheme["timestamp"]>["unit"];

/** Refuses a sent time that is further from now than the tolerance, on either side; the limit itself is inside. */
export function checkWindow(
  text: string,
  { unit, toleranceSeconds }: { readonly unit: TimeUnit; readonly toleranceSeconds: number },
  now: Date,
): Refusal | undefined {
  const time = milliseconds(text, unit);
  if (time === undefined) return refused("timestamp-malformed", `the timestamp is not in ${unit}`);
  const off = now.getTime() - time;
  if (Math.abs(off) <= toleranceSeconds * 1000) return undefined;
  const seconds = Math.round(off / 1000);
  const said = seconds > 0 ? `${seconds} s old` : `${-seconds} s in the future`;
  return refused("timestamp-outside-window", `the timestamp is ${said}, allowed are ${toleranceSeconds} s`);
}

/** A time in the provider's format. */
export function timeText(unit: TimeUnit, now: Date): string {
  if (unit === "iso") return now.toISOString();
  return String(unit === "seconds" ? Math.floor(now.getTime() / 1000) : now.getTime());
}

function milliseconds(text: string, unit: TimeUnit): number | undefined {
  if (unit === "iso") {
    const iso = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?)(Z|[+-]\d\d:\d\d)?$/.exec(text);
    const time = iso === null ? Number.NaN : Date.parse(`${iso[1]}${iso[2] ?? "Z"}`);
    return Number.isNaN(time) ? undefined : time;
  }
  // Digits alone: parseInt would take "1760000000abc".
  if (!/^\d{1,15}$/.test(text)) return undefined;
  return unit === "seconds" ? Number(text) * 1000 : Number(text);
}
