/**
 * The name that is written most like a given one, and the number of letters between them: a missing letter, an additional one,
 * another one or two swapped count one each. Case, `-` and `_` are ignored where all else is equal.
 */
export function nearest(
  name: string,
  names: readonly string[],
): { readonly name: string; readonly apart: number } | undefined {
  const found = names.map((other) => ({ name: other, apart: plain(other) === plain(name) ? 0 : apart(name, other) }));
  return found.sort((one, other) => one.apart - other.apart)[0];
}

/** Whether a name is near enough to be the meant one: one letter off, or two from six letters on. */
export function isNear(name: string, names: readonly string[]): boolean {
  const found = nearest(name, names);
  if (found === undefined) return false;
  const length = Math.min(name.length, found.name.length);
  return found.apart <= (length >= 6 ? 2 : length >= 3 ? 1 : 0);
}

/** The end of a sentence that asks for the nearest of some names, where one is near enough to be the meant one. */
export function didYouMean(name: string, names: readonly string[]): string {
  return isNear(name, names) ? `; did you mean ${nearest(name, names)?.name}?` : "";
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[-_]/g, "");
}

/** The optimal string alignment distance, by rows: the row before the last is for two swapped letters. */
function apart(one: string, other: string): number {
  let [before, last]: [readonly number[], readonly number[]] = [
    [],
    Array.from({ length: other.length + 1 }, (_, n) => n),
  ];
  for (let i = 1; i <= one.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const same = one[i - 1] === other[j - 1] ? 0 : 1;
      const steps = [(last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + same];
      const isSwapped = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      if (isSwapped) steps.push((before[j - 2] ?? 0) + 1);
      row.push(Math.min(...steps));
    }
    [before, last] = [last, row];
  }
  return last[other.length] ?? 0;
}
