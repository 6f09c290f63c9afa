const units = { s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** The forms of a time, for errors. */
export const timeForms = "one in ISO 8601 (2026-01-05T10:00:00Z), or how long ago (90min, 24h, 14d)";

/**
 * A time as somebody gives it, in milliseconds since 1970: a time in ISO 8601, or how long ago (`90min`, `24h`, `14d`). Undefined:
 * another text.
 */
export function givenTime(given: string, now: number): number | undefined {
  const [, count = "", unit = ""] = /^(\d{1,6})(s|min|h|d)$/.exec(given) ?? [];
  if (unit in units) return now - Number(count) * units[unit as keyof typeof units];
  const time = /^\d{4}-\d\d-\d\d/.test(given) ? Date.parse(given) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}
