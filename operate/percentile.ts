/** Of some times the one, in whole milliseconds, at which or below a share of them lies: of 0.99, 99 in a hundred. 0 where there are none. */
export function percentilesOf(milliseconds: readonly number[]): (share: number) => number {
  const sorted = milliseconds.toSorted((one, other) => one - other);
  return (share) => Math.round(sorted[Math.ceil(share * sorted.length) - 1] ?? 0);
}
