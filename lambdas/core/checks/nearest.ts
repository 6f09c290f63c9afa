/**
 * Which of some names is written most like a given one, and how many letters apart they are: a letter too many, too few,
 * another one or two swapped count one. Case, `-` and `_` count nothing where all else is the same.
 */
export function nearest(
  name: string,
  names: readonly string[],
): { readonly name: string; readonly apart: number } | undefined {
  const found = names.map((other) => ({ name: other, apart: plain(other) === plain(name) ? 0 : apart(name, other) }));
  return found.sort((one, other) => one.apart - other.apart)[0];
}

/** Whether a name is so near to another that it is likely to be meant: one letter off, from six letters on two. */
export function isNear(name: string, names: readonly string[]): boolean {
  const found = nearest(name, names);
  if (found === undefined) return false;
  const length = Math.min(name.length, found.name.length);
  return found.apart <= (length >= 6 ? 2 : length >= 3 ? 1 : 0);
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[-_]/g, "");
}

/** The optimal string alignment distance, by rows: the one before the last is for two letters that are swapped. */
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
